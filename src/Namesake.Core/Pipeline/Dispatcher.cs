using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Pipeline.Routing;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

/// <summary>Connects the stages: the only type that knows them all. It carries consignments from one to the next and decides nothing itself.</summary>
/// <remarks>
/// <para>A consignment comes from Submission (fresh, still in memory), from the spool (due again) or from Reporting (a DSN of ours). Routing says
/// where it goes, the gate whether it may go now, a lane lines it up, a session carries it out, Reporting writes down the end. Whoever holds one in
/// memory has it claimed in the spool, with its next attempt's time already stored: forgetting it here loses nothing.</para>
/// <para>What may not go now goes back to the spool instead of waiting here, so that the window is never filled by mail that can't move.
/// A held source's queues are then skipped by their row until the standing changes.</para>
/// </remarks>
public sealed partial class Dispatcher : IPlacement, IAsyncDisposable
{
    private readonly ISpool _spool;
    private readonly Router _router;
    private readonly Gate _gate;
    private readonly Deliverer _deliverer;
    private readonly Reporter _reporter;
    private readonly ISourceStandings _standings;
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
    private int _inMemory;
    private long _bytesInMemory;
    private bool _mayHaveMore = true;

    public Dispatcher(
        ISpool spool, Router router, Gate gate, Deliverer deliverer, ISourceStandings standings, Func<RelayModel> model,
        RetrySchedule retries, DispatcherOptions options, TimeProvider time, ILogger log)
    {
        (_spool, _router, _gate, _deliverer, _standings, _model) = (spool, router, gate, deliverer, standings, model);
        (_retries, _options, _time, _log) = (retries, options, time, log);
        _reporter = new Reporter(spool, model, this, time);
        _metrics = new DispatcherMetrics(this);
        standings.Changed += StandingChanged;
    }

    /// <summary>Consignments in memory now.</summary>
    public int InMemory => Volatile.Read(ref _inMemory);

    public IEnumerable<Lane> Lanes => _gate.Lanes;

    /// <summary>Takes consignments that are claimed and committed. Returns at once.</summary>
    public void Offer(ImmutableArray<Consignment> consignments)
    {
        foreach (var consignment in consignments)
            Offer(consignment);
    }

    private void Offer(Consignment consignment)
    {
        Interlocked.Increment(ref _inMemory);
        Interlocked.Add(ref _bytesInMemory, consignment.Content?.Length ?? 0);
        if (consignment.Expires <= _time.GetUtcNow())
            Run(() => ExpireAsync(consignment));
        else if (_stopping.IsCancellationRequested)
            Run(() => ReturnAsync(consignment, null));
        else if (_router.Known(consignment.Key.Domain, consignment.Via) is { } plan)
            Proceed(consignment, plan);
        else
            Run(() => RouteAsync(consignment));
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
            Run(() => UnroutableAsync(consignment, (Unroutable)plan));
            return;
        }

        var source = _model().Sources.Find(consignment.Key.Source);
        var hold = source is null || !route.HasFamily(source.Family) ? null : _gate.HoldOf(source.Id, route.Site, route.Identity);
        if (source is null || hold is not null || !route.HasFamily(source.Family))
        {
            Run(() => ElsewhereAsync(consignment, route, source));
            return;
        }

