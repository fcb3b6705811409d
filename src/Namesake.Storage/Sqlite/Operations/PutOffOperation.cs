using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Hides queues from the look for due mail, or shows them again. Their messages are not touched.</summary>
internal sealed class PutOffOperation(QueueId[] queues, bool putOff) : WriteOperation(WritePriority.Administer, 32L * queues.Length)
{
    public override void Apply(WriterConnection connection)
    {
        foreach (var queue in queues)
            if (connection.Queues.Find(queue.Value) is { } row)
                connection.Queues.PutOff(row, putOff ? connection.Run : 0);
    }
}
