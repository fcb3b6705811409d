using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Lets held recipients a reader found go; looks again, because the reader saw the past.</summary>
internal sealed class ReleaseOperation(QueueId queue, ImmutableArray<RecipientId> recipients) : WriteOperation(WritePriority.Administer, 64L * recipients.Length)
{
    public int Changed { get; private set; }

    public override void Apply(WriterConnection connection)
    {
        Changed = 0;
        if (connection.Queues.Find(queue.Value) is not { } row)
            return;
        foreach (var recipient in recipients)
            if (connection.Recipients.LetGo(recipient, queue.Value) is { } due)
            {
                Changed++;
                connection.Queues.Offer(row, due);
            }
        if (Changed > 0)
            connection.Queues.AddHeld(row, -Changed);
    }
}
