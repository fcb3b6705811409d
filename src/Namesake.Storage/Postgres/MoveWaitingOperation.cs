using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Moves unclaimed recipients of one queue to another, oldest due first.</summary>
internal sealed class MoveWaitingOperation(long from, long to, long triedBefore, int limit) : PostgresOperation(WritePriority.Administer, 64L * limit)
{
    public int Moved { get; private set; }

    public override void Apply(Batch batch)
    {
        Moved = 0;
        using (var move = batch.Command("""
            WITH old AS MATERIALIZED (SELECT message_id, ordinal FROM recipient
                WHERE queue_id = $1 AND state = 0 AND claim = 0 AND (attempts = 0 OR message_id < $3)
                ORDER BY due, message_id, ordinal LIMIT $4 FOR UPDATE SKIP LOCKED)
            UPDATE recipient r SET queue_id = $2 FROM old o WHERE r.message_id = o.message_id AND r.ordinal = o.ordinal RETURNING r.due
            """, from, to, triedBefore, limit))
        using (var moved = move.ExecuteReader())
            for (; moved.Read(); Moved++)
                batch.Offer(to, moved.GetInt64(0));
        batch.Add(from, -Moved);
        batch.Add(to, Moved);
        batch.Recount(from);
    }
}
