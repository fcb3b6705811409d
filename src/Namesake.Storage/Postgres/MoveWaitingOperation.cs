using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Moves unclaimed recipients of one queue to another: those never tried, then those accepted before. Oldest first, each by an index that holds nothing else.</summary>
internal sealed class MoveWaitingOperation(long from, long to, long triedBefore, int limit) : PostgresOperation(WritePriority.Administer, 64L * limit)
{
    public int Moved { get; private set; }

    public override void Apply(Batch batch)
    {
        Moved = 0;
        using (var move = batch.Command("""
            WITH untried AS MATERIALIZED (SELECT message_id, ordinal FROM recipient
                WHERE queue_id = $1 AND state = 0 AND claim = 0 AND attempts = 0
                ORDER BY message_id, ordinal LIMIT $4 FOR UPDATE SKIP LOCKED),
            tried AS MATERIALIZED (SELECT message_id, ordinal FROM recipient
                WHERE queue_id = $1 AND state = 0 AND claim = 0 AND attempts > 0 AND message_id < $3
                ORDER BY message_id, ordinal LIMIT $4 - (SELECT count(*) FROM untried) FOR UPDATE SKIP LOCKED)
            UPDATE recipient r SET queue_id = $2 FROM (SELECT * FROM untried UNION ALL SELECT * FROM tried) AS o WHERE r.message_id = o.message_id AND r.ordinal = o.ordinal RETURNING r.due
            """, from, to, triedBefore, limit))
        using (var moved = move.ExecuteReader())
            for (; moved.Read(); Moved++)
                batch.Offer(to, moved.GetInt64(0));
        if (Moved == 0)
            return;
        batch.Add(from, -Moved);
        batch.Add(to, Moved);
        batch.Recount(from);
    }
}
