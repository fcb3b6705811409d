using Npgsql;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>One transaction of a writer: what it does to queues and counts is written once, at its end, in the order of the queues' ids, so that no two wait for each other.</summary>
/// <remarks>Nothing else may lock a queue's row in a transaction and wait for another: operations say what they want of queues here.</remarks>
internal sealed class Batch(NpgsqlConnection connection, long claim, TimeProvider time)
{
    private readonly SortedDictionary<long, QueueChange> _queues = [];

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

    public void Add(long queue, long recipients) => _queues[queue] = Of(queue) with { Waiting = Of(queue).Waiting + recipients };

    /// <summary>Of its recipients so many more (or fewer, below zero) are kept back.</summary>
    public void AddHeld(long queue, long recipients) => _queues[queue] = Of(queue) with { Held = Of(queue).Held + recipients };

    public void Offer(long queue, long due) => _queues[queue] = Of(queue) with { Due = Math.Min(Of(queue).Due ?? due, due) };

    /// <summary>What is due first in it must be looked up again.</summary>
    public void Recount(long queue) => _queues[queue] = Of(queue) with { Recount = true };

    /// <summary>Looks for due mail don't meet it until it is taken up.</summary>
    public void PutOff(long queue) => _queues[queue] = Of(queue) with { PutOff = claim };

    public void TakeUp(long queue) => _queues[queue] = Of(queue) with { PutOff = 0 };

    /// <exception cref="QueueGoneException">One that mail was brought into isn't there any more.</exception>
    public void FlushQueues()
    {
        if (_queues.Count == 0)
            return;
        // All are locked before any is changed: an UPDATE promises no order. Changed by a statement of its own: it sees every row that a transaction before the lock has brought.
        var ids = _queues.Keys.ToArray();
        T[] Each<T>(Func<QueueChange, T> of) => [.. _queues.Values.Select(of)];
        using var flush = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sql.BatchCommand("SELECT queue_id FROM queue WHERE queue_id = ANY($1) ORDER BY queue_id FOR UPDATE", ids),
                Sql.BatchCommand("""
                    UPDATE queue q SET waiting = q.waiting + v.waiting, held = q.held + v.held, put_off = coalesce(v.put_off, q.put_off), earliest_due = CASE
                        WHEN v.recount THEN (SELECT r.due FROM recipient r WHERE r.queue_id = q.queue_id AND r.state = 0 AND r.claim = 0 ORDER BY r.due LIMIT 1)
                        ELSE LEAST(q.earliest_due, v.due) END
                    FROM unnest($1, $2, $3, $4, $5, $6) AS v(id, waiting, held, recount, due, put_off)
                    WHERE q.queue_id = v.id AND (v.waiting <> 0 OR v.held <> 0 OR v.recount OR v.due IS NOT NULL OR v.put_off <> q.put_off)
                    """, ids, Each(change => change.Waiting), Each(change => change.Held), Each(change => change.Recount))
                    .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, Each(change => change.Due))
                    .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, Each(change => change.PutOff)),
            },
        };
        var missing = _queues.Where(pair => pair.Value.Waiting > 0).Select(pair => pair.Key).ToHashSet();
        using (var rows = flush.ExecuteReader())
        {
            while (rows.Read())
                missing.Remove(rows.GetInt64(0));
            rows.NextResult(); // what went wrong with the second is thrown here
        }

        if (missing.Count > 0)
            throw new QueueGoneException(missing);
    }

    private QueueChange Of(long queue) => _queues.GetValueOrDefault(queue);

    /// <param name="PutOff">By which claim, or 0: by none; null: as it is.</param>
    private readonly record struct QueueChange(long Waiting, long Held, bool Recount, long? Due, long? PutOff);
}
