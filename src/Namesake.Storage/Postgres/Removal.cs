namespace Namesake.Storage.Postgres;

/// <summary>Messages without recipients go, with their bodies.</summary>
internal static class Removal
{
    public static void Messages(Batch batch, long[] ids)
    {
        if (ids.Length == 0)
            return;
        // Locked first: of two nodes that settle a message's last two recipients at once, the second sees what the first did.
        using (var hold = batch.Command("SELECT message_id FROM message WHERE message_id = ANY($1) ORDER BY message_id FOR UPDATE", ids))
            hold.ExecuteNonQuery();
        using var remove = batch.Command("""
            WITH gone AS (
                DELETE FROM message m WHERE m.message_id = ANY($1) AND NOT EXISTS (SELECT 1 FROM recipient r WHERE r.message_id = m.message_id)
                RETURNING m.message_id, m.size),
            bodies AS (DELETE FROM body b USING gone g WHERE b.message_id = g.message_id)
            SELECT count(*), coalesce(sum(size), 0)::bigint FROM gone
            """, ids);
        using var row = remove.ExecuteReader();
        row.Read();
        batch.Messages -= row.GetInt64(0);
        batch.Bytes -= row.GetInt64(1);
    }
}
