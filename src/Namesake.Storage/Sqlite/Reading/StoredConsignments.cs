using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>Mail as readers see it: nothing here is claimed by being read.</summary>
internal static class StoredConsignments
{
    private const string Body = "SELECT m.size, m.in_file, b.content FROM message m LEFT JOIN body b ON b.message_id = m.message_id WHERE m.message_id = ?1";

    /// <summary>What nobody has claimed and whose delay was not told.</summary>
    public static ImmutableArray<Consignment> Untold(ReaderConnection reader, IEnumerable<MessageId> ids, int limit)
    {
        var keys = QueueRows.Keys(reader);
        return [.. ids.SelectMany(id => TryRead(reader, id, keys)).Take(limit)];
    }

    public static ImmutableArray<Consignment> Of(ReaderConnection reader, IEnumerable<MessageId> ids)
    {
        var keys = QueueRows.Keys(reader);
        return
        [
            .. ids.SelectMany(id => Read(reader, id, row => row.Claim != 0, keys, claimed: true).Concat(Read(reader, id, row => row.Claim == 0, keys, claimed: false))),
        ];
    }

    public static List<MessageId> Missing(ReaderConnection reader, List<MessageId> ids) =>
        ids.FindAll(id => reader.Prepared("SELECT 1 FROM message WHERE message_id = ?1").Bind(1, id.Value).Scalar() is null);

    /// <returns>The size stored, and the bytes when they are in the database.</returns>
    public static (long Size, byte[]? Inline) Content(ReaderConnection reader, MessageId id)
    {
        var select = reader.Prepared(Body).Bind(1, id.Value);
        if (!select.Step())
            throw new SpoolUnavailableException($"Message {id} is not in the spool.");
        var (size, inFile) = (select.Long(0), select.Bool(1));
        var inline = inFile || select.IsNull(2) ? null : select.Blob(2);
        select.Reset();
        if (!inFile && inline?.Length != size)
            throw new SpoolUnavailableException($"The content of message {id} has {inline?.Length ?? 0} bytes instead of {size}. Run `namesake spool check`.");
        return (size, inline);
    }

    public static ImmutableDictionary<string, string> Identities(ReaderConnection reader) => States(reader, IdentityTable.Select);

    public static ImmutableDictionary<string, string> Freezes(ReaderConnection reader) => States(reader, FreezeTable.Select);

    private static ImmutableDictionary<string, string> States(ReaderConnection reader, string sql)
    {
        var states = ImmutableDictionary.CreateBuilder<string, string>();
        var select = reader.Prepared(sql);
        while (select.Step())
            states[select.Text(0)] = select.Text(1);
        return states.ToImmutable();
    }

    // Damaged rows have nobody who could be told.
    private static List<Consignment> TryRead(ReaderConnection reader, MessageId id, Func<long, QueueKey> keys)
    {
        try
        {
            return [.. Read(reader, id, row => row is { DelayTold: false, Claim: 0 }, keys, claimed: false)];
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or ArgumentException)
        {
            return [];
        }
    }

    private static IEnumerable<Consignment> Read(ReaderConnection reader, MessageId id, Predicate<RecipientRow> wanted, Func<long, QueueKey> keys, bool claimed)
    {
        var rows = RecipientSelect.ReadAll(reader.Prepared(RecipientSelect.OfMessage), id).FindAll(row => !row.IsUndeliverable && wanted(row));
        if (rows.Count == 0 || MessageSelect.Read(reader.Prepared(MessageSelect.Text), id) is not { } message)
            return [];
        return ConsignmentRows.Group(rows).Select(group => ConsignmentRows.Build(message, group, keys, claimed));
    }
}