        var lane = _gate.LaneOf(new LaneKey(source.Id, route.Site));
        if (lane.IsResting)
            Run(() => ReturnAsync(consignment, lane.Backoff!.Until));
        else if (lane.Enqueue(new Waybill(consignment, source, route), route.Connections))
            Run(() => WorkAsync(lane));
    }

    /// <summary>The source can't carry it: another of its brand takes it over, or it waits.</summary>
    private async Task ElsewhereAsync(Consignment consignment, Reachable route, Source? source)
    {
        var tried = consignment.Recipients.Any(recipient => recipient.LastReply is not null);
        var familyMissing = source is not null && !route.HasFamily(source.Family);
        // Mail a receiver has seen keeps its address for 4 hours (greylisting), unless that address can never reach the site.
        var mayMove = !tried || source is null || familyMissing || _time.GetUtcNow() - consignment.AcceptedAt >= Reporter.DelayAfter;
        if (mayMove && _model().Brands.Find(consignment.Key.Brand) is { } brand
            && Choose(brand, consignment.Message, consignment.Key.Domain, consignment.Via, route) is { } other && other != consignment.Key.Source)
        {
            Proceed(await _spool.MoveAsync(consignment, other), route);
            return;
        }

        if (familyMissing)
        {
            var outcome = new Deferred(SessionPhase.Resolve, FailureScope.Site, null,
                $"{consignment.Key.Domain} can be reached over {(source!.Family == System.Net.Sockets.AddressFamily.InterNetwork ? "IPv6" : "IPv4")} only, and {consignment.Key.Brand} has no open source of that family");
            await EndAsync(consignment, [.. consignment.Recipients.Select(_ => (Outcome)outcome)], null, false, null);
            return;
        }

        await ReturnAsync(consignment, null);
    }

    /// <summary>One session after another for a lane, until nothing waits in it.</summary>
    private async Task WorkAsync(Lane lane)
    {
        try
        {
            await WorkOffAsync(lane);
        }
        catch
        {
            lane.Left();
            throw;
        }
    }

    private async Task WorkOffAsync(Lane lane)
    {
        while (lane.First() is { } first)
        {
            if (_model().Sources.Find(first.Source.Id) != first.Source)
            {
                // A reload changed its source while it waited: it must not leave under the old name or address.
                Reoffer(first.Consignment);
                continue;
            }

            await using var session = _deliverer.Open(first);
            var place = new ParkedSession(first.Route.Destination);
            for (var waybill = first; waybill is not null; waybill = await lane.NextAsync(place))
            {
                if (!session.Carries(waybill) || _stopping.IsCancellationRequested || _gate.HoldOf(waybill.Source.Id, waybill.Route.Site, waybill.Route.Identity) is not null)
                {
                    // Its source was changed, held or the relay stops since it was lined up: it goes the whole way again.
                    Reoffer(waybill.Consignment);
                    break;
                }

                if (!await CarryAsync(lane, session, waybill))
                    break;
            }
        }
    }

    /// <returns>Whether the session can carry another.</returns>
    private async Task<bool> CarryAsync(Lane lane, DeliverySession session, Waybill waybill)
    {
        AttemptReport report;
        try
        {
            report = await session.SendAsync(waybill, stop => ContentAsync(waybill.Consignment, stop), _aborting.Token);
        }
        catch (Exception trouble)
        {
            // The content can't be read, the time to stop is over, or this is a bug: the session is ended and the mail waits for its next time.
            if (trouble is not (SpoolUnavailableException or OperationCanceledException))
                DispatcherLog.Failed(_log, trouble);
            Outcome outcome = trouble is OperationCanceledException
                ? new Abandoned(SessionPhase.Mail, "the relay is stopping")
                : new Deferred(SessionPhase.Mail, FailureScope.Message, null, $"the message could not be sent for a reason of our own: {trouble.Message}");
            report = AttemptReport.Same(waybill, outcome, alive: false, siteTrouble: null, TimeSpan.Zero, session.Facts);
        }

        Backoff? rest = null;
        if (report.SiteTrouble is { } siteTrouble)
        {
            rest = lane.Rest(siteTrouble, null);
            _metrics.LaneRested(lane.Key);
            foreach (var waiting in lane.Clear(endParked: true))
                Run(() => ReturnAsync(waiting.Consignment, rest.Until));
        }
        else if (report.Outcomes.Any(outcome => outcome is Delivered or Refused))
        {
            lane.Recovered();
        }

        var attempt = Event(waybill, report);
        _metrics.Attempted(waybill, attempt, report);
        DispatcherLog.Attempt(_log, attempt);
        // Not awaited: the session goes on with the next message while the spool writes. The window bounds how much can be unwritten.
        Run(() => EndAsync(waybill.Consignment, report.Outcomes, attempt, report.IdentityRefusal is not null, rest?.Until));
        return report.SessionAlive;
    }

    private async Task<StoredContent> ContentAsync(Consignment consignment, CancellationToken stop) =>
        consignment.Content is { } bytes ? new StoredContent(bytes) : await _spool.OpenContentAsync(consignment.Message, stop);

    private Task UnroutableAsync(Consignment consignment, Unroutable plan)
    {
        Outcome outcome = plan.Reply.IsPermanent
            ? new Refused(SessionPhase.Resolve, FailureScope.Recipient, plan.Reply, plan.Reply.ToString())
            : new Deferred(SessionPhase.Resolve, FailureScope.Site, plan.Reply, plan.Reply.ToString());
        return EndAsync(consignment, [.. consignment.Recipients.Select(_ => outcome)], null, false, null);
    }

    private async Task EndAsync(Consignment consignment, ImmutableArray<Outcome> outcomes, AttemptEvent? attempt, bool identityRefused, DateTimeOffset? notBefore)
    {
        // A rest shorter than the stored retry must not bring mail back earlier than its schedule, but abandoned mail waits for the rest only.
        var due = outcomes.Any(outcome => outcome is Abandoned) ? notBefore : null;
        var spawned = await _reporter.AttemptEndedAsync(consignment, outcomes, attempt, identityRefused, due, _aborting.Token);
        Forget(consignment);
        OfferClaimed(spawned);
    }

    private async Task ReturnAsync(Consignment consignment, DateTimeOffset? due)
    {
        await _reporter.ReturnAsync(consignment, due ?? _time.GetUtcNow(), _aborting.Token);
        Forget(consignment);
    }

    private async Task ExpireAsync(Consignment consignment)
    {
        var spawned = await _reporter.ExpiredAsync(consignment, WhyWaiting(consignment), _aborting.Token);
        _metrics.Expired(consignment);
        Forget(consignment);
        OfferClaimed(spawned);
    }

    private void OfferClaimed(ImmutableArray<Consignment> spawned)
    {
        foreach (var dsn in spawned)
            if (dsn.Content is not null) // Those placed to wait come back without content and are claimed when they are due.
                Offer(dsn);
    }

    private void Reoffer(Consignment consignment)
    {
        Forget(consignment);
        Offer(consignment);
    }

    private void Forget(Consignment consignment)
    {
        Interlocked.Add(ref _bytesInMemory, -(consignment.Content?.Length ?? 0));
        var left = Interlocked.Decrement(ref _inMemory);
        if (left < _options.Window / 2 && Volatile.Read(ref _mayHaveMore))
            SignalDue();
        if (left == 0 && _stopping.IsCancellationRequested)
            _drained.TrySetResult();
    }

    /// <summary>Starts work nobody waits for. Trouble ends in the log, never in an unobserved exception; the claim in the spool brings the mail back.</summary>
    private void Run(Func<Task> work)
    {
        _ = Observed();

        async Task Observed()
        {
            try
            {
                await work();
            }
            catch (OperationCanceledException) when (_aborting.IsCancellationRequested || _stopping.IsCancellationRequested)
            {
                // Stopping: the spool has everything.
            }
            catch (Exception failure)
            {
                DispatcherLog.Failed(_log, failure);
            }
        }
    }
}
