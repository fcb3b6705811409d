namespace Namesake.Storage.Writing;

/// <summary>What waits for the writer, by priority. Its size is bounded by the <see cref="WriteBudget"/> everybody enters first.</summary>
/// <param name="company">How long settled mail waits for others to share its flush while nothing else waits; a client's new mail, administration, a full batch and the end never do.</param>
internal sealed class OperationQueue<TOperation>(TimeSpan company) where TOperation : QueuedOperation
{
    private readonly object _gate = new();
    private readonly Queue<TOperation>[] _waiting = [new(), new(), new()];
    private int _count;
    private long _bytes;
    private bool _lingers;
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
            _bytes += operation.Bytes;
            // One more settled message is the company that is waited for, no reason to end the waiting.
            if (!_lingers || !MayLinger)
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
            while (true)
            {
                // Also while nothing waits: what a batch has let go is usually settled within this time, and then wakes nobody before its company is here.
                if (company != TimeSpan.Zero && MayLinger)
                    Linger();
                if (_count > 0)
                    break;
                closed = _closed;
                if (_closed || !Monitor.Wait(_gate, idleAfter))
                    return false;
            }
            closed = false;
            Fill(batch);
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

    /// <summary>Nobody outside waits for what is here, if anything is.</summary>
    private bool MayLinger =>
        !_closed && _waiting[(int)WritePriority.Settle].Count == _count && _count < BatchLimits.Operations && _bytes < BatchLimits.Bytes;

    private void Linger()
    {
        _lingers = true;
        Monitor.Wait(_gate, company); // any pulse ends it
        _lingers = false;
    }

    // Accepts before settles before administration, but each later class keeps an eighth of the batch: under a flood of new mail the old must still leave.
    private void Fill(List<TOperation> batch)
    {
        long bytes = 0;
        for (var priority = 0; priority < _waiting.Length; priority++)
        {
            var later = 0;
            for (var next = priority + 1; next < _waiting.Length; next++)
                later += _waiting[next].Count > 0 ? 1 : 0;
            var operations = BatchLimits.Operations - (later * BatchLimits.Operations / 8);
            var limit = BatchLimits.Bytes - (later * BatchLimits.Bytes / 8);
            var queue = _waiting[priority];
            while (batch.Count < operations && queue.TryPeek(out var next) && (batch.Count == 0 || bytes + next.Bytes <= limit))
            {
                bytes += next.Bytes;
                batch.Add(queue.Dequeue());
            }
        }
        _count -= batch.Count;
        _bytes -= bytes;
    }
}
