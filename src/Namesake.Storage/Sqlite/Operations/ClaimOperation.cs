using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Takes due mail out of some queues. Small enough not to keep acceptances waiting: callers slice.</summary>
internal sealed class ClaimOperation(QueueId[] queues, long now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue)
    : WriteOperation(WritePriority.Administer, 64L * queues.Length)
{
    private readonly ClaimBuilder _builder = new();

    public List<Consignment> Result => _builder.Consignments;

    public override void Apply(WriterConnection connection)
    {
        _builder.Clear();
        foreach (var id in queues)
            if (connection.Queues.Find(id.Value) is { } queue && queue.EarliestDue <= now)
                Claim(connection, queue);
    }

    public override void TakeBack(WriterConnection connection) => _builder.TakeBack(connection);

    private void Claim(WriterConnection connection, QueueRow queue)
    {
        var room = perQueue;
        foreach (var id in connection.Recipients.DueMessages(queue.Id, now, perQueue))
        {
            var due = connection.Recipients.Of(id).Where(row => row.Queue == queue.Id && row is { IsWaiting: true, Claim: 0 } && row.Due <= now);
            foreach (var rows in ConsignmentRows.Group(due))
            {
                if (room-- <= 0)
                    break;
                var attempt = rows.Max(row => row.Attempts) + 1;
                _builder.Claim(connection, id, rows, nextDue(id, attempt).ToMicroseconds());
            }
        }
        connection.Queues.SetEarliest(queue, connection.Recipients.EarliestDue(queue.Id));
    }
}
