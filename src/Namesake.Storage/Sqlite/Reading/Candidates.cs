using Namesake.Core.Messages;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>Finds rows for the writer to act on, in slices of a known number of rows, so that neither the writer nor the log waits for a search through a million.</summary>
/// <remarks>What is found may have changed when the writer gets there: its operations look again.</remarks>
internal static class Candidates
{
    /// <summary>Rows looked at in one read transaction; a few milliseconds.</summary>
    private const int Slice = 10_000;

    private const string SliceEnd = "SELECT message_id FROM message WHERE message_id > ?1 AND message_id < ?2 ORDER BY message_id LIMIT 1 OFFSET ?3";

    private const string Expired = """
        SELECT DISTINCT message_id FROM recipient WHERE message_id > ?1 AND message_id <= ?2 AND state IN (0, 2) AND claim = 0 AND expires <= ?3
        ORDER BY message_id LIMIT ?4
        """;

    private const string Untold = """
        SELECT DISTINCT message_id FROM recipient WHERE message_id > ?1 AND message_id <= ?2 AND state IN (0, 2) AND claim = 0 AND delay_told = 0
        ORDER BY message_id LIMIT ?4
        """;

    private const string Movable = """
        SELECT message_id, ordinal, due, claim FROM recipient INDEXED BY recipient_waiting
        WHERE queue_id = ?1 AND state = 0 AND (due, claim, message_id, ordinal) > (?2, ?3, ?4, ?5)
        ORDER BY due, claim, message_id, ordinal LIMIT ?6
        """;

    private const string Tries = "SELECT attempts FROM recipient WHERE message_id = ?1 AND ordinal = ?2";

    /// <summary>Messages accepted before, with recipients that are not claimed and outlived their time.</summary>
    public static Task<List<MessageId>> ExpiredAsync(SpoolReaders readers, long now, long acceptedBefore, int limit) =>
        SearchAsync(readers, Expired, 0, acceptedBefore, now, limit, CancellationToken.None);

    /// <summary>Messages accepted in [from, before) with recipients that are not claimed and whose delay was not told.</summary>
    public static Task<List<MessageId>> UntoldAsync(SpoolReaders readers, long from, long before, int limit) =>
        SearchAsync(readers, Untold, from - 1, before, null, limit, CancellationToken.None);

    /// <summary>Unclaimed recipients of a queue that were never tried, or were accepted before.</summary>
    public static async Task<List<(MessageId Message, int Ordinal)>> MovableAsync(SpoolReaders readers, QueueId queue, long triedBefore, int limit)
    {
        var found = new List<(MessageId, int)>();
        var (due, claim, message, ordinal) = (long.MinValue, 0L, 0L, 0);
        while (true)
        {
            var seen = await readers.ReadAsync(
                reader =>
                {
                    var rows = 0;
                    var select = reader.Prepared(Movable).Bind(1, queue.Value).Bind(2, due).Bind(3, claim).Bind(4, message).Bind(5, ordinal).Bind(6, Slice);
                    while (found.Count < limit && select.Step())
                    {
                        rows++;
                        (message, ordinal, due, claim) = (select.Long(0), select.Int(1), select.Long(2), select.Long(3));
                        if (claim == 0 && (message < triedBefore || reader.Prepared(Tries).Bind(1, message).Bind(2, ordinal).Scalar() == 0))
                            found.Add((new MessageId(message), ordinal));
                    }
                    select.Reset();
                    return rows;
                },
                CancellationToken.None).ConfigureAwait(false);
            if (seen < Slice || found.Count >= limit)
                return found;
        }
    }

    private static async Task<List<MessageId>> SearchAsync(
        SpoolReaders readers, string sql, long after, long before, long? now, int limit, CancellationToken cancellation)
    {
        var found = new List<MessageId>();
        while (found.Count < limit && after < before)
        {
            after = await readers.ReadAsync(
                reader =>
                {
                    var end = reader.Prepared(SliceEnd).Bind(1, after).Bind(2, before).Bind(3, Slice).Scalar() ?? before - 1;
                    var select = reader.Prepared(sql).Bind(1, after).Bind(2, end).Bind(4, limit - found.Count);
                    if (now is { } time)
                        select.Bind(3, time);
                    while (select.Step())
                        found.Add(new MessageId(select.Long(0)));
                    return end >= before - 1 ? before : end;
                },
                cancellation).ConfigureAwait(false);
        }
        return found;
    }
}
