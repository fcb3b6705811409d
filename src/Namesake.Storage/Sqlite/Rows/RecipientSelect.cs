using Namesake.Core.Messages;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>Reads <see cref="RecipientRow"/>.</summary>
internal static class RecipientSelect
{
    private const string Columns =
        "ordinal, queue_id, address, notify, original, state, claim, due, expires, attempts, last_reply, delay_told, recipient.hold_id, reason, given_by, since, until";

    private const string From = "FROM recipient LEFT JOIN hold ON hold.hold_id = recipient.hold_id";

    private const long Undeliverable = 1, Held = 2;

    public const string OfMessage = $"SELECT {Columns} {From} WHERE message_id = ?1 ORDER BY ordinal";
    public const string One = $"SELECT {Columns} {From} WHERE message_id = ?1 AND ordinal = ?2";

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

    private static RecipientRow Read(Statement select) =>
        new(
            select.Int(0),
            select.Long(1),
            select.Text(2),
            (DsnNotify?)select.LongOrNull(3),
            select.TextOrNull(4),
            select.Long(5) == Undeliverable,
            select.Long(6),
            select.Long(7),
            select.Long(8),
            select.Int(9),
            select.TextOrNull(10),
            select.Bool(11),
            select.Long(5) == Held ? HoldTable.Read(select, 12) : null);
}
