using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Suppression;

namespace Namesake.Core.Pipeline;

// Recipients of a brand's list are returned instead of sent, whenever their mail is met; what receivers say goes to the list.
public sealed partial class Dispatcher
{
    /// <summary>Submission refuses what is in the list at RCPT; this is for what was here before it came into it, and for mail whose brand showed only later. Bounces go: nobody could be told.</summary>
    private bool MayBeSuppressed(Consignment consignment)
    {
        if (!_suppressions.HasAny(consignment.Key.Brand) || consignment.IsDsn || consignment.Sender is null)
            return false;
        foreach (var recipient in consignment.Recipients)
            if (_suppressions.MayBeListed(consignment.Key.Brand, recipient.Address))
                return true;
        return false;
    }

    private async Task SuppressAsync(Consignment consignment)
    {
        var stopped = new List<(QueuedRecipient Recipient, SuppressionEntry Entry)>();
        foreach (var recipient in consignment.Recipients)
            if (await _suppressions.FindAsync(consignment.Key.Brand, recipient.Address, _stopping.Token) is { } entry)
                stopped.Add((recipient, entry));
        var rest = consignment.Recipients.RemoveRange(stopped.Select(one => one.Recipient));
        if (stopped.Count > 0)
        {
            var part = consignment with { Recipients = [.. stopped.Select(one => one.Recipient)] };
            ImmutableArray<Outcome> outcomes =
                [.. stopped.Select(one => new Refused(SessionPhase.Resolve, FailureScope.Recipient, one.Entry.Answer(), $"{one.Entry.Key.Address} {one.Entry.Why()}. {one.Entry.HowItEnds()}"))];
            var ended = WithoutSession(part, null, outcomes, ended: "suppressed");
            Offer(await _reporter.AttemptEndedAsync(part, outcomes, ended, identityRefused: false, notBefore: null, _aborting.Token));
            _suppressions.TurnedAway(consignment.Key.Brand, stopped.Count);
        }

        if (rest.IsEmpty)
            Forget(consignment);
        else
            await GoOnAsync(consignment with { Recipients = rest });
    }

    private async Task GoOnAsync(Consignment consignment)
    {
        if (_router.Known(consignment.Key.Domain, consignment.Via) is { } plan)
            Proceed(consignment, plan);
        else
            await RouteAsync(consignment);
    }

    /// <summary>What an attempt tells of the mailboxes. A refusal of the whole message tells nothing of any of them, whatever its words: one that is gone would take up to a hundred others with it.</summary>
    private async Task TellListAsync(Consignment consignment, ImmutableArray<Outcome> outcomes)
    {
        if (consignment.IsDsn || consignment.Sender is null)
            return;
        for (var i = 0; i < outcomes.Length; i++)
        {
            var (brand, address) = (consignment.Key.Brand, consignment.Recipients[i].Address);
            if (outcomes[i] is Refused { IsOfOneRecipient: true, Reply: { } reply, Verdict: { } verdict, Phase: var phase })
                await _suppressions.RefusedAsync(brand, address, consignment.Message, reply, verdict, phase);
            else if (outcomes[i] is Delivered)
                await _suppressions.TakenAsync(brand, address);
        }
    }
}
