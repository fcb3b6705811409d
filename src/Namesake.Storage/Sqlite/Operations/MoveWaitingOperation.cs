using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Moves unclaimed recipients a reader found to another source's queue; looks again, because the reader saw the past.</summary>
internal sealed class MoveWaitingOperation(List<(MessageId Message, int Ordinal)> candidates, QueueId from, SourceId to, long triedBefore)
    : WriteOperation(WritePriority.Administer, 64L * candidates.Count)
{
    public int Moved { get; private set; }

    public override void Apply(WriterConnection connection)
    {
        Moved = 0;
        if (connection.Queues.Find(from.Value) is not { } source || source.Key.Source == to)
            return;
        QueueRow? target = null;
        foreach (var (message, ordinal) in candidates)
        {
            if (connection.Recipients.Find(message, ordinal) is not { } row || row.Queue != source.Id || !row.IsWaiting || row.Claim != 0 || (row.Attempts > 0 && message.Value >= triedBefore))
                continue;
            target ??= connection.Queues.Of(source.Key with { Source = to });
            connection.Recipients.MoveWaiting(message, ordinal, target.Id);
            connection.Queues.Add(source, -1);
            connection.Queues.Add(target, 1);
            connection.Queues.Offer(target, row.Due);
            Moved++;
        }
        if (Moved > 0)
            connection.Queues.SetEarliest(source, connection.Recipients.EarliestDue(source.Id));
    }
}
