using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Namesake.Storage.Writing;


namespace Namesake.Storage.Postgres;

/// <summary>Takes due mail out of queues; rows that another node is taking this moment are passed over, not waited for.</summary>
internal sealed class ClaimOperation(long[] queues, long now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue, QueueKeys keys)
    : PostgresOperation(WritePriority.Administer, 64L * queues.Length)
{
    private IReadOnlyList<(long Message, int Ordinal, long? Due)> _claimed = [];

    public List<Consignment> Result { get; private set; } = [];

    public override void Apply(Batch batch)
    {
        var builder = new ClaimBuilder(batch, keys);
        var room = queues.Distinct().ToDictionary(id => id, _ => perQueue);
        var seen = new List<(long Queue, long Message)>();
        while (room.Count > 0)
        {
            var rows = Pick(batch, room, seen);
            var found = rows.GroupBy(row => row.Row.Queue).ToDictionary(group => group.Key, group => group.ToList());
            builder.Know(found.Keys);
            foreach (var id in room.Keys.ToList())
                if (!found.TryGetValue(id, out var own) || !Take(builder, id, own, room))
                    room.Remove(id);
            seen.AddRange(rows.Select(row => (row.Row.Queue, row.Message.Id.Value)).Distinct());
        }
        foreach (var id in queues)
            batch.Recount(id);
        builder.Write();
        (Result, _claimed) = (Order(builder.Consignments), builder.Claimed);
    }

    /// <summary>Nobody got these: they must not wait for a settlement that never comes.</summary>
    public override void TakeBack(Batch batch) => Release.All(batch, _claimed);

    // By queue in the order asked for; within a queue as they were picked: oldest due first.
    private List<Consignment> Order(List<Consignment> found)
    {
        var place = queues.Distinct().Select((id, i) => (id, i)).ToDictionary(pair => pair.id, pair => pair.i);
        return [.. found.OrderBy(consignment => place[consignment.Queue.Value])];
    }

    // False: nothing is left there, or no room.
    private bool Take(ClaimBuilder builder, long queue, List<(MessageRow Message, RecipientRow Row)> rows, Dictionary<long, int> room)
    {
        foreach (var message in rows.GroupBy(row => row.Message.Id).OrderBy(group => group.Min(row => row.Row.Due)).ThenBy(group => group.Key))
            foreach (var group in ConsignmentRows.Group(message.Select(row => row.Row).OrderBy(row => row.Ordinal)))
            {
                if (room[queue]-- <= 0)
                    return false;
                builder.Add(message.First().Message, group, message.Key, nextDue(message.Key, group.Max(row => row.Attempts) + 1).ToMicroseconds());
            }
        return room[queue] > 0;
    }

    // OFFSET 0 keeps the steps apart and in this order, each by its index, whatever the server believes of the tables' sizes.
    private List<(MessageRow Message, RecipientRow Row)> Pick(Batch batch, Dictionary<long, int> room, List<(long Queue, long Message)> seen)
    {
        using var pick = batch.Command($"""
            WITH picked AS MATERIALIZED (
                SELECT q.id AS queue_id, p.message_id FROM unnest($1, $2) AS q(id, room)
                CROSS JOIN LATERAL (
                    SELECT r.message_id FROM recipient r
                    WHERE r.queue_id = q.id AND r.state = 0 AND r.claim = 0 AND r.due <= $3
                        AND NOT EXISTS (SELECT 1 FROM unnest($4, $5) AS s(queue, message) WHERE s.queue = r.queue_id AND s.message = r.message_id)
                    ORDER BY r.due, r.message_id LIMIT q.room FOR UPDATE SKIP LOCKED) AS p)
            SELECT {RowReading.Message}, {RowReading.Recipient}
            FROM (SELECT DISTINCT queue_id, message_id FROM picked) AS p
            CROSS JOIN LATERAL (
                SELECT * FROM recipient WHERE message_id = p.message_id AND queue_id = p.queue_id AND state = 0 AND claim = 0 AND due <= $3 OFFSET 0 FOR UPDATE SKIP LOCKED) AS r
            CROSS JOIN LATERAL (SELECT * FROM message WHERE message_id = p.message_id OFFSET 0) AS m
            """, room.Keys.ToArray(), room.Values.ToArray(), now, seen.ConvertAll(row => row.Queue).ToArray(), seen.ConvertAll(row => row.Message).ToArray());
        using var reader = pick.ExecuteReader();
        return Paired.ReadAll(reader);
    }
}
