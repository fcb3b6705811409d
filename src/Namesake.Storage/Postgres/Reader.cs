using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>Reads beside the writers: short statements, paged by key.</summary>
internal sealed class Reader(NpgsqlDataSource source, QueueKeys keys, TimeProvider time)
{
    private const int Slice = 2_000;
    private const string Queues = "SELECT queue_id, brand_id, source_id, domain, via, waiting, earliest_due, held FROM queue ";
    private volatile bool _closed;

    public void Close() => _closed = true;

    /// <exception cref="SpoolUnavailableException">The server can't be asked.</exception>
    public Task<T> AskAsync<T>(Func<NpgsqlConnection, Task<T>> ask, CancellationToken cancellation) => TryAsync(
        async () =>
        {
            await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            return await ask(connection).ConfigureAwait(false);
        });

    /// <summary>For what may be asked twice: connections that were lost while nobody used them are noticed by the first who does.</summary>
    public async Task<T> TryAsync<T>(Func<Task<T>> ask)
    {
        for (var again = false; ; again = true)
        {
            if (_closed)
                throw PostgresSpool.Closed();
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (!again && Trouble.IsLostConnection(e))
            {
                source.Clear();
            }
            catch (Exception e) when (e is NpgsqlException or InvalidDataException or FormatException or ObjectDisposedException)
            {
                throw e is ObjectDisposedException ? PostgresSpool.Closed() : Trouble.Describe(e);
            }
        }
    }

    public Task<long> QueueAsync(QueueKey key) => keys.TryGet(key, out var known) ? Task.FromResult(known) : TryAsync(() => keys.OfAsync(key).AsTask());

    /// <summary>Which key a queue has; null: it isn't there.</summary>
    public async Task<QueueKey?> KeyAsync(QueueId queue) => (await TryAsync(() => keys.LoadAsync([queue.Value], CancellationToken.None)).ConfigureAwait(false)).GetValueOrDefault(queue.Value);

    public Task<ImmutableArray<QueueSummary>> DueQueuesAsync(DateTimeOffset now, QueueId after, int limit) => AskAsync(
        async connection =>
        {
            await using var select = Sql.Command(connection, Queues + "WHERE earliest_due IS NOT NULL AND put_off = 0 AND earliest_due <= $1 AND queue_id > $2 ORDER BY queue_id LIMIT $3",
                now.ToMicroseconds(), after.Value, limit);
            return await SummariesAsync(select).ConfigureAwait(false);
        },
        CancellationToken.None);

    public Task<ImmutableArray<QueueSummary>> UnclaimedQueuesAsync(QueueId after, int limit) => AskAsync(
        async connection =>
        {
            await using var select = Sql.Command(connection, Queues + "WHERE earliest_due IS NOT NULL AND queue_id > $1 ORDER BY queue_id LIMIT $2", after.Value, limit);
            return await SummariesAsync(select).ConfigureAwait(false);
        },
        CancellationToken.None);

