using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A real spool whose disk fails when the test says so, before or after it has done what it was asked.</summary>
internal sealed class TroubledSpool(ISpool spool) : ISpool
{
    private readonly ConcurrentQueue<Settlement> _settled = new();
    private int _failures;
    private int _sweeps;
    private int _looks;
    private int _rows;
    private int _written;
    private int _asked;
    private int _moves;
    private int _moved;

    /// <summary>What goes wrong before the spool is asked, given the operation's name: nothing is done then. Null: nothing goes wrong.</summary>
    public Func<string, Exception?>? Before { get; set; }

    /// <summary>What goes wrong after it has done it: the outcome is unknown to who asked.</summary>
    public Func<string, Exception?>? After { get; set; }

    /// <summary>As <see cref="Before"/>, for what is to be written down.</summary>
    public Func<Settlement, Exception?>? BeforeSettling { get; set; }

    /// <summary>Operations that failed so far.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Looks for delays that were to be told, finished so far: the last step of every sweep.</summary>
    public int Sweeps => Volatile.Read(ref _sweeps);

    /// <summary>What looks for due mail have cost: statements, rows read, queues' rows written.</summary>
    public (int Looks, int Rows, int Written) Cost => (Volatile.Read(ref _looks), Volatile.Read(ref _rows), Volatile.Read(ref _written));

    /// <summary>What looks for mail that may change its source have cost: questions to readers, and moves that the writer was asked for.</summary>
    public (int Asked, int Moves) MoveCost => (Volatile.Read(ref _asked), Volatile.Read(ref _moves));

    /// <summary>Settlements that were written, in their order.</summary>
    public IReadOnlyCollection<Settlement> Settled => _settled.ToArray();

    public string? Shortage(long size) => spool.Shortage(size);

    public MessageId NextId() => spool.NextId();

    public TimeSpan IdsAhead => spool.IdsAhead;

    public IContentFile CreateContentFile(MessageId message) => spool.CreateContentFile(message);

    public Task<ImmutableArray<Consignment>> AcceptAsync(NewMessage message) => DoAsync("accept", () => spool.AcceptAsync(message));

    public async Task<ImmutableArray<QueueSummary>> DueQueuesAsync(DateTimeOffset now, QueueId after, int limit)
    {
        var due = await DoAsync("due", () => spool.DueQueuesAsync(now, after, limit));
        Interlocked.Increment(ref _looks);
        Interlocked.Add(ref _rows, due.Length);
        return due;
    }

    public Task<ImmutableArray<QueueSummary>> UnclaimedQueuesAsync(QueueId after, int limit) => DoAsync("unclaimed", () => spool.UnclaimedQueuesAsync(after, limit));

    public Task PutOffAsync(ImmutableArray<QueueId> queues) => DoAsync("put off", async () => { await spool.PutOffAsync(queues); Interlocked.Add(ref _written, queues.Length); return true; });

    public Task TakeUpAsync(ImmutableArray<QueueId> queues) => DoAsync("take up", async () => { await spool.TakeUpAsync(queues); Interlocked.Add(ref _written, queues.Length); return true; });

    public Task<ImmutableArray<Consignment>> ClaimAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue) =>
        DoAsync("claim", () => spool.ClaimAsync(queues, now, perQueue, nextDue));

    public Task<ImmutableArray<Consignment>> ClaimExpiredAsync(DateTimeOffset now, int limit) => DoAsync("expired", () => spool.ClaimExpiredAsync(now, limit));

    public async Task<ImmutableArray<Consignment>> UntoldDelaysAsync(DateTimeOffset from, DateTimeOffset before, int limit)
    {
        var untold = await DoAsync("untold", () => spool.UntoldDelaysAsync(from, before, limit));
        Interlocked.Increment(ref _sweeps);
        return untold;
    }

    public async Task<ImmutableArray<Consignment>> SettleAsync(Settlement settlement)
    {
        Throw(BeforeSettling?.Invoke(settlement));
        var spawned = await DoAsync(settlement.Event is null ? "settle" : "settle attempt", () => spool.SettleAsync(settlement));
        _settled.Enqueue(settlement);
        return spawned;
    }

    /// <summary>Consignments that changed their source while they were in memory.</summary>
    public int Moves => Volatile.Read(ref _moved);

    public Task<Consignment> MoveAsync(Consignment consignment, SourceId to)
    {
        Interlocked.Increment(ref _moved);
        return DoAsync("move", () => spool.MoveAsync(consignment, to));
    }

    public async Task<ImmutableArray<QueueId>> WithMovableAsync(ImmutableArray<(QueueId Queue, DateTimeOffset? TriedBefore)> queues)
    {
        var found = await DoAsync("movable", () => spool.WithMovableAsync(queues));
        Interlocked.Increment(ref _asked);
        return found;
    }

    public async Task<int> MoveWaitingAsync(QueueId queue, SourceId to, DateTimeOffset? triedBefore, int limit)
    {
        Interlocked.Increment(ref _moves);
        return await DoAsync("move waiting", () => spool.MoveWaitingAsync(queue, to, triedBefore, limit));
    }

    public Task<StoredContent> OpenContentAsync(MessageId message, CancellationToken cancellation) => DoAsync("content", () => spool.OpenContentAsync(message, cancellation));

    public ValueTask DisposeAsync() => spool.DisposeAsync();

    private async Task<T> DoAsync<T>(string operation, Func<Task<T>> work)
    {
        Throw(Before?.Invoke(operation));
        var result = await work();
        Throw(After?.Invoke(operation));
        return result;
    }

    private void Throw(Exception? trouble)
    {
        if (trouble is null)
            return;
        Interlocked.Increment(ref _failures);
        throw trouble;
    }
}
