namespace Namesake.Storage.Writing;

/// <summary>What waits for the writer, by priority. Its size is bounded by the <see cref="WriteBudget"/> everybody enters first.</summary>
internal sealed class OperationQueue<TOperation> where TOperation : QueuedOperation
{
    private readonly object _gate = new();
    private readonly Queue<TOperation>[] _waiting = [new(), new(), new()];
    private int _count;
    private bool _closed;

    /// <returns>False after <see cref="Close"/>.</returns>
    public bool TryAdd(TOperation operation)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            _waiting[(int)operation.Priority].Enqueue(operation);
            _count++;
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Fills a batch with what waits; blocks the writer's thread while nothing does.</summary>
    /// <returns>False: nothing came in time, or the queue is closed and empty.</returns>
    public bool Take(List<TOperation> batch, TimeSpan idleAfter, out bool closed)
    {
        lock (_gate)
        {
            while (_count == 0)
            {
                closed = _closed;
                if (_closed || !Monitor.Wait(_gate, idleAfter))
                    return false;
            }
            closed = false;
            Fill(batch);
            _count -= batch.Count;
            return true;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    // Accepts before settles before administration, but each later class keeps an eighth of the batch: under a flood of new mail the old must still leave.
    private void Fill(List<TOperation> batch)
    {
        long bytes = 0;
        for (var priority = 0; priority < _waiting.Length; priority++)
        {
            var later = _waiting.Skip(priority + 1).Count(queue => queue.Count > 0);
            var operations = BatchLimits.Operations - (later * BatchLimits.Operations / 8);
            var limit = BatchLimits.Bytes - (later * BatchLimits.Bytes / 8);
            var queue = _waiting[priority];
            while (batch.Count < operations && queue.TryPeek(out var next) && (batch.Count == 0 || bytes + next.Bytes <= limit))
            {
                bytes += next.Bytes;
                batch.Add(queue.Dequeue());
            }
        }
    }
}
