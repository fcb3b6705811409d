using Namesake.Core.Messages;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Moves recipients claimed by this run to another queue.</summary>
internal sealed class MoveOperation(Consignment consignment, long to) : PostgresOperation(WritePriority.Settle, 64L * consignment.Recipients.Length)
{
    public override IEnumerable<long> Messages => [consignment.Message.Value];

    public override void Apply(Batch batch)
    {
        using var move = batch.Command("""
            WITH old AS (SELECT message_id, ordinal, queue_id FROM recipient
                WHERE message_id = $1 AND ordinal = ANY($2) AND claim = $3 AND state = 0 AND queue_id <> $4 FOR UPDATE)
            UPDATE recipient r SET queue_id = $4 FROM old o WHERE r.message_id = o.message_id AND r.ordinal = o.ordinal RETURNING o.queue_id
            """, consignment.Message.Value, consignment.Recipients.Select(recipient => recipient.Ordinal).ToArray(), batch.Claim, to);
        using var moved = move.ExecuteReader();
        while (moved.Read())
        {
            batch.Add(moved.GetInt64(0), -1);
            batch.Add(to, 1);
        }
    }
}
