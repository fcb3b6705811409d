using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

// Sessions at work in a lane.
public sealed partial class Dispatcher
{
    /// <summary>One session after another, until nothing waits in the lane or other lanes have their turn. Never throws: a slot that nobody gives back would be gone for good.</summary>
    private async Task WorkAsync(Lane lane)
    {
        while (lane.First() is { } first)
        {
            var destination = first.Route.Destination;
            await ServeAsync(lane, first);
            if (!lane.Ended(destination))
                break;
            _gate.MakeRoomFor(lane);
        }

        _gate.Slots.Release(lane);
        BeginSessions();
    }

    /// <summary>Free slots go to the lanes that wait for one, in their turn.</summary>
    private void BeginSessions()
    {
        while (_gate.NextToBegin() is { } lane)
            _ = WorkAsync(lane);
    }

    /// <param name="atHand">What this session has to answer for: taken from the lane and not yet handed on. Nothing else may know it across an await: a session that waits for its next message must not keep the content of its last.</param>
    private async Task ServeAsync(Lane lane, Waybill? atHand)
    {
        try
        {
            await using var session = _deliverer.Open(atHand!, _aborting.Token);
            var place = new ParkedSession(atHand!.Session);
            var drains = DrainsOf(lane.Key.Source);
            while (atHand is not null)
            {
                if (!session.Carries(atHand) || !MayGo(atHand) || DrainsOf(lane.Key.Source) != drains)
                {
                    // Its source was changed or held, or the relay stops, since it was lined up: it goes the whole way again.
                    var back = atHand;
                    atHand = null;
                    Ashore(back, []);
                    Reoffer(back.Consignment);
                    break;
                }

                var report = await SendAsync(session, atHand);
                var sent = atHand;
                atHand = null;
                var isAlive = report.SessionAlive;
                await SentAsync(lane, sent, report);
                if (isAlive && !session.IsSpent && DrainsOf(lane.Key.Source) == drains)
                    atHand = await lane.NextAsync(place);
            }
        }
        catch (Exception failure)
        {
            if (atHand is { } left)
            {
                Ashore(left, []);
                await SalvageAsync(left.Consignment, [], failure);
            }
            else
                DispatcherLog.Failed(_log, failure);
        }
    }

    /// <summary>Asked for every message, also for those that a session finds when it is done with another: a reload or a hold is never outrun by a session that stands.</summary>
    private bool MayGo(Waybill waybill) =>
        _model() is var model
        && model.Sources.Find(waybill.Source.Id) == waybill.Source
        && Belonging.Holds(waybill.Consignment.Key, model)
        && !_stopping.IsCancellationRequested
        && _submitters.FreezeOf(waybill.Consignment.Submitter) is null
        && _gate.HoldOf(waybill.Source.Id, waybill.Route.Site, waybill.Route.Identity) is null;

    private async Task<AttemptReport> SendAsync(DeliverySession session, Waybill waybill)
    {
        try
        {
            return await session.SendAsync(waybill, stop => ContentAsync(waybill.Consignment, stop), () => MayGo(waybill),
                site => _gate.HoldOf(waybill.Source.Id, site, waybill.Route.Identity) is not null);
        }
        catch (Exception trouble)
        {
            // The content can't be read, the time to stop is over, or this is a bug: the session is ended and the mail waits for its next time.
            var stopped = trouble is OperationCanceledException && _aborting.IsCancellationRequested;
            if (!stopped && trouble is not SpoolUnavailableException)
                DispatcherLog.Failed(_log, trouble);
            Outcome outcome = stopped
                ? new Abandoned(SessionPhase.Mail, "the relay is stopping")
                : new Deferred(SessionPhase.Mail, FailureScope.Message, null, $"the message could not be sent for a reason of our own: {trouble.Message}");
            return AttemptReport.Same(waybill, outcome, alive: false, trouble: null, TimeSpan.Zero, session.Facts);
        }
    }

