using Npgsql;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>One transaction of a writer: what it does to queues and counts is written once, at its end, in the order of the queues' ids, so that no two wait for each other.</summary>
internal sealed class Batch(NpgsqlConnection connection, long claim, TimeProvider time)
{
    private readonly SortedDictionary<long, (long Waiting, long? Due, long Held)> _queues = [];
    private readonly SortedSet<long> _recount = [];

    public NpgsqlConnection Connection => connection;

    /// <summary>Node and run, as claims carry them.</summary>
    public long Claim => claim;

    public TimeProvider Time => time;
    public long Messages { get; set; }
    public long Bytes { get; set; }
    public long HighestId { get; set; }

    /// <summary>Recipients whose mail a receiver has taken, by source: what their leases say is checked with the fence.</summary>
    public SortedDictionary<string, int> Delivered { get; } = new(StringComparer.Ordinal);

    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values) => Sql.Command(connection, sql, values);

    public void Add(long queue, long recipients) =>
        _queues[queue] = _queues.TryGetValue(queue, out var change) ? change with { Waiting = change.Waiting + recipients } : (recipients, null, 0);

    /// <summary>Of its recipients so many more (or fewer, below zero) are kept back.</summary>
    public void AddHeld(long queue, long recipients) =>
        _queues[queue] = _queues.TryGetValue(queue, out var change) ? change with { Held = change.Held + recipients } : (0, null, recipients);

    public void Offer(long queue, long due) =>
        _queues[queue] = _queues.TryGetValue(queue, out var change) ? change with { Due = Math.Min(change.Due ?? due, due) } : (0, due, 0);

    /// <summary>What is due first in it must be looked up again.</summary>
    public void Recount(long queue) => _recount.Add(queue);

    public void FlushQueues()
    {
        if (_queues.Count > 0)
        {
            using var update = Command("""
                UPDATE queue q SET waiting = q.waiting + v.waiting, held = q.held + v.held, earliest_due = LEAST(q.earliest_due, v.due)
                FROM unnest($1, $2, $3, $4) AS v(id, waiting, held, due) WHERE q.queue_id = v.id RETURNING q.queue_id
                """, _queues.Keys.ToArray(), _queues.Values.Select(change => change.Waiting).ToArray(), _queues.Values.Select(change => change.Held).ToArray())
                .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, _queues.Values.Select(change => change.Due).ToArray());
            var missing = _queues.Where(pair => pair.Value.Waiting > 0).Select(pair => pair.Key).ToHashSet();
            using (var rows = update.ExecuteReader())
                while (rows.Read())
                    missing.Remove(rows.GetInt64(0));
            if (missing.Count > 0)
                throw new QueueGoneException();
        }
        if (_recount.Count == 0)
            return;
        // Locked first, looked up by a statement of its own: it sees every row that a transaction before the lock has brought.
        using (var hold = Command("SELECT queue_id FROM queue WHERE queue_id = ANY($1) ORDER BY queue_id FOR UPDATE", _recount.ToArray()))
            hold.ExecuteNonQuery();
        using var recount = Command("""
            UPDATE queue q SET earliest_due = (
                SELECT r.due FROM recipient r WHERE r.queue_id = q.queue_id AND r.state = 0 AND r.claim = 0 ORDER BY r.due LIMIT 1)
            WHERE q.queue_id = ANY($1)
            """, _recount.ToArray());
        recount.ExecuteNonQuery();
    }
}
