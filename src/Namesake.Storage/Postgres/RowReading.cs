using System.Globalization;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>Reads the rows both engines share.</summary>
internal static class RowReading
{
    public const string Recipient =
        "r.message_id, r.ordinal, r.queue_id, r.address, r.notify, r.original, r.state, r.claim, r.due, r.expires, r.attempts, r.last_reply, r.delay_told, r.hold_id, "
        + "CASE WHEN r.hold_id IS NULL THEN NULL ELSE (SELECT ARRAY[h.reason, h.given_by, h.since::text, h.until::text] FROM hold h WHERE h.hold_id = r.hold_id) END";

    public const string Message =
        "m.message_id, m.brand_id, m.sender, m.eight_bit, m.smtp_utf8, m.is_dsn, m.return_part, m.envelope_id, m.size, m.client, m.submitter";

    public static (MessageId Message, RecipientRow Row) RecipientAt(NpgsqlDataReader row, int at = 0) => (
        new MessageId(row.GetInt64(at + 0)),
        new RecipientRow(
            row.GetInt32(at + 1), row.GetInt64(at + 2), row.GetString(at + 3), row.IsDBNull(at + 4) ? null : (DsnNotify)row.GetInt32(at + 4), TextAt(row, at + 5), row.GetInt16(at + 6) == 1,
            row.GetInt64(at + 7), row.GetInt64(at + 8), row.GetInt64(at + 9), row.GetInt32(at + 10), TextAt(row, at + 11), row.GetBoolean(at + 12), row.GetInt16(at + 6) == 2 ? HoldAt(row, at + 13) : null));

    public static MessageRow MessageAt(NpgsqlDataReader row) => new(
        new MessageId(row.GetInt64(0)), new BrandId(row.GetString(1)), TextAt(row, 2) is { } sender ? Mailbox.Parse(sender) : null,
        row.GetBoolean(3), row.GetBoolean(4), row.GetBoolean(5), InFile: false, row.IsDBNull(6) ? null : (DsnReturn)row.GetInt32(6), TextAt(row, 7),
        row.GetInt64(8), row.GetString(9), row.GetString(10));

    /// <summary>From the columns hold_id and the others as an array of texts.</summary>
    private static MailHold HoldAt(NpgsqlDataReader row, int at)
    {
        var id = new HoldId(row.IsDBNull(at) ? 0 : row.GetInt64(at));
        if (row.IsDBNull(at + 1))
            return new MailHold(id, "unknown: its reason is lost", "unknown", DateTimeOffset.UnixEpoch, null);
        var parts = row.GetFieldValue<string?[]>(at + 1);
        DateTimeOffset Time(string text) => Instants.FromMicroseconds(long.Parse(text, CultureInfo.InvariantCulture));
        return new MailHold(id, parts[0]!, parts[1]!, Time(parts[2]!), parts[3] is { } until ? Time(until) : null);
    }

    private static string? TextAt(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);
}
