using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Keeps waiting recipients a reader found back; looks again, because the reader saw the past.</summary>
internal sealed class HoldOperation(QueueId queue, ImmutableArray<RecipientId> recipients, MailHold hold) : WriteOperation(WritePriority.Administer, 64L * recipients.Length)
{
    public int Changed { get; private set; }

    public override void Apply(WriterConnection connection)
    {
        Changed = 0;
        if (connection.Queues.Find(queue.Value) is not { } row)
            return;
        foreach (var recipient in recipients)
            if (connection.Recipients.Hold(recipient, queue.Value, hold.Id))
                Changed++;
        if (Changed == 0)
            return;
        connection.Holds.Insert(hold);
        connection.Queues.AddHeld(row, Changed);
        connection.Queues.SetEarliest(row, connection.Recipients.EarliestDue(row.Id));
    }
}