    public Task<ImmutableArray<QueueSummary>> QueuesAsync(SpoolFilter filter, QueueId after, int limit, CancellationToken cancellation) => AskAsync(
        async connection =>
        {
            await using var select = Sql.Command(connection, Queues + """
                WHERE queue_id > $1 AND waiting > 0 AND ($3 IS NULL OR brand_id = $3) AND ($4 IS NULL OR source_id = $4) AND ($5 IS NULL OR domain = $5)
                    AND (held > 0 OR NOT $6) AND ($7 IS NULL OR queue_id IN (SELECT queue_id FROM recipient WHERE message_id = ANY($7)))
                ORDER BY queue_id LIMIT $2
                """, after.Value, limit)
                .Add(NpgsqlDbType.Text, filter.Brand?.Value).Add(NpgsqlDbType.Text, filter.Source?.Value).Add(NpgsqlDbType.Text, filter.Domain?.Value)
                .Add(NpgsqlDbType.Boolean, filter.State == RecipientState.Held || filter is not { Hold: null, HoldReason: null })
                .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, filter.Messages.IsDefault ? null : filter.Messages.Select(id => id.Value).ToArray());
            return await SummariesAsync(select).ConfigureAwait(false);
        },
        cancellation);

    public async Task<ImmutableArray<MessageSummary>> MessagesAsync(SpoolFilter filter, MessageId after, int limit, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<MessageSummary>();
        var now = time.GetUtcNow().ToMicroseconds();
        while (found.Count < limit)
        {
            var (ids, last) = await NextAsync(filter, after, cancellation).ConfigureAwait(false);
            var (messages, keyOf) = await RowsAsync(ids, cancellation).ConfigureAwait(false);
            foreach (var (message, rows) in messages)
                if (found.Count < limit && rows.Exists(row => Summaries.Matches(filter, keyOf(row.Queue)) && Summaries.Matches(filter, row, now)) && Summaries.Matches(filter, message))
                    found.Add(Summaries.Of(message, rows, keyOf));
            if (last is not { } reached)
                break;
            after = reached;
        }
        return found.ToImmutable();
    }

    public Task<ImmutableArray<HoldSummary>> HoldsAsync(SpoolFilter filter, CancellationToken cancellation) => AskAsync(
        async connection =>
        {
            // OFFSET 0: queue by queue, whatever the statistics say. From before a mass hold they say that nothing is held, and all of it would be read for each queue.
            await using var select = Sql.Command(connection, """
                SELECT n.hold_id, coalesce(h.reason, 'unknown: its reason is lost'), coalesce(h.given_by, 'unknown'), coalesce(h.since, 0), h.until, n.recipients FROM (
                    SELECT r.hold_id, count(*) AS recipients FROM queue q CROSS JOIN LATERAL (SELECT hold_id FROM recipient WHERE queue_id = q.queue_id AND state = 2 OFFSET 0) AS r
                    WHERE q.held > 0 AND ($1 IS NULL OR q.brand_id = $1) AND ($2 IS NULL OR q.source_id = $2) AND ($3 IS NULL OR q.domain = $3) GROUP BY r.hold_id) AS n
                LEFT JOIN hold h ON h.hold_id = n.hold_id ORDER BY n.hold_id
                """)
                .Add(NpgsqlDbType.Text, filter.Brand?.Value).Add(NpgsqlDbType.Text, filter.Source?.Value).Add(NpgsqlDbType.Text, filter.Domain?.Value);
            await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var found = ImmutableArray.CreateBuilder<HoldSummary>();
            while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
                found.Add(new HoldSummary(
                    new MailHold(new HoldId(rows.IsDBNull(0) ? 0 : rows.GetInt64(0)), rows.GetString(1), rows.GetString(2), Instants.FromMicroseconds(rows.GetInt64(3)),
                        rows.IsDBNull(4) ? null : Instants.FromMicroseconds(rows.GetInt64(4))),
                    rows.GetInt64(5)));
            return found.ToImmutable();
        },
        cancellation);

    public Task<ImmutableArray<MailHold>> EndedHoldsAsync(DateTimeOffset now, CancellationToken cancellation) => AskAsync(
        async connection =>
        {
            // LIMIT 1: whether one holds anything is one look into its index, whatever the statistics say of how much is held.
            await using var select = Sql.Command(connection, """
                SELECT h.hold_id, h.reason, h.given_by, h.since, h.until FROM hold h
                CROSS JOIN LATERAL (SELECT 1 FROM recipient r WHERE r.state = 2 AND r.hold_id = h.hold_id LIMIT 1) AS held WHERE h.until <= $1 ORDER BY h.hold_id
                """, now.ToMicroseconds());
            await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var found = ImmutableArray.CreateBuilder<MailHold>();
            while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
                found.Add(new MailHold(
                    new HoldId(rows.GetInt64(0)), rows.GetString(1), rows.GetString(2), Instants.FromMicroseconds(rows.GetInt64(3)), Instants.FromMicroseconds(rows.GetInt64(4))));
            return found.ToImmutable();
        },
        cancellation);

    public Task<RecipientPage> FindAsync(QueueId queue, SpoolFilter filter, DateTimeOffset now, RecipientPlace? after, int limit, CancellationToken cancellation) => AskAsync(
        connection => new FoundRecipients(filter, queue, now.ToMicroseconds(), limit).ReadAsync(connection, after, cancellation), cancellation);

    public async Task<MessageDetails?> MessageAsync(MessageId message, CancellationToken cancellation)
    {
        var (rows, keyOf) = await RowsAsync([message.Value], cancellation).ConfigureAwait(false);
        var events = await TextsAsync("SELECT json FROM event WHERE message_id = $1 ORDER BY at, event_id", cancellation, message.Value).ConfigureAwait(false);
        if (rows.Count == 0)
            return events.IsEmpty ? null : new MessageDetails(message, null, [], events);
        var (row, recipients) = rows[0];
        return new MessageDetails(message, Summaries.Of(row, recipients, keyOf), [.. recipients.Select(found => Summaries.Of(found, keyOf))], events);
    }

    public Task<SpoolTotals> TotalsAsync(CancellationToken cancellation) => AskAsync(
        async connection =>
        {
            await using var select = Sql.Command(connection, """
                SELECT (SELECT coalesce(sum(messages), 0)::bigint FROM writer), (SELECT coalesce(sum(waiting), 0)::bigint FROM queue),
                    (SELECT count(*) FROM recipient WHERE state = 1), (SELECT coalesce(sum(bytes + 512 * messages), 0)::bigint FROM writer),
                    (SELECT coalesce(sum(held), 0)::bigint FROM queue),
                    (SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint FROM pg_inherits WHERE inhparent = 'event'::regclass),
                    (SELECT value FROM meta WHERE name = 'events_from')
                """);
            await using var row = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await row.ReadAsync(cancellation).ConfigureAwait(false);
            return new SpoolTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3))
            {
                Held = row.GetInt64(4),
                EventBytes = row.GetInt64(5),
                EventsFrom = row.IsDBNull(6) ? null : Instants.FromMicroseconds(row.GetInt64(6)),
            };
        },
        cancellation);

    /// <summary>Consignments of these messages as they are stored, what is claimed before what isn't.</summary>
    public async Task<ImmutableArray<Consignment>> StoredAsync(IEnumerable<MessageId> ids, long claim)
    {
        var (found, keyOf) = await RowsAsync([.. ids.Select(id => id.Value)], CancellationToken.None).ConfigureAwait(false);
        return
        [
            .. found.SelectMany(message => message.Rows.Where(row => !row.IsUndeliverable).GroupBy(row => row.Claim == claim).OrderByDescending(group => group.Key)
                .SelectMany(group => ConsignmentRows.Group(group).Select(rows => ConsignmentRows.Build(message.Message, rows, keyOf, group.Key)))),
        ];
    }

    public async Task<ImmutableArray<Consignment>> UntoldDelaysAsync(DateTimeOffset from, DateTimeOffset before, int limit)
    {
        var ids = await IdsAsync("""
            SELECT DISTINCT message_id FROM recipient WHERE message_id >= $1 AND message_id < $2 AND state IN (0, 2) AND claim = 0 AND NOT delay_told ORDER BY message_id LIMIT $3
            """, CancellationToken.None, from.ToMicroseconds(), before.ToMicroseconds(), limit).ConfigureAwait(false);
        var (found, keyOf) = await RowsAsync(ids, CancellationToken.None).ConfigureAwait(false);
        return
        [
            .. found.SelectMany(message => ConsignmentRows.Group(message.Rows.Where(row => row is { IsUndeliverable: false, Claim: 0, DelayTold: false }))
                .Select(rows => ConsignmentRows.Build(message.Message, rows, keyOf, claimed: false))).Take(limit),
        ];
    }

    /// <summary>A piece of a large content; null: it isn't there.</summary>
    public Task<byte[]?> ChunkAsync(MessageId message, int chunk, CancellationToken cancellation) => AskAsync(
        async connection =>
        {
            await using var select = Sql.Command(connection, "SELECT content FROM body WHERE message_id = $1 AND chunk = $2", message.Value, chunk);
            return await select.ExecuteScalarAsync(cancellation).ConfigureAwait(false) as byte[];
        },
        cancellation);

    /// <summary>Messages with something that outlived its time, those whose time ended first. In slices, so that no statement reads more than so many rows.</summary>
    public async Task<long[]> ExpiredAsync(long now, int limit)
    {
        var found = new HashSet<long>();
        var (expires, message, ordinal) = (long.MinValue, 0L, 0);
        while (true)
        {
            var rows = await AskAsync(
                async connection =>
                {
                    await using var select = Sql.Command(connection, """
                        SELECT message_id, ordinal, expires FROM recipient
                        WHERE claim = 0 AND state <> 1 AND expires <= $1 AND (expires, message_id, ordinal) > ($2, $3, $4) ORDER BY expires, message_id, ordinal LIMIT $5
                        """, now, expires, message, ordinal, Slice);
                    await using var reader = await select.ExecuteReaderAsync().ConfigureAwait(false);
                    var read = new List<(long Message, int Ordinal, long Expires)>();
                    while (await reader.ReadAsync().ConfigureAwait(false))
                        read.Add((reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2)));
                    return read;
                },
                CancellationToken.None).ConfigureAwait(false);
            foreach (var row in rows)
            {
                if (found.Count == limit)
                    break;
                found.Add(row.Message);
            }

            if (found.Count == limit || rows.Count < Slice)
                return [.. found];
            (message, ordinal, expires) = rows[^1];
        }
    }

    /// <summary>Of these queues those with unclaimed recipients that were never tried, or were accepted before. Each is a look into two indexes, whatever waits.</summary>
    public Task<ImmutableArray<QueueId>> WithMovableAsync(IReadOnlyCollection<(QueueId Queue, DateTimeOffset? TriedBefore)> queues) => AskAsync(
        async connection =>
        {
            await using var select = Sql.Command(connection, """
                SELECT v.id FROM unnest($1, $2) AS v(id, before)
                LEFT JOIN LATERAL (SELECT message_id FROM recipient
                    WHERE queue_id = v.id AND state = 0 AND claim = 0 AND attempts = 0 ORDER BY message_id, ordinal LIMIT 1) AS untried ON true
                LEFT JOIN LATERAL (SELECT message_id FROM recipient
                    WHERE queue_id = v.id AND state = 0 AND claim = 0 AND attempts > 0 AND message_id < v.before ORDER BY message_id, ordinal LIMIT 1) AS tried ON true
                WHERE untried.message_id IS NOT NULL OR tried.message_id IS NOT NULL
                """, queues.Select(queue => queue.Queue.Value).ToArray(), queues.Select(queue => queue.TriedBefore?.ToMicroseconds() ?? long.MinValue).ToArray());
            await using var rows = await select.ExecuteReaderAsync().ConfigureAwait(false);
            var found = ImmutableArray.CreateBuilder<QueueId>();
            while (await rows.ReadAsync().ConfigureAwait(false))
                found.Add(new QueueId(rows.GetInt64(0)));
            return found.ToImmutable();
        },
        CancellationToken.None);

    public Task<StoredContent> ContentAsync(MessageId message, CancellationToken cancellation) => AskAsync(
        async connection =>
        {
            await using var select = Sql.Command(connection, """
                SELECT m.size, (SELECT coalesce(sum(octet_length(content)), 0)::bigint FROM body b WHERE b.message_id = m.message_id),
                    (SELECT content FROM body b WHERE b.message_id = m.message_id AND chunk = 0 AND m.size <= 262144)
                FROM message m WHERE m.message_id = $1
                """, message.Value);
            await using var row = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            if (!await row.ReadAsync(cancellation).ConfigureAwait(false))
                throw new SpoolUnavailableException($"Message {message} is not in the spool.");
            var (size, stored) = (row.GetInt64(0), row.GetInt64(1));
            if (size != stored)
                throw new SpoolUnavailableException($"The content of message {message} has {stored} bytes instead of {size}.");
            return row.IsDBNull(2) ? new StoredContent(new ChunkStream(this, message, size)) : new StoredContent(row.GetFieldValue<byte[]>(2));
        },
        cancellation);

    /// <summary>In slices, so that no statement counts more than a hundred queues.</summary>
    public async Task<ImmutableArray<WaitingCount>> CountWaitingAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, CancellationToken cancellation)
    {
        var counts = new Dictionary<long, WaitingCount>();
        foreach (var slice in queues.Select(queue => queue.Value).Distinct().Chunk(100))
            await AskAsync(
                async connection =>
                {
                    // What is claimed is the rest: each part by an index of its own, or from the row.
                    await using var select = Sql.Command(connection, """
                        SELECT q.queue_id, w.due, w.later, q.waiting - q.held - w.due - w.later, q.held FROM queue q
                        CROSS JOIN LATERAL (
                            SELECT count(*) FILTER (WHERE r.due <= $2) AS due, count(*) FILTER (WHERE r.due > $2) AS later
                            FROM recipient r WHERE r.queue_id = q.queue_id AND r.state = 0 AND r.claim = 0) AS w
                        WHERE q.queue_id = ANY($1)
                        """, slice, now.ToMicroseconds());
                    await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                    while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
                        counts[rows.GetInt64(0)] = new WaitingCount(rows.GetInt64(1), rows.GetInt64(2), Math.Max(0, rows.GetInt64(3)), rows.GetInt64(4));
                    return true;
                },
                cancellation).ConfigureAwait(false);
        return [.. queues.Select(queue => counts.GetValueOrDefault(queue.Value))];
    }

    // One slice of the messages that may be meant, and the last one looked at; null when there are no more.
    private async Task<(long[] Ids, MessageId? Last)> NextAsync(SpoolFilter filter, MessageId after, CancellationToken cancellation)
    {
        var before = filter.AcceptedBefore is { } border ? MessageId.At(border).Value : long.MaxValue;
        if (!filter.Messages.IsDefault)
            return ([.. filter.Messages.Where(id => id > after).Distinct().Order().Select(id => id.Value)], null);
        return await AskAsync(
            async connection =>
            {
                await using var select = Sql.Command(connection, """
                    SELECT message_id, ($4 IS NULL OR submitter = $4) AND ($5 IS NULL OR lower(coalesce(sender, '<>')) = lower($5))
                    FROM message WHERE message_id > $1 AND message_id < $3 ORDER BY message_id LIMIT $2
                    """, after.Value, Slice, before).Add(NpgsqlDbType.Text, filter.Submitter).Add(NpgsqlDbType.Text, filter.Sender);
                await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                var (ids, seen, last) = (new List<long>(), 0, after);
                while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    seen++;
                    last = new MessageId(rows.GetInt64(0));
                    if (rows.GetBoolean(1))
                        ids.Add(last.Value);
                }
                return (ids.ToArray(), seen < Slice ? (MessageId?)null : last);
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task<(List<(MessageRow Message, List<RecipientRow> Rows)> Messages, Func<long, QueueKey> KeyOf)> RowsAsync(long[] ids, CancellationToken cancellation)
    {
        var pairs = await AskAsync(
            async connection =>
            {
                await using var select = Sql.Command(connection, $"""
                    SELECT {RowReading.Message}, {RowReading.Recipient} FROM recipient r JOIN message m ON m.message_id = r.message_id
                    WHERE r.message_id = ANY($1) ORDER BY r.message_id, r.ordinal
                    """, ids);
                await using var reader = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                return await Paired.ReadAllAsync(reader, cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        var known = await TryAsync(() => keys.LoadAsync(pairs.Select(pair => pair.Row.Queue), cancellation)).ConfigureAwait(false);
        return ([.. pairs.GroupBy(pair => pair.Message.Id).Select(group => (group.First().Message, group.Select(pair => pair.Row).ToList()))], KeyOf);

        QueueKey KeyOf(long id) => known.TryGetValue(id, out var key) ? key : throw new InvalidDataException($"Recipients refer to queue {id}, which isn't there.");
    }

    private Task<long[]> IdsAsync(string sql, CancellationToken cancellation, params object[] values) => AskAsync(
        async connection =>
        {
            var ids = new List<long>();
            await using var select = Sql.Command(connection, sql, values);
            await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
                ids.Add(rows.GetInt64(0));
            return ids.ToArray();
        },
        cancellation);

    private Task<ImmutableArray<string>> TextsAsync(string sql, CancellationToken cancellation, params object[] values) => AskAsync(
        async connection =>
        {
            var texts = ImmutableArray.CreateBuilder<string>();
            await using var select = Sql.Command(connection, sql, values);
            await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
                texts.Add(rows.GetString(0));
            return texts.ToImmutable();
        },
        cancellation);

    private static async Task<ImmutableArray<QueueSummary>> SummariesAsync(NpgsqlCommand select)
    {
        var queues = ImmutableArray.CreateBuilder<QueueSummary>();
        await using var rows = await select.ExecuteReaderAsync().ConfigureAwait(false);
        while (await rows.ReadAsync().ConfigureAwait(false))
            queues.Add(new QueueSummary(new QueueId(rows.GetInt64(0)), QueueKeys.KeyAt(rows, 1), rows.GetInt64(5), rows.IsDBNull(6) ? null : Instants.FromMicroseconds(rows.GetInt64(6)), rows.GetInt64(7)));
        return queues.ToImmutable();
    }
}
