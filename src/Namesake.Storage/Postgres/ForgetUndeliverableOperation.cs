using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Removes a slice of what has been undeliverable since before a time, and the messages of which nothing else is left.</summary>
internal sealed class ForgetUndeliverableOperation(long before, int limit) : PostgresOperation(WritePriority.Administer, 64)
{
    public int Rows { get; private set; }

    public override void Apply(Batch batch)
    {
        var messages = new SortedSet<long>();
        Rows = 0;
        using (var delete = batch.Command("""
            DELETE FROM recipient r USING (SELECT message_id, ordinal FROM recipient WHERE state = 1 AND due < $1 ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED) AS v
            WHERE r.message_id = v.message_id AND r.ordinal = v.ordinal RETURNING r.message_id
            """, before, limit))
        using (var gone = delete.ExecuteReader())
            for (; gone.Read(); Rows++)
                messages.Add(gone.GetInt64(0));
        Removal.Messages(batch, [.. messages]);
    }
}
