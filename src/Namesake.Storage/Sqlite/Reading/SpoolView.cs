using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>The spool for people and programs. A filter looks through slices of messages, each in a transaction of its own.</summary>
internal sealed class SpoolView(SpoolReaders readers, SpoolPaths paths, ContentFiles files) : ISpoolView
{
    private const int Slice = 2_000;
    private const string NextIds = "SELECT message_id FROM message WHERE message_id > ?1 ORDER BY message_id LIMIT ?2";

    public async Task<ImmutableArray<QueueSummary>> QueuesAsync(SpoolFilter filter, QueueId after, int limit, CancellationToken cancellation) =>
        [.. await readers.ReadAsync(reader => QueueRows.After(reader, filter, after, limit), cancellation).ConfigureAwait(false)];

    public async Task<ImmutableArray<MessageSummary>> MessagesAsync(SpoolFilter filter, MessageId after, int limit, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<MessageSummary>();
        while (found.Count < limit)
        {
            var last = await readers.ReadAsync(reader => Collect(reader, filter, after, limit, found), cancellation).ConfigureAwait(false);
            if (last is not { } next)
                break;
            after = next;
        }
        return found.ToImmutable();
    }

    public async Task<MessageDetails?> MessageAsync(MessageId message, CancellationToken cancellation) =>
        await readers.ReadAsync(reader => Details(reader, message), cancellation).ConfigureAwait(false);

    public async Task<SpoolTotals> TotalsAsync(CancellationToken cancellation)
    {
        var (messages, waiting, undeliverable) = await readers.ReadAsync(
            reader => (
                reader.Prepared("SELECT value FROM meta WHERE name = 'messages'").Scalar() ?? 0,
                reader.Prepared("SELECT sum(waiting) FROM queue").Scalar() ?? 0,
                reader.Prepared("SELECT count(*) FROM recipient INDEXED BY recipient_undeliverable WHERE state = 1").Scalar() ?? 0),
            cancellation).ConfigureAwait(false);
        return new SpoolTotals(messages, waiting, undeliverable, Length(paths.Database) + Length(paths.Log) + Length(paths.SharedMemory) + files.Bytes);
    }

    // One slice: the last id looked at, or null when there are no more.
    private static MessageId? Collect(ReaderConnection reader, SpoolFilter filter, MessageId after, int limit, ImmutableArray<MessageSummary>.Builder found)
    {
        var ids = new List<MessageId>();
        var select = reader.Prepared(NextIds).Bind(1, after.Value).Bind(2, Slice);
        while (select.Step())
            ids.Add(new MessageId(select.Long(0)));
        var keys = QueueRows.Keys(reader);
        foreach (var id in ids)
        {
            if (found.Count == limit)
                return id;
            var recipients = RecipientSelect.ReadAll(reader.Prepared(RecipientSelect.OfMessage), id);
            if (recipients.Exists(row => Summaries.Matches(filter, keys(row.Queue))) && Summary(reader, id, recipients, keys) is { } summary
                && (filter.Submitter is null || filter.Submitter == summary.Submitter))
                found.Add(summary);
        }
        return ids.Count < Slice ? null : ids[^1];
    }

    private static MessageDetails? Details(ReaderConnection reader, MessageId id)
    {
        var keys = QueueRows.Keys(reader);
        var rows = RecipientSelect.ReadAll(reader.Prepared(RecipientSelect.OfMessage), id);
        var summary = Summary(reader, id, rows, keys);
        var events = Events(reader, id);
        if (summary is null && events.IsEmpty)
            return null;
        return new MessageDetails(id, summary, [.. rows.Select(row => Summaries.Of(row, keys))], events);
    }

    private static MessageSummary? Summary(ReaderConnection reader, MessageId id, List<RecipientRow> recipients, Func<long, QueueKey> keys) =>
        recipients.Count == 0 || MessageSelect.Read(reader.Prepared(MessageSelect.Text), id) is not { } message ? null : Summaries.Of(message, recipients, keys);

    private static ImmutableArray<string> Events(ReaderConnection reader, MessageId id)
    {
        var events = ImmutableArray.CreateBuilder<string>();
        using var names = EventTables.SelectNames(reader.Connection);
        foreach (var name in EventTables.Names(names))
        {
            var select = reader.Prepared($"SELECT json FROM {name} WHERE message_id = ?1 ORDER BY event_id").Bind(1, id.Value);
            while (select.Step())
                events.Add(select.Text(0));
        }
        return events.ToImmutable();
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
