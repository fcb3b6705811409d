using Namesake.Core.Messages;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>Finds rows for the writer to act on, in slices of a known number of rows, so that neither the writer nor the log waits for a search through a million.</summary>
/// <remarks>What is found may have changed when the writer gets there: its operations look again. Each search is one of an index that holds nothing else.</remarks>
internal static class Candidates
{
    /// <summary>Rows looked at in one read transaction; a few milliseconds.</summary>
    private const int Slice = 10_000;

    private const string SliceEnd = "SELECT message_id FROM message WHERE message_id > ?1 AND message_id < ?2 ORDER BY message_id LIMIT 1 OFFSET ?3";

    private const string Expired = """
        SELECT message_id, ordinal, expires FROM recipient INDEXED BY recipient_expiry
        WHERE claim = 0 AND state <> 1 AND expires <= ?1 AND (expires, message_id, ordinal) > (?2, ?3, ?4)
        ORDER BY expires, message_id, ordinal LIMIT ?5
        """;

    private const string Untold = """
        SELECT DISTINCT message_id FROM recipient WHERE message_id > ?1 AND message_id <= ?2 AND state IN (0, 2) AND claim = 0 AND delay_told = 0
        ORDER BY message_id LIMIT ?4
        """;

    private const string Untried = """
        SELECT message_id, ordinal FROM recipient INDEXED BY recipient_untried WHERE queue_id = ?1 AND state = 0 AND claim = 0 AND attempts = 0
        ORDER BY message_id, ordinal LIMIT ?2
        """;

    private const string Tried = """
        SELECT message_id, ordinal FROM recipient INDEXED BY recipient_tried WHERE queue_id = ?1 AND state = 0 AND claim = 0 AND attempts > 0 AND message_id < ?3
        ORDER BY message_id, ordinal LIMIT ?2
        """;

    /// <summary>Messages with recipients that are not claimed and outlived their time, those whose time ended first, in the order of their ids.</summary>
    public static async Task<List<MessageId>> ExpiredAsync(SpoolReaders readers, long now, int limit)
    {
        var found = new HashSet<MessageId>();
        var (expires, message, ordinal) = (long.MinValue, 0L, 0);
        while (true)
        {
            var seen = await readers.ReadAsync(
                reader =>
                {
                    var rows = 0;
                    var select = reader.Prepared(Expired).Bind(1, now).Bind(2, expires).Bind(3, message).Bind(4, ordinal).Bind(5, Slice);
                    while (found.Count < limit && select.Step())
                    {
                        rows++;
                        (message, ordinal, expires) = (select.Long(0), select.Int(1), select.Long(2));
                        found.Add(new MessageId(message));
                    }
                    select.Reset();
                    return rows;
                },
                CancellationToken.None).ConfigureAwait(false);
            if (seen < Slice || found.Count >= limit)
                return [.. found.Order()];
        }
    }

    /// <summary>Messages accepted in [from, before) with recipients that are not claimed and whose delay was not told.</summary>
    public static async Task<List<MessageId>> UntoldAsync(SpoolReaders readers, long from, long before, int limit)
    {
        var found = new List<MessageId>();
        var after = from - 1;
        while (found.Count < limit && after < before)
        {
            after = await readers.ReadAsync(
                reader =>
                {
                    var end = reader.Prepared(SliceEnd).Bind(1, after).Bind(2, before).Bind(3, Slice).Scalar() ?? before - 1;
                    var select = reader.Prepared(Untold).Bind(1, after).Bind(2, end).Bind(4, limit - found.Count);
                    while (select.Step())
                        found.Add(new MessageId(select.Long(0)));
                    return end >= before - 1 ? before : end;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        return found;
    }

    /// <summary>Of these queues those with unclaimed recipients that were never tried, or were accepted before.</summary>
    public static Task<List<QueueId>> WithMovableAsync(SpoolReaders readers, IReadOnlyCollection<(QueueId Queue, long TriedBefore)> queues) => readers.ReadAsync(
        reader =>
        {
            var found = new List<QueueId>();
            foreach (var (queue, triedBefore) in queues)
                if (reader.Prepared(Untried).Bind(1, queue.Value).Bind(2, 1).Scalar() is not null
                    || reader.Prepared(Tried).Bind(1, queue.Value).Bind(2, 1).Bind(3, triedBefore).Scalar() is not null)
                    found.Add(queue);
            return found;
        },
        CancellationToken.None);

    /// <summary>Unclaimed recipients of a queue: those never tried, then those that were accepted before. Oldest first.</summary>
    public static Task<List<(MessageId Message, int Ordinal)>> MovableAsync(SpoolReaders readers, QueueId queue, long triedBefore, int limit) => readers.ReadAsync(
        reader =>
        {
            var found = new List<(MessageId, int)>();
            ReadAll(reader.Prepared(Untried).Bind(1, queue.Value).Bind(2, limit), found);
            if (found.Count < limit)
                ReadAll(reader.Prepared(Tried).Bind(1, queue.Value).Bind(2, limit - found.Count).Bind(3, triedBefore), found);
            return found;
        },
        CancellationToken.None);

    private static void ReadAll(Statement select, List<(MessageId, int)> found)
    {
        while (select.Step())
            found.Add((new MessageId(select.Long(0)), select.Int(1)));
    }
}
