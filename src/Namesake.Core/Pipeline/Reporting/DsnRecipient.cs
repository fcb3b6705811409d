using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>What a DSN says of one recipient (RFC 3464 §2.3).</summary>
/// <param name="Status">The enhanced code, "5.1.1".</param>
/// <param name="Reply">The receiver's words, where it said any.</param>
internal sealed record DsnRecipient(QueuedRecipient Recipient, DsnAction Action, string Status, SmtpReply? Reply, string Explanation)
{
    /// <summary>Null when this outcome is nothing to tell.</summary>
    public static DsnRecipient? For(Consignment consignment, QueuedRecipient recipient, Outcome outcome, RecipientFate fate, DateTimeOffset now)
    {
        if (consignment.Sender is null)
            return null; // Never a DSN for a DSN, nor for anybody else's (RFC 5321 §6.1).
        return outcome switch
        {
            Refused refused when fate == RecipientFate.Failed && WantsFailure(recipient) =>
                new DsnRecipient(recipient, DsnAction.Failed, StatusOf(refused.Reply, "5.0.0"), refused.Reply, refused.Explanation),
            Delivered delivered when recipient.Notify is { } notify && notify.HasFlag(DsnNotify.Success) =>
                new DsnRecipient(recipient, DsnAction.Relayed, StatusOf(delivered.Answer, "2.0.0"), delivered.Answer, "the receiver took the message; it may not tell you more (RFC 3461 §6.2.4)"),
            Deferred deferred when !recipient.DelayTold && WantsDelay(recipient) && now - consignment.AcceptedAt >= Reporter.DelayAfter =>
                new DsnRecipient(recipient, DsnAction.Delayed, StatusOf(deferred.Reply, "4.4.7"), deferred.Reply, deferred.Explanation),
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
