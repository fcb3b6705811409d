using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Moves recipients an operator chose, held or not, to another source's queue; looks again, because the reader saw the past.</summary>
internal sealed class MoveFoundOperation(QueueId from, ImmutableArray<RecipientId> recipients, SourceId to) : WriteOperation(WritePriority.Administer, 64L * recipients.Length)
{
    public int Changed { get; private set; }

    public override void Apply(WriterConnection connection)
    {
        Changed = 0;
        if (connection.Queues.Find(from.Value) is not { } source || source.Key.Source == to)
            return;
        QueueRow? target = null;
        var held = 0;
        foreach (var (message, ordinal) in recipients)
        {
            if (connection.Recipients.Find(message, ordinal) is not { IsUndeliverable: false, Claim: 0 } row || row.Queue != source.Id)
                continue;
            target ??= connection.Queues.Of(source.Key with { Source = to });
            connection.Recipients.MoveWaiting(message, ordinal, target.Id);
            if (row.Hold is null)
                connection.Queues.Offer(target, row.Due);
            else
                held++;
            Changed++;
        }
        if (target is null)
            return;
        connection.Queues.Add(source, -Changed);
        connection.Queues.Add(target, Changed);
        connection.Queues.AddHeld(source, -held);
        connection.Queues.AddHeld(target, held);
        connection.Queues.SetEarliest(source, connection.Recipients.EarliestDue(source.Id));
    }
}
