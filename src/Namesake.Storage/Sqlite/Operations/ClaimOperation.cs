using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Rows;
using Namesake.Storage.Sqlite.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Takes due mail out of some queues. Small enough not to keep acceptances waiting: callers slice.</summary>
internal sealed class ClaimOperation(QueueId[] queues, long now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue)
    : WriteOperation(WritePriority.Administer, 64L * queues.Length)
{
    private readonly List<Claimed> _claimed = [];

    public List<Consignment> Result { get; } = [];

    public override void Apply(WriterConnection connection)
    {
        _claimed.Clear();
        Result.Clear();
        foreach (var id in queues)
            if (connection.Queues.Find(id.Value) is { } queue && queue.EarliestDue <= now)
                Claim(connection, queue);
    }

    /// <summary>Nobody got these: they must not wait for a settlement that never comes.</summary>
    public override void TakeBack(WriterConnection connection) => Claimed.Release(_claimed, connection);

    private void Claim(WriterConnection connection, QueueRow queue)
    {
        var room = perQueue;
        foreach (var id in connection.Recipients.DueMessages(queue.Id, now, perQueue))
        {
            var due = connection.Recipients.Of(id).Where(row => row.Queue == queue.Id && row is { IsUndeliverable: false, Claim: 0 } && row.Due <= now);
            foreach (var rows in ConsignmentRows.Group(due))
            {
                if (room-- == 0)
                    break;
                Claim(connection, id, rows);
            }
        }
        connection.Queues.SetEarliest(queue, connection.Recipients.EarliestDue(queue.Id));
    }

    private void Claim(WriterConnection connection, MessageId id, List<RecipientRow> rows)
    {
        var message = connection.Messages.Read(id) ?? throw new InvalidDataException($"Recipients refer to message {id}, which isn't there.");
        var next = nextDue(id, rows.Max(row => row.Attempts) + 1).ToMicroseconds();
        for (var i = 0; i < rows.Count; i++)
        {
            _claimed.Add(new Claimed(id, rows[i].Ordinal, rows[i].Due));
            connection.Recipients.Claim(id, rows[i].Ordinal, counted: true, next);
            rows[i] = rows[i] with { Attempts = rows[i].Attempts + 1, Due = next };
        }
        Result.Add(ConsignmentRows.Build(message, rows, connection.Queues.KeyOf, claimed: true));
    }
}