    /// <summary>What an attempt means for its lane, and its end.</summary>
    private async ValueTask SentAsync(Lane lane, Waybill waybill, AttemptReport report)
    {
        var consignment = waybill.Consignment;
        Ashore(waybill, report.Outcomes);
        try
        {
            // What the receiver asks for in words goes before what the failure alone would mean: it speaks of our address, so of the whole lane.
            var asked = report.IdentityRefusal is null ? LaneTrouble.In(report.Outcomes, lane.Backoff) : null;
            if (asked is { } said && report.Facts.Hop is { } hop && !waybill.Route.IsBest(hop))
                (asked, report) = (null, report with { Trouble = new Trouble(TroubleDepth.Destination, said.Why) }); // said by a host that steps in for the receiver
            if (report.Trouble is not null || asked is not null)
                await Task.Yield(); // A whole lane's mail may go back: not on a thread that serves sockets.
            var rest = RestOf(lane, waybill.Route.Destination, waybill.Route.Connections, report, asked);
            var attempt = Event(waybill, report);
            _metrics.Attempted(attempt, report);
            DispatcherLog.Attempt(_log, attempt);
            // Nobody heard anything of it, and another source of the brand may be answered: it goes on by that one at once, as if it had not been tried.
            if (report.Trouble is { NobodyAnswers: true } && (!IsTried(consignment) || consignment.AcceptedAt <= KeptSince) && AnsweredInstead(consignment.Key, waybill.Route) is { } other)
                Run(consignment, () => ByAnotherAsync(consignment, other, report, attempt));
            else // Not awaited: the session goes on with the next message while the spool writes. The window bounds how much can be unwritten.
                Run(consignment, () => EndAsync(consignment, report.Outcomes, attempt, report.IdentityRefusal is not null, rest?.Until));
        }
        catch (Exception failure)
        {
            Run(consignment, () => SalvageAsync(consignment, report.Outcomes, failure));
        }
    }

    /// <summary>The attempt is told, and the mail waits in the other source's queue: its own rests.</summary>
    private async Task ByAnotherAsync(Consignment consignment, SourceId other, AttemptReport report, AttemptEvent attempt)
    {
        var moved = await TryMoveAsync(consignment, other) ?? consignment; // Moved or not, settling finds it.
        await EndAsync(moved, [.. report.Outcomes.Select(outcome => new Abandoned(outcome.Phase, outcome.Explanation) { LeavesNoTrace = true })], attempt, identityRefused: false, notBefore: null);
    }

    /// <summary>It is in no lane any more: what the receiver was handed of it counts for the source's day.</summary>
    private void Ashore(Waybill waybill, ImmutableArray<Outcome> outcomes) =>
        _gate.WarmUps.Leave(waybill.Source.Id, waybill.Route.Identity, outcomes, Transaction.Count(waybill.Consignment));

    private Backoff? RestOf(Lane lane, string destination, int connections, AttemptReport report, (string Why, TimeSpan Wait)? askedFor)
    {
        if (report.Outcomes.Any(outcome => outcome.Reply is not null))
            lane.Heard(destination);
        if (askedFor is { } asked)
        {
            var rest = lane.Rest(asked.Why, asked.Wait);
            _metrics.LaneRested(lane.Key);
            GiveBack(lane.Clear(endParked: true), rest.Until);
            return rest;
        }

        if (report.Trouble is { } trouble)
        {
            var whole = trouble.Depth == TroubleDepth.Lane;
            var rest = whole ? lane.Rest(trouble.Reason, null) : lane.RestDestination(destination, trouble.Reason, trouble.NobodyAnswers);
            _metrics.LaneRested(lane.Key);
            // Where nobody answers some may go on by another source of their brand: each is looked at anew.
            GiveBack(whole ? lane.Clear(endParked: true) : lane.Clear(destination), trouble.NobodyAnswers ? null : rest.Until);
            return rest;
        }

        if (report.Outcomes.Any(outcome => outcome is Delivered or Refused))
        {
            if (lane.Recovered(destination))
                Opened();
            if (lane.TakesAnother(connections))
                _ = WorkAsync(lane);
            else if (_gate.Slots.Waiting > 0)
            {
                _gate.MakeRoomFor(lane);
                BeginSessions(); // its site may have more than it had
            }
        }

        return null;
    }

    private async Task<StoredContent> ContentAsync(Consignment consignment, CancellationToken stop) =>
        consignment.Content is { } bytes ? new StoredContent(bytes) : await _spool.OpenContentAsync(consignment.Message, stop);
}
