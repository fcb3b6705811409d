using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;

namespace Namesake.Plans;

/// <summary>The relay's part in plans that were broken off: undone before anything is sent; where that isn't possible yet, their sources are held and it is tried again.</summary>
public sealed partial class PlanRecovery(NamesakeConfiguration configuration, PlanMakers makers, TimeProvider time, ILogger log) : IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);

    private readonly PlanWorkshop _workshop = PlanWorkshop.Open(configuration, makers, time);
    private bool _isOpen;

    /// <returns>The sources nothing may leave by yet.</returns>
    public async Task<ImmutableArray<UndecidedPlan>> TryAsync(RelayModel model, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            // The relay that would be asked to close its connections is this one, and it has none of before.
            foreach (var outcome in await _workshop.Runner("relay at its start", new NoRelay()).RecoverAsync(null, cancellation))
                LogRecovered(outcome.Id.Value, outcome.Text);
            var open = (await _workshop.Store.ListAsync(cancellation)).Where(history => history.IsInHand).ToList();
            _isOpen = open.Count > 0;
            return [.. open.SelectMany(history => SourcesOf(history, model))];
        }
        catch (PlanStoreException trouble)
        {
            // The fence and the checks stand for what is on the wire; a file that can't be read must not keep all mail back.
            LogUnreadable(trouble.Message);
            return [];
        }
    }

    /// <summary>As long as something is open.</summary>
    public async Task KeepAsync(Dispatcher dispatcher, Func<RelayModel> model, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            while (_isOpen)
            {
                await Task.Delay(BetweenTries, time, stop);
                dispatcher.SetUndecided(await TryAsync(model(), stop));
            }
        }
        catch (OperationCanceledException)
        {
            // The relay stops; the next start looks again.
        }
    }

    public void Dispose() => _workshop.Dispose();

    private static IEnumerable<UndecidedPlan> SourcesOf(PlanHistory history, RelayModel model)
    {
        var plan = history.Plan;
        var named = plan.Changes.SelectMany(change => change.Sources).Concat(plan.Wanted.Select(wanted => wanted.Source).OfType<Core.Sources.SourceId>()).ToHashSet();
        var mapped = plan.Changes.OfType<TranslationChange>().SelectMany(change => (change.Old?.Mappings ?? []).Concat(change.New?.Mappings ?? [])).Select(mapping => mapping.Local).ToHashSet<IPAddress>();
        return model.Sources.All.Where(source => named.Contains(source.Id) || mapped.Contains(source.LocalAddress)).Select(source => new UndecidedPlan(source.Id, plan.Id.Value, history.Since));
    }

    [LoggerMessage(920, LogLevel.Warning, "Plan {Plan} was broken off. {Outcome}")]
    private partial void LogRecovered(string plan, string outcome);

    [LoggerMessage(921, LogLevel.Error, "Whether a plan was broken off can't be found out: {Why}")]
    private partial void LogUnreadable(string why);
}
