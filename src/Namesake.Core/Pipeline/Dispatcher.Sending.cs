using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline;

// Sessions at work in a lane.
public sealed partial class Dispatcher
{
    /// <summary>One session after another, until nothing waits in the lane. Never throws: a slot of the lane that nobody gives back would be gone for good.</summary>
    private async Task WorkAsync(Lane lane)
    {
        while (lane.First() is { } first)
        {
            await ServeAsync(lane, first);
            lane.Ended(first.Route.Destination);
        }
    }

    private async Task ServeAsync(Lane lane, Waybill first)
    {
        // What this session has to answer for: taken from the lane and not yet handed on.
        var atHand = first;
        try
        {
            await using var session = _deliverer.Open(first, _aborting.Token);
            var place = new ParkedSession(first.Session);
            while (atHand is { } waybill)
            {
                if (!session.Carries(waybill) || !MayGo(waybill))
                {
                    // Its source was changed or held, or the relay stops, since it was lined up: it goes the whole way again.
                    atHand = null;
                    Reoffer(waybill.Consignment);
                    break;
                }

                var report = await SendAsync(session, waybill);
                atHand = null;
                Sent(lane, waybill, report);
                if (report.SessionAlive && !session.IsSpent)
                    atHand = await lane.NextAsync(place);
            }
        }
        catch (Exception failure)
        {
            if (atHand is { } left)
                await SalvageAsync(left.Consignment, [], failure);
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
        && _gate.HoldOf(waybill.Source.Id, waybill.Route.Site, waybill.Route.Identity) is null;

    private async Task<AttemptReport> SendAsync(DeliverySession session, Waybill waybill)
    {
        try
        {
            return await session.SendAsync(waybill, stop => ContentAsync(waybill.Consignment, stop), () => MayGo(waybill));
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
    private void Sent(Lane lane, Waybill waybill, AttemptReport report)
    {
        var consignment = waybill.Consignment;
        try
        {
            var rest = RestOf(lane, waybill.Route.Destination, waybill.Route.Connections, report);
            var attempt = Event(waybill, report);
            _metrics.Attempted(attempt, report);
            DispatcherLog.Attempt(_log, attempt);
            // Not awaited: the session goes on with the next message while the spool writes. The window bounds how much can be unwritten.
            Run(consignment, () => EndAsync(consignment, report.Outcomes, attempt, report.IdentityRefusal is not null, rest?.Until));
        }
        catch (Exception failure)
        {
            Run(consignment, () => SalvageAsync(consignment, report.Outcomes, failure));
        }
    }

    private Backoff? RestOf(Lane lane, string destination, int connections, AttemptReport report)
    {
        // What the receiver asks for in words goes before what the failure alone would mean: it speaks of our address, so of the whole lane.
        if (report.IdentityRefusal is null && LaneTrouble.In(report.Outcomes, lane.Backoff) is { } asked)
        {
            var rest = lane.Rest(asked.Why, asked.Wait);
            _metrics.LaneRested(lane.Key);
            GiveBack(lane.Clear(endParked: true), rest.Until);
            return rest;
        }

        if (report.Trouble is { } trouble)
        {
            var whole = trouble.Depth == TroubleDepth.Lane;
            var rest = whole ? lane.Rest(trouble.Reason, null) : lane.RestDestination(destination, trouble.Reason);
            _metrics.LaneRested(lane.Key);
            GiveBack(whole ? lane.Clear(endParked: true) : lane.Clear(destination), rest.Until);
            return rest;
        }

        if (report.Outcomes.Any(outcome => outcome is Delivered or Refused))
        {
            lane.Recovered(destination);
            if (lane.TakesAnother(connections))
                _ = WorkAsync(lane);
        }

        return null;
    }

    private async Task<StoredContent> ContentAsync(Consignment consignment, CancellationToken stop) =>
        consignment.Content is { } bytes ? new StoredContent(bytes) : await _spool.OpenContentAsync(consignment.Message, stop);
}
