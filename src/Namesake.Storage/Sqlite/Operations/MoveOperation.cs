using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Moves recipients claimed by this run to another source's queue.</summary>
internal sealed class MoveOperation(Consignment consignment, SourceId to) : WriteOperation(WritePriority.Settle, 64L * consignment.Recipients.Length)
{
    private QueueRow? _target;

    public Consignment Result => consignment with { Queue = new QueueId(_target!.Id), Key = _target.Key };

    public override void Apply(WriterConnection connection)
    {
        _target = connection.Queues.Of(consignment.Key with { Source = to });
        foreach (var recipient in consignment.Recipients)
        {
            if (connection.Recipients.QueueOfMine(consignment.Message, recipient.Ordinal) is not { } from || from == _target.Id)
                continue;
            connection.Recipients.MoveClaimed(consignment.Message, recipient.Ordinal, _target.Id);
            connection.Queues.Add(connection.Queues.Find(from)!, -1);
            connection.Queues.Add(_target, 1);
        }
    }
}
