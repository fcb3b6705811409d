using Namesake.Core.Messages;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Makes these recipients of a queue due now that were due later.</summary>
internal sealed class RetryFoundOperation(long queue, IReadOnlyList<RecipientId> recipients, long now) : PostgresOperation(WritePriority.Administer, 64L * recipients.Count)
{
    public int Changed { get; private set; }

    public override void Apply(Batch batch)
    {
        using var retry = batch.Command("""
            UPDATE recipient r SET due = $4 FROM unnest($1, $2) AS v(id, ordinal)
            WHERE r.message_id = v.id AND r.ordinal = v.ordinal AND r.queue_id = $3 AND r.state = 0 AND r.claim = 0 AND r.due > $4
            """, Chosen.Messages(recipients), Chosen.Ordinals(recipients), queue, now);
        Changed = retry.ExecuteNonQuery();
        if (Changed > 0)
            batch.Offer(queue, now);
    }
}
