using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Makes unclaimed recipients of a queue due now. Given again after an unknown outcome it does what is left.</summary>
internal sealed class RetryOperation(QueueId queue, long now, int limit) : WriteOperation(WritePriority.Administer, 64L * limit)
{
    public int Changed { get; private set; }

    public override void Apply(WriterConnection connection)
    {
        Changed = 0;
        if (connection.Queues.Find(queue.Value) is not { } row)
            return;
        foreach (var (message, ordinal) in connection.Recipients.DueLater(queue.Value, now, limit))
        {
            connection.Recipients.SetDue(message, ordinal, now);
            Changed++;
        }
        if (Changed > 0)
            connection.Queues.Offer(row, now);
    }
}
