using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>Queues as readers see them.</summary>
internal static class QueueRows
{
    private const string Columns = "SELECT queue_id, brand_id, source_id, domain, via, waiting, earliest_due, held FROM queue";

    private const string Due =
        Columns + " INDEXED BY queue_due WHERE earliest_due IS NOT NULL AND put_off = 0 AND earliest_due <= ?1 AND queue_id > ?2 ORDER BY queue_id LIMIT ?3";

    private const string Unclaimed = Columns + " WHERE earliest_due IS NOT NULL AND queue_id > ?1 ORDER BY queue_id LIMIT ?2";

    private const string Filtered = Columns + """
         WHERE queue_id > ?1 AND waiting > 0 AND (?2 IS NULL OR brand_id = ?2) AND (?3 IS NULL OR source_id = ?3) AND (?4 IS NULL OR domain = ?4)
            AND (?6 = 0 OR held > 0)
        ORDER BY queue_id LIMIT ?5
        """;

    public static List<QueueSummary> DueAfter(ReaderConnection reader, DateTimeOffset now, QueueId after, int limit) =>
        ReadAll(reader.Prepared(Due).Bind(1, now.ToMicroseconds()).Bind(2, after.Value).Bind(3, limit));

    public static List<QueueSummary> UnclaimedAfter(ReaderConnection reader, QueueId after, int limit) => ReadAll(reader.Prepared(Unclaimed).Bind(1, after.Value).Bind(2, limit));

    /// <summary>Where nothing is held, or the messages named aren't, there is nothing the filter could mean.</summary>
    public static List<QueueSummary> After(ReaderConnection reader, SpoolFilter filter, QueueId after, int limit) => filter.Messages.IsDefault
        ? ReadAll(reader.Prepared(Filtered).Bind(1, after.Value).Bind(2, filter.Brand?.Value).Bind(3, filter.Source?.Value).Bind(4, filter.Domain?.Value).Bind(5, limit).Bind(6, OnlyHeld(filter)))
        : [.. filter.Messages.SelectMany(id => QueuesOf(reader, id)).Distinct().Where(id => id > after.Value).Order().SelectMany(id => One(reader, id))
            .Where(queue => queue.Waiting > 0 && Summaries.Matches(filter, queue.Key) && (queue.Held > 0 || !OnlyHeld(filter))).Take(limit)];

    /// <summary>Keys by id, each read once per call.</summary>
    public static Func<long, QueueKey> Keys(ReaderConnection reader)
    {
        var known = new Dictionary<long, QueueKey>();
        return id =>
        {
            if (known.TryGetValue(id, out var key))
                return key;
            var select = reader.Prepared("SELECT brand_id, source_id, domain, via FROM queue WHERE queue_id = ?1").Bind(1, id);
            if (!select.Step())
                throw new InvalidDataException($"recipients refer to queue {id}, which isn't there");
            key = QueueRow.KeyAt(select, 0);
            select.Reset();
            known.Add(id, key);
            return key;
        };
    }

    private static bool OnlyHeld(SpoolFilter filter) => filter.State == RecipientState.Held || filter is not { Hold: null, HoldReason: null };

    private static List<QueueSummary> One(ReaderConnection reader, long id) => ReadAll(reader.Prepared(Columns + " WHERE queue_id = ?1").Bind(1, id));

    private static List<long> QueuesOf(ReaderConnection reader, MessageId message)
    {
        var queues = new List<long>();
        var select = reader.Prepared("SELECT queue_id FROM recipient WHERE message_id = ?1").Bind(1, message.Value);
        while (select.Step())
            queues.Add(select.Long(0));
        return queues;
    }

    private static List<QueueSummary> ReadAll(Statement select)
    {
        var queues = new List<QueueSummary>();
        while (select.Step())
            queues.Add(new QueueSummary(
                new QueueId(select.Long(0)),
                QueueRow.KeyAt(select, 1),
                select.Long(5),
                select.LongOrNull(6) is { } due ? Instants.FromMicroseconds(due) : null,
                select.Long(7)));
        return queues;
    }
}
