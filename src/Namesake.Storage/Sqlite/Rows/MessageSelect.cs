using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>Reads <see cref="MessageRow"/>.</summary>
internal static class MessageSelect
{
    public const string Text =
        "SELECT brand_id, sender, eight_bit, smtp_utf8, is_dsn, in_file, return_part, envelope_id, size, client, submitter FROM message WHERE message_id = ?1";

    /// <summary>Null when there is no such message.</summary>
    public static MessageRow? Read(Statement select, MessageId id)
    {
        if (!select.Bind(1, id.Value).Step())
            return null;
        var row = new MessageRow(
            id,
            new BrandId(select.Text(0)),
            select.TextOrNull(1) is { } sender ? Mailbox.Parse(sender) : null,
            select.Bool(2),
            select.Bool(3),
            select.Bool(4),
            select.Bool(5),
            (DsnReturn?)select.LongOrNull(6),
            select.TextOrNull(7),
            select.Long(8),
            select.Text(9),
            select.Text(10));
        select.Reset();
        return row;
    }
}
