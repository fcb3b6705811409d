using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Pipeline.Routing;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Suppression;

namespace Namesake.Core.Pipeline;

/// <summary>Connects the stages: the only type that knows them all. It carries consignments from one to the next and decides nothing itself.</summary>
/// <remarks>
/// <para>A consignment comes from Submission (fresh, still in memory), from the spool (due again) or from Reporting (a DSN of ours). Routing says
/// where it goes, the gate whether it may go now, a lane lines it up, a session carries it out, Reporting writes down the end. Whoever holds one in
/// memory has it claimed in the spool, with its next attempt's time already stored: forgetting it here loses nothing, but until the next start nobody else
/// can have it. So whatever fails on the way, the claim is given back.</para>
/// <para>What may not go now goes back to the spool instead of waiting here, so that the window is never filled by mail that can't move.
/// Its queues are then put off, by their row, until what keeps them ends.</para>
/// </remarks>
public sealed partial class Dispatcher : IPlacement, IAsyncDisposable
{
    private readonly ISpool _spool;
    private readonly Router _router;
    private readonly Gate _gate;
    private readonly Deliverer _deliverer;
    private readonly Reporter _reporter;
    private readonly ISourceStandings _standings;
    private readonly Submitters _submitters;
    private readonly Suppressions _suppressions;
    private readonly Func<RelayModel> _model;
    private readonly RetrySchedule _retries;
    private readonly DispatcherOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DispatcherMetrics _metrics;
    private readonly SemaphoreSlim _dueSignal = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WindowShares _window;
    private bool _mayHaveMore = true;

    public Dispatcher(
        ISpool spool, Router router, Gate gate, Deliverer deliverer, ISourceStandings standings, Submitters submitters, Suppressions suppressions, Func<RelayModel> model,
        RetrySchedule retries, DispatcherOptions options, TimeProvider time, ILogger log)
    {
        (_spool, _router, _gate, _deliverer, _standings, _submitters, _suppressions, _model) = (spool, router, gate, deliverer, standings, submitters, suppressions, model);
        (_retries, _options, _time, _log) = (retries, options, time, log);
        _window = new WindowShares(options.Window, options.WindowBytes);
        _reprieve = new Reprieve(time.GetTimestamp(), options.Reprieve);
        _reporter = new Reporter(spool, model, this, time, log);
        _metrics = new DispatcherMetrics(this);
        standings.Changed += StandingChanged;
        submitters.Changed += SubmitterChanged;
    }

    /// <summary>Consignments in memory now.</summary>
    public int InMemory => _window.Count;

    public IEnumerable<Lane> Lanes => _gate.Lanes;

    /// <summary>What sources carry in a day.</summary>
    public WarmUps WarmUps => _gate.WarmUps;

    /// <summary>Sessions of the whole node.</summary>
    public SessionSlots Slots => _gate.Slots;

    /// <summary>Takes what was committed as claimed; what was placed to wait stays in the spool until it is due. Returns at once, and never throws: what can't go on goes back.</summary>
    public void Offer(ImmutableArray<Consignment> consignments)
    {
        foreach (var consignment in consignments)
            if (consignment.Claimed)
                Offer(consignment);
    }

    private void Offer(Consignment consignment)
    {
        _window.Enter(consignment.Key.Brand, consignment.Content?.Length ?? 0);
        try
        {
            if (consignment.Expires <= _time.GetUtcNow() && _reprieve.IsOver(_time))
                Run(consignment, () => ExpireAsync(consignment));
            else if (_stopping.IsCancellationRequested)
                Run(consignment, () => ReturnAsync(consignment, null));
            else if (_submitters.FreezeOf(consignment.Submitter) is not null)
                Run(consignment, () => ReturnFrozenAsync(consignment));
            else if (MayBeSuppressed(consignment))
                Run(consignment, () => SuppressAsync(consignment));
            else if (_router.Known(consignment.Key.Domain, consignment.Via) is { } plan)
                Proceed(consignment, plan);
            else
                Run(consignment, () => RouteAsync(consignment));
        }
        catch (Exception failure)
        {
            Run(consignment, () => SalvageAsync(consignment, [], failure));
        }
    }

    private async Task RouteAsync(Consignment consignment)
    {
        RoutePlan plan;
        try
        {
            plan = await _router.PlanAsync(consignment.Key.Domain, consignment.Via, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await ReturnAsync(consignment, null);
            return;
        }

        Proceed(consignment, plan);
    }

    /// <summary>From a plan to a lane, or back.</summary>
    private void Proceed(Consignment consignment, RoutePlan plan)
    {
        if (plan is not Reachable route)
        {
            Run(consignment, () => UnroutableAsync(consignment, (Unroutable)plan));
            return;
        }

        var model = _model();
        var source = Belonging.Holds(consignment.Key, model) ? model.Sources.Find(consignment.Key.Source) : null;
        if (source is null || source.Retiring || !route.HasFamily(source.Family) || _gate.ClosedBy(source.Id, route.Site, route.Identity) is not null
            || AnsweredInstead(consignment.Key, route) is not null)
        {
            Run(consignment, () => ElsewhereAsync(consignment, route, source));
            return;
        }

        LineUp(consignment, source, route);
    }

    private void LineUp(Consignment consignment, Source source, Reachable route)
    {
        var (key, messages) = (new LaneKey(source.Id, route.Site), Transaction.Count(consignment));
        if (_gate.FindLane(key)?.RestOf(route.Destination) is { } rest)
            Run(consignment, () => ReturnAsync(consignment, rest.Until));
        else if (!_gate.WarmUps.TryBoard(source, route.Identity, messages))
            Run(consignment, () => ElsewhereAsync(consignment, route, source));
        else if (_gate.Rates.Take(key, route.Limits, messages) is { } wait)
        {
            _gate.WarmUps.Leave(source.Id, route.Identity, [], messages);
            Run(consignment, () => ReturnAsync(consignment, _time.GetUtcNow() + wait));
        }
        else if (_gate.LineUp(key, new Waybill(consignment, source, route)) is { } needsSession)
            _ = WorkAsync(needsSession);
        else
            BeginSessions();
    }

    private Task UnroutableAsync(Consignment consignment, Unroutable plan)
    {
        Outcome outcome = plan.Reply.IsPermanent
            ? new Refused(SessionPhase.Resolve, FailureScope.Recipient, plan.Reply, plan.Reply.ToString())
            : new Deferred(SessionPhase.Resolve, FailureScope.Site, plan.Reply, plan.Reply.ToString());
        return EndWithoutSessionAsync(consignment, null, outcome);
    }
}
