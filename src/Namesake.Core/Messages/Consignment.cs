using System.Collections.Immutable;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Messages;

/// <summary>The recipients of one message that wait in one queue: what is claimed, sent in one transaction and settled together.</summary>
/// <param name="Client">Where it came from, as in the spool.</param>
/// <param name="Due">When the spool will offer it again if nothing is settled before: stored before anybody dials.</param>
/// <param name="Expires">When it is given up; runs from acceptance, held or not.</param>
/// <param name="Claimed">Ours to send and settle. False: it waits in the spool, is shown only, and nothing but a told delay can be settled.</param>
/// <param name="Content">The bytes when they are still in memory (a fresh message); null: read them from the spool.</param>
public sealed record Consignment(
    MessageId Message,
    QueueId Queue,
    QueueKey Key,
    Mailbox? Sender,
    bool EightBit,
    bool SmtpUtf8,
    DsnReturn? Return,
    string? EnvelopeId,
    long Size,
    bool IsDsn,
    string Client,
    ImmutableArray<QueuedRecipient> Recipients,
    DateTimeOffset Due,
    DateTimeOffset Expires,
    ReadOnlyMemory<byte>? Content,
    bool Claimed = true)
{
    /// <summary>Who handed it in: the authenticated user; else the envelope sender at the client's address, or for null senders and forwarded mail the address alone; "dsn" for our own.</summary>
    public string Submitter { get; init; } = Client;

    /// <summary>What keeps it back in the spool: it is shown, told about or ended, never sent. Null: nothing does.</summary>
    public MailHold? Hold { get; init; }

    public DateTimeOffset AcceptedAt => Message.AcceptedAt;

    /// <summary>As in <see cref="QueueKey.Via"/>.</summary>
    public string? Via => Key.Via;
}

/// <param name="Ordinal">Its place in the message, from 0: with the message id it names the recipient for good.</param>
/// <param name="Attempts">Attempts begun so far, this one included once it is claimed.</param>
/// <param name="DelayTold">A delay DSN was sent; there is only one.</param>
/// <param name="LastReply">What the newest attempt heard, for people.</param>
public sealed record QueuedRecipient(
    int Ordinal,
    Mailbox Address,
    DsnNotify? Notify,
    OriginalRecipient? OriginalRecipient,
    int Attempts,
    string? LastReply,
    bool DelayTold);
