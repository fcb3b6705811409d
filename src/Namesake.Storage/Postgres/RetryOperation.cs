using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Makes unclaimed recipients of a queue due now, those due soonest first. Given again after an unknown outcome it does what is left.</summary>
internal sealed class RetryOperation(long queue, long now, int limit) : PostgresOperation(WritePriority.Administer, 64L * limit)
{
    public int Changed { get; private set; }

    public override void Apply(Batch batch)
    {
        using var retry = batch.Command("""
            WITH later AS MATERIALIZED (SELECT message_id, ordinal FROM recipient
                WHERE queue_id = $1 AND state = 0 AND claim = 0 AND due > $2 ORDER BY due, message_id, ordinal LIMIT $3 FOR UPDATE SKIP LOCKED)
            UPDATE recipient r SET due = $2 FROM later l WHERE r.message_id = l.message_id AND r.ordinal = l.ordinal
            """, queue, now, limit);
        Changed = retry.ExecuteNonQuery();
        if (Changed > 0)
            batch.Offer(queue, now);
    }
}
