using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Messages;

/// <summary>The recipients of one message that wait in one queue: what is claimed, sent in one transaction and settled together.</summary>
/// <param name="Due">When the spool will offer it again if nothing is settled before: stored before anybody dials.</param>
/// <param name="Expires">When it is given up; runs from acceptance, held or not.</param>
/// <param name="Content">The bytes when they are still in memory (a fresh message); null: read them from the spool.</param>
public sealed record Consignment(
    MessageId Message,
    QueueId Queue,
    QueueKey Key,
    Mailbox? Sender,
    bool EightBit,
    bool SmtpUtf8,
    DsnReturn Return,
    string? EnvelopeId,
    long Size,
    ImmutableArray<QueuedRecipient> Recipients,
    DateTimeOffset Due,
    DateTimeOffset Expires,
    ReadOnlyMemory<byte>? Content)
{
    public DateTimeOffset AcceptedAt => Message.AcceptedAt;
}

/// <param name="Ordinal">Its place in the message, from 0: with the message id it names the recipient for good.</param>
/// <param name="Attempts">Attempts begun so far, this one included once it is claimed.</param>
/// <param name="FirstTried">When the first attempt began; null before it.</param>
/// <param name="LastReply">What the newest attempt heard, for people.</param>
public sealed record QueuedRecipient(
    int Ordinal,
    Mailbox Address,
    DsnNotify Notify,
    string? OriginalRecipient,
    int Attempts,
    string? LastReply,
    bool DelayTold);
