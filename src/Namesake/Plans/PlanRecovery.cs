using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Plans;

/// <summary>The relay that plans concern.</summary>
public sealed record RelayAtHand(Dispatcher Dispatcher, IdentityWatch Watch, Func<RelayModel> Model);

/// <summary>The relay's part in plans: nothing leaves by the sources of one that is in hand; one that was broken off is undone, before anything is sent where that is possible, else as soon as it is.</summary>
public sealed partial class PlanRecovery(NamesakeConfiguration configuration, PlanMakers makers, TimeProvider time, ILogger log) : IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    /// <summary>As long as taking back takes where servers answer. Longer nobody waits for port 25.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(10);

    private static readonly Task<bool> Nothing = Task.FromResult(false);

    /// <summary>A witness answers within a second or two, and a time-out of one must not become one of all mail.</summary>
    private static readonly TimeSpan AskedWithin = TimeSpan.FromSeconds(10);

    private readonly PlanWorkshop _workshop = PlanWorkshop.Open(configuration, makers, time);
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly CancellationTokenSource _ended = new();
    private ImmutableArray<UndecidedPlan> _open = [];
    private ImmutableArray<UndecidedPlan> _leaving = [];
    private readonly Dictionary<PlanId, string> _told = [];
    private Task<bool> _undoing = Nothing;
    private string? _unreadable;
    private bool _isOpen;

    /// <summary>What the relay's plans are made and applied with.</summary>
    internal PlanWorkshop Workshop => _workshop;

    /// <summary>Holds the sources of what is in hand, and undoes what was broken off, before anything is sent where servers answer. Where they don't, everything else must not wait for them: it goes on while the relay runs.</summary>
    /// <param name="stop">Ends the undoing, which may go on after this.</param>
    public async Task StartAsync(RelayAtHand relay, CancellationToken stop, CancellationToken cancellation)
    {
        await NoticeAsync(relay, cancellation);
        _undoing = TryAsync(relay, stop);
        await Task.WhenAny(_undoing, Task.Delay(StartWithin, time, cancellation));
        if (_undoing.IsCompleted)
            await _undoing;
        else
            LogGoesOn(StartWithin.TotalSeconds);
    }

    /// <returns>Something can't be undone at the moment.</returns>
    private async Task<bool> TryAsync(RelayAtHand relay, CancellationToken cancellation)
    {
        var sticks = false;
        try
        {
            foreach (var outcome in await _workshop.Runner("relay", new RelayItself(stop => NoticeAsync(relay, stop), relay.Dispatcher, relay.Watch, relay.Model, time)).RecoverAsync(null, cancellation))
            {
                sticks |= outcome.End == PlanEnd.Undecided;
                // What can't be read is told when the journals are looked at.
                if (outcome.End is not (PlanEnd.InHand or PlanEnd.Unknown) && !(_told.TryGetValue(outcome.Id, out var told) && told == outcome.Text))
                    LogRecovered(outcome.Id.Value, _told[outcome.Id] = outcome.Text);
            }
        }
        catch (PlanStoreException trouble)
        {
            LogUnreadable(trouble.Message);
        }
        await NoticeAsync(relay, cancellation);
        return sticks;
    }

    /// <summary>A plan verb has begun or decided one: its sources are held, or let go, before this returns. Waits for no lock of the plans: who asks may hold it.</summary>
    /// <returns>How many sources plans are at.</returns>
    public async Task<int> NoticeAsync(RelayAtHand relay, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(relay);
        await _looking.WaitAsync(cancellation);
        try
        {
            var open = await OpenAsync(relay.Model(), cancellation);
            // Told only what is new: the dispatcher goes through all that waits when something changes.
            if (!open.SequenceEqual(_open))
            {
                LetGo([.. _open.ExceptBy(open.Select(plan => plan.Source), plan => plan.Source)], relay);
                relay.Dispatcher.SetUndecided([.. _open = open, .. _leaving]);
            }
            return open.Length;
        }
        catch (PlanStoreException trouble)
        {
            // The fence and the checks stand for what is on the wire; a file that can't be read must not keep all mail back.
            TellUnreadable(trouble.Message);
            return 0;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Looks at the journals again and again: a notice may be lost, the process of a plan may die, a server may come back. Of a journal only what was added is read.</summary>
    public async Task KeepAsync(RelayAtHand relay, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(relay);
        var (rest, since) = (BetweenTries, time.GetTimestamp());
        try
        {
            while (true)
            {
                await Task.Delay(BetweenTries, time, stop);
                await NoticeAsync(relay, stop);
                if (!_undoing.IsCompleted || time.GetElapsedTime(since) < rest)
                    continue;
                // Whoever can't be reached for an hour is asked every minute, not every ten seconds: others want the lock.
                rest = !await _undoing ? BetweenTries : rest * 2 < LongestRest ? rest * 2 : LongestRest;
                (_undoing, since) = (_isOpen ? TryAsync(relay, stop) : Nothing, time.GetTimestamp());
            }
        }
        catch (OperationCanceledException)
        {
            // The relay stops; the next start looks again.
        }
        await Task.WhenAny(_undoing);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _workshop.Dispose();
        _looking.Dispose();
    }

    /// <summary>Sources whose plan is decided stay held until the outside was asked what it sees now, or had its time: what was proven before says nothing, and most receivers don't.</summary>
    private void LetGo(ImmutableArray<UndecidedPlan> decided, RelayAtHand relay)
    {
        if (decided.IsEmpty)
            return;
        var asked = Task.WhenAll(decided.Select(plan => relay.Watch.LookAfreshAsync(plan.Source)));
        if (asked.IsCompleted)
            return;
        ImmutableArray<UndecidedPlan> leaving = [.. decided.Select(plan => plan with { IsDecided = true })];
        _leaving = [.. _leaving, .. leaving];
        _ = GoAsync();

        async Task GoAsync()
        {
            try
            {
                await Task.WhenAny(asked, Task.Delay(AskedWithin, time, _ended.Token));
                await _looking.WaitAsync(_ended.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            _leaving = _leaving.RemoveRange(leaving);
            relay.Dispatcher.SetUndecided([.. _open, .. _leaving]);
            _looking.Release();
        }
    }

    private async Task<ImmutableArray<UndecidedPlan>> OpenAsync(RelayModel model, CancellationToken cancellation)
    {
        var shelf = await _workshop.Store.ReadAllAsync(cancellation);
        TellUnreadable(string.Join(" ", shelf.Damaged.Select(one => one.Why)));
        var open = shelf.Plans.Where(history => history.IsInHand).ToList();
        _isOpen = open.Count > 0;
        // What can't be read at this moment may be in hand as it was a moment ago.
        var unread = shelf.Damaged.Select(one => one.Id.Value).ToHashSet(StringComparer.Ordinal);
        return [.. open.SelectMany(history => SourcesOf(history, model)), .. _open.Where(plan => unread.Contains(plan.Plan))];
    }

    /// <summary>Once, until it is another.</summary>
    private void TellUnreadable(string why)
    {
        if (why.Length > 0 && why != _unreadable)
            LogUnreadable(why);
        _unreadable = why;
    }

    private static IEnumerable<UndecidedPlan> SourcesOf(PlanHistory history, RelayModel model)
    {
        var plan = history.Plan;
        var (touched, moved) = (plan.Touched.ToHashSet(), plan.Moved);
        return model.Sources.All.Where(source => touched.Contains(source.Id) || moved.Contains(source.LocalAddress)).Select(source => new UndecidedPlan(source.Id, plan.Id.Value, history.Since));
    }

    [LoggerMessage(920, LogLevel.Warning, "Plan {Plan} was broken off. {Outcome}")]
    private partial void LogRecovered(string plan, string outcome);

    [LoggerMessage(928, LogLevel.Warning, "A plan that was broken off is not undone after {Seconds} seconds: its sources are held, everything else begins, and it is gone on with")]
    private partial void LogGoesOn(double seconds);

    [LoggerMessage(921, LogLevel.Error, "Whether a plan is in hand can't be found out: {Why}")]
    private partial void LogUnreadable(string why);
}
