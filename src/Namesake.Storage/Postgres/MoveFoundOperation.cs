using Namesake.Core.Messages;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Moves recipients an operator chose, held or not, from one queue to another.</summary>
internal sealed class MoveFoundOperation(long from, IReadOnlyList<RecipientId> recipients, long to) : PostgresOperation(WritePriority.Administer, 64L * recipients.Count)
{
    public int Changed { get; private set; }

    public override void Apply(Batch batch)
    {
        Changed = 0;
        var held = 0;
        using (var move = batch.Command("""
            UPDATE recipient r SET queue_id = $4 FROM unnest($1, $2) AS v(id, ordinal)
            WHERE r.message_id = v.id AND r.ordinal = v.ordinal AND r.queue_id = $3 AND r.state IN (0, 2) AND r.claim = 0 RETURNING r.due, r.state
            """, Chosen.Messages(recipients), Chosen.Ordinals(recipients), from, to))
        using (var moved = move.ExecuteReader())
            for (; moved.Read(); Changed++)
            {
                if (moved.GetInt16(1) == 0)
                    batch.Offer(to, moved.GetInt64(0));
                else
                    held++;
            }
        batch.Add(from, -Changed);
        batch.Add(to, Changed);
        batch.AddHeld(from, -held);
        batch.AddHeld(to, held);
        batch.Recount(from);
    }
}
