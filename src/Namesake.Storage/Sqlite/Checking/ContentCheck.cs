using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Checking;

/// <summary>Every message has its content, in the database or as a file, as long as it was when it was accepted; no content is without its message.</summary>
internal sealed class ContentCheck(SpoolPaths paths) : ISpoolCheck
{
    public string Name => "content";

    public IEnumerable<SpoolFinding> Run(SqliteConnection connection)
    {
        var broken = new Listed(Name, "The message can't be delivered. Restore its content from a backup of the same moment, or tell its sender; it is bounced when it expires.");
        using (var messages = new Statement(connection,
            "SELECT m.message_id, m.size, m.in_file, length(b.content) FROM message m LEFT JOIN body b ON b.message_id = m.message_id"))
            while (messages.Step())
            {
                var id = new MessageId(messages.Long(0));
                var (size, inFile) = (messages.Long(1), messages.Bool(2));
                var file = new FileInfo(Path.Combine(paths.Bodies, id + ".eml"));
                long? length = inFile ? (file.Exists ? file.Length : null) : messages.LongOrNull(3);
                var where = inFile ? file.FullName : $"table body, message {id}";
                if (length is null)
                    broken.Add($"message {id} has no content; it had {size} bytes", where);
                else if (length != size)
                    broken.Add($"the content of message {id} has {length} bytes instead of {size}", where);
            }
        var spare = new Listed(Name, "It only takes room. Delete the row when you are sure that the message is not missed.");
        using (var bodies = new Statement(connection, "SELECT message_id FROM body WHERE message_id NOT IN (SELECT message_id FROM message)"))
            while (bodies.Step())
                spare.Add($"content of message {new MessageId(bodies.Long(0))}, which isn't in the spool", "table body");
        return broken.All().Concat(spare.All());
    }
}
