namespace Namesake.Storage.Writing;

/// <summary>What waits for a writer: what it brings along, and how its caller learns the end. Each engine says what it does.</summary>
internal abstract class QueuedOperation(WritePriority priority, long bytes)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously); // never on the writer's thread

    public WritePriority Priority => priority;

    /// <summary>What it brings along, for the limits of batch and queue.</summary>
    public long Bytes => bytes;

    /// <summary>Completes after the commit; results may be read then.</summary>
    public Task Done => _done.Task;

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
