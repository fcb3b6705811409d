namespace Namesake.Core.Identity;

/// <summary>What is to be done when: every errand once, at the earliest time anybody wanted it. Not thread-safe: its owner locks.</summary>
internal sealed class Agenda<T>
    where T : notnull
{
    private readonly Dictionary<T, DateTimeOffset> _due = [];
    private readonly PriorityQueue<T, DateTimeOffset> _order = new();

    public int Count => _due.Count;

    public void Want(T item, DateTimeOffset due)
    {
        if (_due.TryGetValue(item, out var known) && known <= due)
            return;
        _due[item] = due;
        _order.Enqueue(item, due); // an older entry of the same item becomes stale and is dropped when it surfaces
    }

    /// <returns>When it was due; null: it wasn't here.</returns>
    public DateTimeOffset? Remove(T item) => _due.Remove(item, out var due) ? due : null;

    public bool TryTake(DateTimeOffset now, out T item)
    {
        while (_order.TryPeek(out item!, out var due))
        {
            var isStale = !_due.TryGetValue(item, out var current) || current != due;
            if (!isStale && due > now)
                return false;
            _order.Dequeue();
            if (isStale)
                continue;
            _due.Remove(item);
            return true;
        }
        return false;
    }

    public DateTimeOffset? NextDue()
    {
        while (_order.TryPeek(out var item, out var due))
        {
            if (_due.TryGetValue(item, out var current) && current == due)
                return due;
            _order.Dequeue();
        }
        return null;
    }
}
