using Namesake.Core.Messages;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Takes what outlived its time. No attempt is counted.</summary>
internal sealed class ClaimExpiredOperation(long[] candidates, long now, int limit, QueueKeys keys) : PostgresOperation(WritePriority.Administer, 64L * candidates.Length)
{
    private IReadOnlyList<(long Message, int Ordinal, long? Due)> _claimed = [];

    public List<Consignment> Result { get; private set; } = [];

    public override void Apply(Batch batch)
    {
        var builder = new ClaimBuilder(batch, keys);
        using (var pick = batch.Command($"""
            SELECT {RowReading.Message}, {RowReading.Recipient} FROM recipient r JOIN message m ON m.message_id = r.message_id
            WHERE r.message_id = ANY($1) AND r.state IN (0, 2) AND r.claim = 0 AND r.expires <= $2 FOR UPDATE OF r SKIP LOCKED
            """, candidates, now))
            builder.AddToEnd(pick, limit);
        builder.Write();
        (Result, _claimed) = (builder.Consignments, builder.Claimed);
    }

    public override void TakeBack(Batch batch) => Release.All(batch, _claimed);
}
