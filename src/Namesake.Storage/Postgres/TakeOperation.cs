using Namesake.Core.Messages;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Claims recipients somebody chose, held or not, to end them. No attempt is counted.</summary>
internal sealed class TakeOperation(long queue, IReadOnlyList<RecipientId> recipients, QueueKeys keys) : PostgresOperation(WritePriority.Administer, 64L * recipients.Count)
{
    private IReadOnlyList<(long Message, int Ordinal, long? Due)> _claimed = [];

    public List<Consignment> Result { get; private set; } = [];

    public override void Apply(Batch batch)
    {
        var builder = new ClaimBuilder(batch, keys);
        using (var pick = batch.Command($"""
            SELECT {RowReading.Message}, {RowReading.Recipient} FROM unnest($1, $2) AS v(id, ordinal)
            JOIN recipient r ON r.message_id = v.id AND r.ordinal = v.ordinal JOIN message m ON m.message_id = r.message_id
            WHERE r.queue_id = $3 AND r.state IN (0, 2) AND r.claim = 0 FOR UPDATE OF r SKIP LOCKED
            """, Chosen.Messages(recipients), Chosen.Ordinals(recipients), queue))
            builder.AddToEnd(pick, int.MaxValue);
        builder.Write();
        (Result, _claimed) = (builder.Consignments, builder.Claimed);
    }

    public override void TakeBack(Batch batch) => Release.All(batch, _claimed);
}
