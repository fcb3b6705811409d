using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>What a DSN says of one recipient (RFC 3464 §2.3).</summary>
/// <param name="Status">The enhanced code, "5.1.1".</param>
/// <param name="Reply">The receiver's words, where it said any.</param>
/// <param name="RemoteMta">The host that said them; null where none was reached.</param>
internal sealed record DsnRecipient(QueuedRecipient Recipient, DsnAction Action, string Status, SmtpReply? Reply, string Explanation, string? RemoteMta = null)
{
    /// <summary>Null when this outcome is nothing to tell.</summary>
    /// <param name="now">As ids tell the time (<see cref="ISpool.IdsAhead"/>).</param>
    public static DsnRecipient? For(Consignment consignment, QueuedRecipient recipient, Outcome outcome, RecipientFate fate, string? remote, DateTimeOffset now)
    {
        if (consignment.Sender is null)
            return null; // Never a DSN for a DSN, nor for anybody else's (RFC 5321 §6.1).
        return outcome switch
        {
            Refused refused when fate == RecipientFate.Failed && WantsFailure(recipient) =>
                new DsnRecipient(recipient, DsnAction.Failed, StatusOf(refused.Reply, "5.0.0"), refused.Reply, refused.Explanation, remote),
            // Where the receiver took over the wish to be told (it offers DSN), telling is its business: two reports would say two things. RFC 3461 §5.2.1
            Delivered { WillReport: false } delivered when recipient.Notify is { } notify && notify.HasFlag(DsnNotify.Success) =>
                new DsnRecipient(recipient, DsnAction.Relayed, StatusOf(delivered.Answer, "2.0.0"), delivered.Answer, "the receiver took the message; it will send no confirmation of its own", remote),
            Deferred deferred when !recipient.DelayTold && WantsDelay(recipient) && now - consignment.AcceptedAt >= Reporter.DelayAfter =>
                new DsnRecipient(recipient, DsnAction.Delayed, StatusOf(deferred.Reply, "4.4.7"), deferred.Reply, deferred.Explanation, remote),
            _ => null,
        };
    }

    public static bool WantsFailure(QueuedRecipient recipient) => recipient.Notify is not { } notify || notify.HasFlag(DsnNotify.Failure);

    public static bool WantsDelay(QueuedRecipient recipient) => recipient.Notify is not { } notify || notify.HasFlag(DsnNotify.Delay);

    private static string StatusOf(SmtpReply? reply, string otherwise) =>
        reply?.Enhanced is { } enhanced && enhanced.Class == otherwise[0] - '0' ? enhanced.ToString() : otherwise;
}

internal enum DsnAction
{
    Failed,
    Delayed,
    Relayed,
}
