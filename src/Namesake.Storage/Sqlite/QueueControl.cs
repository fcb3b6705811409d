using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Reading;

namespace Namesake.Storage.Sqlite;

/// <summary>Operators' changes to queued mail: counted by readers from an index alone, changed by the writer a slice at a time.</summary>
internal sealed class QueueControl(OpenedSpool spool) : IQueueControl
{
    private const string Count = """
        SELECT ifnull(sum(claim = 0 AND due <= ?2), 0), ifnull(sum(claim = 0 AND due > ?2), 0), ifnull(sum(claim <> 0), 0), ifnull((SELECT held FROM queue WHERE queue_id = ?1), 0)
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
                    var count = new WaitingCount(select.Long(0), select.Long(1), select.Long(2), select.Long(3));
                    select.Reset();
                    return count;
                }).ToList(),
                cancellation).ConfigureAwait(false));
        return counts.ToImmutable();
    }

    public async Task<RecipientPage> FindAsync(QueueId queue, SpoolFilter filter, DateTimeOffset now, RecipientPlace? after, int limit, CancellationToken cancellation)
    {
        Limited(limit);
        var find = new FoundRecipients(filter, queue, now.ToMicroseconds(), limit);
        return await spool.Readers.ReadAsync(reader => find.Read(reader, after), cancellation).ConfigureAwait(false);
    }

    public async Task<int> RetryAsync(QueueId queue, DateTimeOffset now, int limit)
    {
        Limited(limit);
        var operation = new RetryOperation(queue, now.ToMicroseconds(), limit);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    public async Task<int> RetryAsync(QueueId queue, ImmutableArray<RecipientId> recipients, DateTimeOffset now)
    {
        Limited(recipients.Length);
        var operation = new RetryFoundOperation(queue, recipients, now.ToMicroseconds());
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    public async Task<int> HoldAsync(QueueId queue, ImmutableArray<RecipientId> recipients, MailHold hold)
    {
        Limited(recipients.Length);
        var operation = new HoldOperation(queue, recipients, hold);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    public async Task<int> ReleaseAsync(QueueId queue, ImmutableArray<RecipientId> recipients)
    {
        Limited(recipients.Length);
        var operation = new ReleaseOperation(queue, recipients);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    public async Task<ImmutableArray<Consignment>> TakeAsync(QueueId queue, ImmutableArray<RecipientId> recipients)
    {
        Limited(recipients.Length);
        var operation = new TakeOperation(queue, recipients);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return [.. operation.Result];
    }

    public async Task<int> MoveAsync(QueueId queue, ImmutableArray<RecipientId> recipients, SourceId to)
    {
        Limited(recipients.Length);
        var operation = new MoveFoundOperation(queue, recipients, to);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Changed;
    }

    private static void Limited(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, IQueueControl.MostAtOnce);
    }
}
