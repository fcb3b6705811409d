using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Operations;

namespace Namesake.Storage.Sqlite;

/// <summary>Operators' changes to queued mail: counted by readers from an index alone, changed by the writer a slice at a time.</summary>
internal sealed class QueueControl(OpenedSpool spool) : IQueueControl
{
    private const string Count = """
        SELECT ifnull(sum(claim = 0 AND due <= ?2), 0), ifnull(sum(claim = 0 AND due > ?2), 0), ifnull(sum(claim <> 0), 0)
        FROM recipient INDEXED BY recipient_waiting WHERE queue_id = ?1 AND state = 0
        """;

    private const int QueuesPerRead = 100;

    public async Task<ImmutableArray<WaitingCount>> CountWaitingAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, CancellationToken cancellation)
    {
        var counts = ImmutableArray.CreateBuilder<WaitingCount>(queues.Length);
        foreach (var slice in queues.Chunk(QueuesPerRead))
            counts.AddRange(await spool.Readers.ReadAsync(
                reader => slice.Select(queue =>
                {
                    var select = reader.Prepared(Count).Bind(1, queue.Value).Bind(2, now.ToMicroseconds());
                    select.Step();
                    var count = new WaitingCount(select.Long(0), select.Long(1), select.Long(2));
                    select.Reset();
                    return count;
                }).ToList(),
                cancellation).ConfigureAwait(false));
        return counts.ToImmutable();
    }

    public async Task<int> RetryAsync(QueueId queue, DateTimeOffset now, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IQueueControl.MostAtOnce);
        var operation = new RetryOperation(queue, now.ToMicroseconds(), limit);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }
}
