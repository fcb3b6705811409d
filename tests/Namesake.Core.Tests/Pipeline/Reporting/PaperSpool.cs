using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Reporting;

/// <summary>Keeps what the reporter would store. The spool's own behaviour is the contract suite's story.</summary>
internal sealed class PaperSpool(List<Settlement> settled) : ISpool
{
    private long _id = 1_000_000;

    public MessageId NextId() => new(++_id);

    public TimeSpan IdsAhead => TimeSpan.Zero;

    public Task<ImmutableArray<Consignment>> SettleAsync(Settlement settlement)
    {
        settled.Add(settlement);
        return Task.FromResult<ImmutableArray<Consignment>>([]);
    }

    public string? Shortage(long size) => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public IContentFile CreateContentFile(MessageId message) => throw new NotSupportedException();

    public Task<ImmutableArray<Consignment>> AcceptAsync(NewMessage message) => throw new NotSupportedException();

    public Task<ImmutableArray<QueueSummary>> DueQueuesAsync(DateTimeOffset now, QueueId after, int limit) => throw new NotSupportedException();

    public Task<ImmutableArray<QueueSummary>> UnclaimedQueuesAsync(QueueId after, int limit) => throw new NotSupportedException();

    public Task PutOffAsync(ImmutableArray<QueueId> queues) => throw new NotSupportedException();

    public Task TakeUpAsync(ImmutableArray<QueueId> queues) => throw new NotSupportedException();

    public Task<ImmutableArray<Consignment>> ClaimAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue) => throw new NotSupportedException();

    public Task<ImmutableArray<Consignment>> ClaimExpiredAsync(DateTimeOffset now, int limit) => throw new NotSupportedException();

    public Task<ImmutableArray<Consignment>> UntoldDelaysAsync(DateTimeOffset from, DateTimeOffset before, int limit) => throw new NotSupportedException();

    public Task<Consignment> MoveAsync(Consignment consignment, SourceId to) => throw new NotSupportedException();

    public Task<ImmutableArray<QueueId>> WithMovableAsync(ImmutableArray<(QueueId Queue, DateTimeOffset? TriedBefore)> queues) => throw new NotSupportedException();

    public Task<int> MoveWaitingAsync(QueueId queue, SourceId to, DateTimeOffset? triedBefore, int limit) => throw new NotSupportedException();

    public Task<StoredContent> OpenContentAsync(MessageId message, CancellationToken cancellation) => throw new NotSupportedException();
}
