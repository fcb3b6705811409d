using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Writing;

/// <summary>How much may wait for the writer at once. Who finds no room waits in order, and holds nothing of the writer's while waiting.</summary>
internal sealed class WriteBudget(int operations, long capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Bytes, TaskCompletionSource Admitted)> _outside = new();
    private int _operations = operations;
    private readonly long _capacity = capacity;
    private long _bytes = capacity;
    private Exception? _closed;

    public Task EnterAsync(long size)
    {
        size = Math.Min(size, _capacity); // what is larger than the whole budget goes alone
        lock (_gate)
        {
            if (_closed is { } reason)
                return Task.FromException(reason);
            if (_outside.Count == 0 && Fits(size))
            {
                Take(size);
                return Task.CompletedTask;
            }
            var admitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _outside.Enqueue((size, admitted));
            return admitted.Task;
        }
    }

    public void Leave(long size)
    {
        lock (_gate)
        {
            _operations++;
            _bytes += Math.Min(size, _capacity);
            while (_outside.TryPeek(out var next) && Fits(next.Bytes))
            {
                Take(next.Bytes);
                _outside.Dequeue().Admitted.SetResult();
            }
        }
    }

    /// <summary>Turns away who waits outside and who comes later.</summary>
    public void Close(SpoolUnavailableException reason)
    {
        lock (_gate)
        {
            _closed = reason;
            while (_outside.TryDequeue(out var next))
                next.Admitted.SetException(reason);
        }
    }

    private bool Fits(long size) => _operations > 0 && _bytes >= size;

    private void Take(long size)
    {
        _operations--;
        _bytes -= size;
    }
}
