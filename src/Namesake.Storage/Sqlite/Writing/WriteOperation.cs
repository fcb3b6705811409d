namespace Namesake.Storage.Sqlite.Writing;

/// <summary>One change that is committed together with whatever else waits.</summary>
internal abstract class WriteOperation(WritePriority priority, long bytes)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously); // never on the writer's thread

    public WritePriority Priority => priority;

    /// <summary>What it brings along, for the limits of batch and queue.</summary>
    public long Bytes => bytes;

    /// <summary>Completes after the commit; results may be read then.</summary>
    public Task Done => _done.Task;

    /// <summary>Makes the change inside the batch's transaction. May be called again when the batch is begun anew without a failing neighbour.</summary>
    public abstract void Apply(WriterConnection connection);

    /// <summary>After a commit whose outcome nobody knows, on the reopened database: removes what its caller was told nothing about and will not ask for again.</summary>
    public virtual void TakeBack(WriterConnection connection)
    {
    }

    /// <summary>After the commit of <see cref="TakeBack"/>.</summary>
    public virtual void TakenBack()
    {
    }

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
