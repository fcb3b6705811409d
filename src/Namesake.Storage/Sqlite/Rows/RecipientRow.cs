using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Storage.Sqlite.Rows;

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
    bool DelayTold)
{
    private const string Columns = "ordinal, queue_id, address, notify, original, state, claim, due, expires, attempts, last_reply, delay_told";

    public const string Select = $"SELECT {Columns} FROM recipient WHERE message_id = ?1 ORDER BY ordinal";
    public const string SelectOne = $"SELECT {Columns} FROM recipient WHERE message_id = ?1 AND ordinal = ?2";

    public static List<RecipientRow> ReadAll(Statement select, MessageId message)
    {
        var rows = new List<RecipientRow>();
        select.Bind(1, message.Value);
        while (select.Step())
            rows.Add(Read(select));
        return rows;
    }

    public static RecipientRow? ReadOne(Statement selectOne, MessageId message, int ordinal)
    {
        if (!selectOne.Bind(1, message.Value).Bind(2, ordinal).Step())
            return null;
        var row = Read(selectOne);
        selectOne.Reset();
        return row;
    }

    /// <summary>The address type is an atom, so the first semicolon ends it. RFC 3461 §4.2</summary>
    public static string? Store(OriginalRecipient? original) => original is null ? null : original.AddressType + ";" + original.Address;

    private static RecipientRow Read(Statement select) =>
        new(
            select.Int(0),
            select.Long(1),
            select.Text(2),
            (DsnNotify?)select.LongOrNull(3),
            select.TextOrNull(4),
            select.Bool(5),
            select.Long(6),
            select.Long(7),
            select.Long(8),
            select.Int(9),
            select.TextOrNull(10),
            select.Bool(11));

    public QueuedRecipient ToRecipient()
    {
        OriginalRecipient? original = null;
        if (Original is { } text && text.IndexOf(';', StringComparison.Ordinal) is > 0 and var at)
            original = new OriginalRecipient(text[..at], text[(at + 1)..]);
        return new QueuedRecipient(Ordinal, Mailbox.Parse(Address), Notify, original, Attempts, LastReply, DelayTold);
    }
}
