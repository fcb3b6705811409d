using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>The spool for people and programs. A filter looks through slices of messages, each in a transaction of its own.</summary>
internal sealed class SpoolView(SpoolReaders readers, SpoolPaths paths, ContentFiles files, TimeProvider time) : ISpoolView
{
    private const int Slice = 2_000;

    // From the index of what is held alone, queue by queue.
    private const string Holds = """
        SELECT n.hold_id, reason, given_by, since, until, n.recipients FROM (
            SELECT r.hold_id, count(*) AS recipients FROM queue q CROSS JOIN recipient r INDEXED BY recipient_held ON r.queue_id = q.queue_id AND r.state = 2
            WHERE q.held > 0 AND (?1 IS NULL OR q.brand_id = ?1) AND (?2 IS NULL OR q.source_id = ?2) AND (?3 IS NULL OR q.domain = ?3) GROUP BY r.hold_id) n
        LEFT JOIN hold h ON h.hold_id = n.hold_id ORDER BY n.hold_id
        """;

    // Whether one holds anything is a look into an index, however much it holds.
    private const string EndedHolds = """
        SELECT hold_id, reason, given_by, since, until FROM hold
        WHERE until <= ?1 AND EXISTS (SELECT 1 FROM recipient INDEXED BY recipient_hold WHERE state = 2 AND recipient.hold_id = hold.hold_id) ORDER BY hold_id
        """;

    private const string NextIds = "SELECT message_id, submitter, sender FROM message WHERE message_id > ?1 AND message_id < ?3 ORDER BY message_id LIMIT ?2";

    public async Task<ImmutableArray<QueueSummary>> QueuesAsync(SpoolFilter filter, QueueId after, int limit, CancellationToken cancellation) =>
        [.. await readers.ReadAsync(reader => QueueRows.After(reader, filter, after, limit), cancellation).ConfigureAwait(false)];

    public async Task<ImmutableArray<MessageSummary>> MessagesAsync(SpoolFilter filter, MessageId after, int limit, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<MessageSummary>();
        var now = time.GetUtcNow().ToMicroseconds();
        if (!filter.Messages.IsDefault)
        {
            var named = filter.Messages.Where(id => id > after).Distinct().Order().ToList();
            await readers.ReadAsync(reader => Choose(reader, filter, now, named, limit, found), cancellation).ConfigureAwait(false);
            return found.ToImmutable();
        }

        while (found.Count < limit)
        {
            var last = await readers.ReadAsync(reader => Collect(reader, filter, now, after, limit, found), cancellation).ConfigureAwait(false);
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
        var (messages, waiting, undeliverable, held, eventsFrom) = await readers.ReadAsync(
            reader => (
                reader.Prepared("SELECT value FROM meta WHERE name = 'messages'").Scalar() ?? 0,
                reader.Prepared("SELECT sum(waiting) FROM queue").Scalar() ?? 0,
                reader.Prepared("SELECT count(*) FROM recipient INDEXED BY recipient_undeliverable WHERE state = 1").Scalar() ?? 0,
                reader.Prepared("SELECT sum(held) FROM queue").Scalar() ?? 0,
                reader.Prepared("SELECT value FROM meta WHERE name = 'events_from'").Scalar()),
            cancellation).ConfigureAwait(false);
        return new SpoolTotals(messages, waiting, undeliverable, Length(paths.Database) + Length(paths.Log) + Length(paths.SharedMemory) + files.Bytes)
        {
            Held = held,
            EventsFrom = eventsFrom is { } from ? Instants.FromMicroseconds(from) : null,
        };
    }

    public async Task<ImmutableArray<HoldSummary>> HoldsAsync(SpoolFilter filter, CancellationToken cancellation) =>
        await readers.ReadAsync(
            reader =>
            {
                var select = reader.Prepared(Holds).Bind(1, filter.Brand?.Value).Bind(2, filter.Source?.Value).Bind(3, filter.Domain?.Value);
                var found = ImmutableArray.CreateBuilder<HoldSummary>();
                while (select.Step())
                    found.Add(new HoldSummary(HoldTable.Read(select, 0), select.Long(5)));
                return found.ToImmutable();
            },
            cancellation).ConfigureAwait(false);

    public async Task<ImmutableArray<MailHold>> EndedHoldsAsync(DateTimeOffset now, CancellationToken cancellation) =>
        await readers.ReadAsync(
            reader =>
            {
                var select = reader.Prepared(EndedHolds).Bind(1, now.ToMicroseconds());
                var found = ImmutableArray.CreateBuilder<MailHold>();
                while (select.Step())
                    found.Add(HoldTable.Read(select, 0));
                return found.ToImmutable();
            },
            cancellation).ConfigureAwait(false);

    // One slice: the last id looked at, or null when there are no more.
    private static MessageId? Collect(ReaderConnection reader, SpoolFilter filter, long now, MessageId after, int limit, ImmutableArray<MessageSummary>.Builder found)
    {
        var (ids, rows, last) = (new List<MessageId>(), 0, after);
        var before = filter.AcceptedBefore is { } border ? MessageId.At(border).Value : long.MaxValue;
        var select = reader.Prepared(NextIds).Bind(1, after.Value).Bind(2, Slice).Bind(3, before);
        for (; select.Step(); rows++)
        {
            last = new MessageId(select.Long(0));
            if (filter is { Submitter: null, Sender: null } || Summaries.Matches(filter, select.Text(1), select.TextOrNull(2)))
                ids.Add(last);
        }
        return Choose(reader, filter, now, ids, limit, found) is { } reached ? reached : rows < Slice ? null : last;
    }

    // Of these messages those that the filter means; the last one looked at when there was no room for more.
    private static MessageId? Choose(ReaderConnection reader, SpoolFilter filter, long now, List<MessageId> ids, int limit, ImmutableArray<MessageSummary>.Builder found)
    {
        var keys = QueueRows.Keys(reader);
        var last = default(MessageId);
        foreach (var id in ids)
        {
            if (found.Count == limit)
                return last;
            last = id;
            var recipients = RecipientSelect.ReadAll(reader.Prepared(RecipientSelect.OfMessage), id);
            var chosen = recipients.FindAll(row => Summaries.Matches(filter, keys(row.Queue)) && Summaries.Matches(filter, row, now));
            if (chosen.Count > 0 && MessageSelect.Read(reader.Prepared(MessageSelect.Text), id) is { } message && Summaries.Matches(filter, message))
                found.Add(Summaries.Of(message, recipients, keys));
        }
        return null;
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
