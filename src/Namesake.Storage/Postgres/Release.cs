namespace Namesake.Storage.Postgres;

/// <summary>Claims that reached nobody, undone as if they had never been.</summary>
internal static class Release
{
    public static void All(Batch batch, IReadOnlyList<(long Message, int Ordinal, long? Due)> claimed)
    {
        using var release = batch.Command("""
            UPDATE recipient r SET claim = 0, attempts = r.attempts - r.counted, counted = 0, due = CASE r.state WHEN 2 THEN r.due ELSE $4 END
            FROM unnest($1, $2) AS v(id, ordinal) WHERE r.message_id = v.id AND r.ordinal = v.ordinal AND r.claim = $3 AND r.state IN (0, 2) RETURNING r.queue_id
            """, claimed.Select(row => row.Message).ToArray(), claimed.Select(row => row.Ordinal).ToArray(), batch.Claim, Rows.Instants.ToMicroseconds(batch.Time.GetUtcNow()));
        using var rows = release.ExecuteReader();
        while (rows.Read())
            batch.Recount(rows.GetInt64(0));
    }
}
