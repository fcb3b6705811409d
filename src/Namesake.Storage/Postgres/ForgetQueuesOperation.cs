using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Removes queues in which nothing waits, a page at a time. Who is just bringing mail has the row locked and keeps it; who comes later finds it gone and makes it anew.</summary>
internal sealed class ForgetQueuesOperation(long after, int limit) : PostgresOperation(WritePriority.Administer, 64)
{
    /// <summary>Where the next page begins; null: this was the last one.</summary>
    public long? Last { get; private set; }

    /// <summary>Those of this page that were removed.</summary>
    public IReadOnlyList<long> Gone { get; private set; } = [];

    /// <remarks>Last: with these rows locked nobody may wait for others, and who is passed over is not waited for.</remarks>
    public override void ApplyLast(Batch batch)
    {
        List<long> empty, gone;
        using (var hold = batch.Command("SELECT queue_id FROM queue WHERE queue_id > $1 AND waiting = 0 ORDER BY queue_id LIMIT $2 FOR UPDATE SKIP LOCKED", after, limit))
            empty = Ids(hold);
        // A statement of its own: it sees what was undeliverable before the rows were locked.
        using (var forget = batch.Command(
            "DELETE FROM queue q WHERE queue_id = ANY($1) AND NOT EXISTS (SELECT 1 FROM recipient r WHERE r.queue_id = q.queue_id AND r.state = 1) RETURNING queue_id", empty.ToArray()))
            gone = Ids(forget);
        (Last, Gone) = (empty.Count == limit ? empty[^1] : null, gone);
    }

    private static List<long> Ids(Npgsql.NpgsqlCommand command)
    {
        var ids = new List<long>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
            ids.Add(rows.GetInt64(0));
        return ids;
    }
}
