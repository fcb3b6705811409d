using Namesake.Core.Messages;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Lets held recipients of a queue go; they are due when they were.</summary>
internal sealed class ReleaseOperation(long queue, IReadOnlyList<RecipientId> recipients) : PostgresOperation(WritePriority.Administer, 64L * recipients.Count)
{
    public int Changed { get; private set; }

    public override void Apply(Batch batch)
    {
        Changed = 0;
        using (var release = batch.Command("""
            UPDATE recipient r SET state = 0, hold_id = NULL FROM unnest($1, $2) AS v(id, ordinal)
            WHERE r.message_id = v.id AND r.ordinal = v.ordinal AND r.queue_id = $3 AND r.state = 2 AND r.claim = 0 RETURNING r.due
            """, Chosen.Messages(recipients), Chosen.Ordinals(recipients), queue))
        using (var released = release.ExecuteReader())
            for (; released.Read(); Changed++)
                batch.Offer(queue, released.GetInt64(0));
        if (Changed > 0)
            batch.AddHeld(queue, -Changed);
    }
}
