using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline;

// Mail of frozen submitters stays in the spool, and submitters are judged by what receivers say to theirs.
public sealed partial class Dispatcher
{
    /// <summary>When the spool offers mail of a frozen submitter again, should it not be held by then.</summary>
    private static readonly TimeSpan FrozenAgain = TimeSpan.FromMinutes(1);

    /// <summary>Recipients one attempt counts for at most: one letter to a club whose server doesn't like it is no sign.</summary>
    private const int MostOfOneAttempt = 10;

    /// <summary>What was lined up and has not begun goes back; what a session has begun comes to its end.</summary>
    private void SubmitterChanged(Freeze freeze)
    {
        if (freeze.IsObserved)
            return;
        if (_submitters.FreezeOf(freeze.Submitter) is not null)
            foreach (var lane in _gate.Lanes)
                if (lane.Waiting > 0)
                    GiveBack(lane.Clear(waybill => waybill.Consignment.Submitter == freeze.Submitter), null);
        SignalDue();
    }

    private async Task ReturnFrozenAsync(Consignment consignment)
    {
        await ReturnAsync(consignment, _time.GetUtcNow() + FrozenAgain);
        _submitters.Returned(consignment.Submitter);
    }

    private void Tell(Consignment consignment, ImmutableArray<Outcome> outcomes, AttemptEvent attempt)
    {
        if (consignment.IsDsn)
            return;
        var (delivered, refused) = (0, 0);
        foreach (var outcome in outcomes)
        {
            delivered += outcome is Delivered ? 1 : 0;
            refused += outcome is Refused ended && IsSign(ended, attempt.ExpectedPublic) ? 1 : 0;
        }

        if (outcomes.Length > MostOfOneAttempt)
            (delivered, refused) = (delivered * MostOfOneAttempt / outcomes.Length, refused * MostOfOneAttempt / outcomes.Length);
        if (delivered + refused > 0)
            _submitters.Told(consignment.Submitter, consignment.Key.Brand, consignment.Key.Domain, delivered, refused);
    }

    /// <summary>Whether it says something of the recipients or of what the message says. What receivers have against our name, address or domain, against the sender, the size or the form is no sign of a stolen mailbox,
    /// nor is what we find out ourselves before MAIL FROM, which has no verdict.</summary>
    private static bool IsSign(Refused refused, string address) => refused switch
    {
        // DNS says for good that there is no such domain, or that it takes no mail: guessed addresses are what a stolen mailbox sends to. A loop is our own routes' fault.
        { Phase: SessionPhase.Resolve, Reply: { } reply } => reply.Enhanced is not { Subject: 4, Detail: 6 },
        { Verdict.Class: ReplyClass.Recipient or ReplyClass.Content, Reply: { } reply } => !Names(reply, address),
        // Words nobody knows: from RCPT on the code alone answers a recipient or a message (RFC 5321 §4.3.2).
        { Verdict.Class: ReplyClass.Unclassified, Phase: >= SessionPhase.Rcpt, Reply: { } reply } => !Names(reply, address),
        _ => false,
    };

    /// <summary>Block lists and their readers name the address they don't like.</summary>
    private static bool Names(SmtpReply reply, string address) => reply.Lines.Any(line => line.Contains(address, StringComparison.Ordinal));
}
