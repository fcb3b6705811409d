using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Checking;

/// <summary>Every recipient has a message and a queue of its brand, and an address that is one; every message has a recipient.</summary>
internal sealed class RecipientCheck : ISpoolCheck
{
    private const string Recipients = """
        SELECT r.message_id, r.ordinal, r.address, r.queue_id, m.message_id IS NULL, q.queue_id IS NULL, q.brand_id IS NOT r.brand_id, r.state NOT IN (0, 1, 2), r.state = 2 AND h.hold_id IS NULL
        FROM recipient r LEFT JOIN message m ON m.message_id = r.message_id LEFT JOIN queue q ON q.queue_id = r.queue_id LEFT JOIN hold h ON h.hold_id = r.hold_id
        """;

    public string Name => "recipients";

    public IEnumerable<SpoolFinding> Run(SqliteConnection connection)
    {
        var listed = new Listed(Name, "The relay sets such recipients aside as undeliverable when their turn comes. Restore a backup if the mail is missed.");
        using (var recipients = new Statement(connection, Recipients))
            while (recipients.Step())
                foreach (var fault in Faults(recipients))
                    listed.Add(fault, $"table recipient, message {new MessageId(recipients.Long(0))}, recipient {recipients.Long(1)}");
        var empty = new Listed(Name, "Nothing of it is left to deliver. Delete the rows in message and body.");
        using (var messages = new Statement(connection, "SELECT message_id FROM message WHERE message_id NOT IN (SELECT message_id FROM recipient)"))
            while (messages.Step())
                empty.Add($"message {new MessageId(messages.Long(0))} has no recipients", "table message");
        return listed.All().Concat(empty.All());
    }

    private static IEnumerable<string> Faults(Statement recipient)
    {
        if (recipient.Bool(4))
            yield return "its message isn't there";
        if (recipient.Bool(5))
            yield return $"its queue {recipient.Long(3)} isn't there";
        else if (recipient.Bool(6))
            yield return $"its queue {recipient.Long(3)} is another brand's";
        if (recipient.Bool(7))
            yield return "its state is unknown";
        if (recipient.Bool(8))
            yield return "it is held, and the reason is gone";
        if (!Mailbox.TryParse(recipient.Text(2), allowUtf8: true, out _, out var error))
            yield return $"its address is none: {error}";
    }
}
