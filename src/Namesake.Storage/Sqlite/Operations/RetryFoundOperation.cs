using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Makes recipients a reader found due now; looks again, because the reader saw the past.</summary>
internal sealed class RetryFoundOperation(QueueId queue, ImmutableArray<RecipientId> recipients, long now) : WriteOperation(WritePriority.Administer, 64L * recipients.Length)
{
    public int Changed { get; private set; }

    public override void Apply(WriterConnection connection)
    {
        Changed = 0;
        if (connection.Queues.Find(queue.Value) is not { } row)
            return;
        foreach (var (message, ordinal) in recipients)
            if (connection.Recipients.Find(message, ordinal) is { IsWaiting: true, Claim: 0 } found && found.Queue == queue.Value && found.Due > now
                && connection.Recipients.SetDue(message, ordinal, now))
                Changed++;
        if (Changed > 0)
            connection.Queues.Offer(row, now);
    }
}
