using Namesake.Storage.Writing;

namespace Namesake.Contracts.Tests.Writing;

/// <summary>Who ends the time in which settled mail waits for company. That time is for ever here: only what must end it does.</summary>
public sealed class OperationQueueTests
{
    private static readonly TimeSpan ForEver = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // only a failing test waits for it

    private readonly OperationQueue<Operation> _queue = new(ForEver);

    [Fact]
    public async Task New_mail_takes_the_settled_along_at_once()
    {
        var batch = TakeAsync();
        Add(WritePriority.Settle);
        Add(WritePriority.Settle);
        Assert.False(batch.IsCompleted);
        Add(WritePriority.Accept);
        Assert.Equal([WritePriority.Accept, WritePriority.Settle, WritePriority.Settle], await batch.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(WritePriority.Accept)]
    [InlineData(WritePriority.Administer)]
    internal async Task Others_do_not_wait(WritePriority priority)
    {
        Add(priority);
        Assert.Equal([priority], await TakeAsync().WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_full_batch_does_not_wait()
    {
        for (var i = 0; i < BatchLimits.Operations - 1; i++)
            Add(WritePriority.Settle);
        var batch = TakeAsync();
        Assert.False(batch.IsCompleted);
        Add(WritePriority.Settle);
        Assert.Equal(BatchLimits.Operations, (await batch.WaitAsync(Patience, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Many_bytes_do_not_wait()
    {
        Add(WritePriority.Settle, BatchLimits.Bytes);
        Assert.Single(await TakeAsync().WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_end_does_not_wait()
    {
        var batch = TakeAsync();
        Add(WritePriority.Settle);
        _queue.Close();
        Assert.Single(await batch.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Empty(await TakeAsync().WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_has_waited_long_enough_goes_alone()
    {
        var queue = new OperationQueue<Operation>(TimeSpan.FromMilliseconds(1));
        Assert.True(queue.TryAdd(new Operation(WritePriority.Settle, 1)));
        Assert.Single(await TakeAsync(queue).WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    private void Add(WritePriority priority, long bytes = 1) => Assert.True(_queue.TryAdd(new Operation(priority, bytes)));

    private Task<List<WritePriority>> TakeAsync() => TakeAsync(_queue);

    private static Task<List<WritePriority>> TakeAsync(OperationQueue<Operation> queue) => Task.Factory.StartNew(
        () =>
        {
            var batch = new List<Operation>();
            queue.Take(batch, ForEver, out _);
            return batch.ConvertAll(operation => operation.Priority);
        },
        TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class Operation(WritePriority priority, long bytes) : QueuedOperation(priority, bytes);
}
