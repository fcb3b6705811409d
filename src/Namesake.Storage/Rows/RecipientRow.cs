using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Storage.Rows;

internal readonly record struct RecipientRow(
    int Ordinal,
    long Queue,
    string Address,
    DsnNotify? Notify,
    string? Original,
    bool IsUndeliverable,
    long Claim,
    long Due,
    long Expires,
    int Attempts,
    string? LastReply,
    bool DelayTold,
    MailHold? Hold)
{
    /// <summary>Neither undeliverable nor held.</summary>
    public bool IsWaiting => !IsUndeliverable && Hold is null;


    /// <summary>The address type is an atom, so the first semicolon ends it. RFC 3461 §4.2</summary>
    public static string? Store(OriginalRecipient? original) => original is null ? null : original.AddressType + ";" + original.Address;

    public QueuedRecipient ToRecipient()
    {
        OriginalRecipient? original = null;
        if (Original is { } text && text.IndexOf(';', StringComparison.Ordinal) is > 0 and var at)
            original = new OriginalRecipient(text[..at], text[(at + 1)..]);
        return new QueuedRecipient(Ordinal, Mailbox.Parse(Address), Notify, original, Attempts, LastReply, DelayTold);
    }
}
