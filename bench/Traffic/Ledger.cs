using System.Diagnostics;

namespace Namesake.Bench.Traffic;

/// <summary>What became of each message, by its number: the source and the sink write it, so nothing can be lost unseen.</summary>
/// <param name="capacity">Most messages in one life of this program.</param>
/// <param name="deferred">Of a hundred messages, how many meet a 4xx at their first try.</param>
/// <param name="refused">Of a hundred messages, how many meet a 5xx.</param>
/// <param name="unreported">Of those, whose report to the sender meets a 5xx as well.</param>
internal sealed class Ledger(int capacity, int deferred, int refused, int unreported = 0)
{
    private readonly byte[] _accepted = new byte[capacity];
    private readonly int[] _delivered = new int[capacity];
    private readonly int[] _firstAt = new int[capacity];
    private readonly int[] _returned = new int[capacity];
    private readonly int[] _tried = new int[capacity];
    private readonly byte[] _unreported = new byte[capacity];
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _next;
    private int _arrivals;
    private int _strangers;

    public int Arrivals => Volatile.Read(ref _arrivals);

    /// <summary>Messages numbered so far.</summary>
    public int Begun => Math.Min(capacity, Volatile.Read(ref _next));

    public int Milliseconds => (int)Stopwatch.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>The next message's number; -1 when there is no room for more.</summary>
    public int Next()
    {
        var id = Interlocked.Increment(ref _next) - 1;
        return id < capacity ? id : -1;
    }

    public void Accepted(int id) => _accepted[id] = 1;

    /// <summary>The sink's answer to this recipient now.</summary>
    public string? Refusal(int id)
    {
        var tries = Interlocked.Increment(ref _tried[id]);
        var kind = id % 100;
        return kind < refused ? "550 5.1.1 nobody here has that name\r\n" : kind < refused + deferred && tries == 1 ? "451 4.7.1 come back later\r\n" : null;
    }

    /// <summary>The sink's answer to a report about this message.</summary>
    public string? RefusalOfReport(int id)
    {
        if (id % 100 >= unreported)
            return null;
        _unreported[id] = 1;
        return "550 5.1.1 nobody here has that name either\r\n";
    }

    public void Delivered(int id)
    {
        Interlocked.Increment(ref _arrivals);
        if (Interlocked.Increment(ref _delivered[id]) == 1)
            _firstAt[id] = Milliseconds;
    }

    public void Returned(int id)
    {
        Interlocked.Increment(ref _arrivals);
        if (Interlocked.Increment(ref _returned[id]) == 1 && _firstAt[id] == 0)
            _firstAt[id] = Milliseconds;
    }

    public void Stranger() => Interlocked.Increment(ref _strangers);

    /// <summary>Of <paramref name="count"/> messages from <paramref name="first"/> on: how many came, and when the last of them did, by <see cref="Milliseconds"/>.</summary>
    public object Came(int first, int count)
    {
        var came = Enumerable.Range(first, count).Where(id => Volatile.Read(ref _delivered[id]) > 0).ToList();
        return new { Came = came.Count, Last = came.Count == 0 ? 0 : came.Max(id => Volatile.Read(ref _firstAt[id])) };
    }

    /// <param name="killedAt">When the relay was killed, by <see cref="Milliseconds"/>; 0 if it wasn't.</param>
    public LedgerSums Sum(int killedAt)
    {
        int accepted = 0, delivered = 0, returned = 0, undeliverable = 0, open = 0, twice = 0, twiceByKill = 0, firstOpen = -1;
        for (var id = 0; id < Math.Min(capacity, Volatile.Read(ref _next)); id++)
        {
            accepted += _accepted[id];
            delivered += Math.Min(1, Volatile.Read(ref _delivered[id]));
            returned += Math.Min(1, Volatile.Read(ref _returned[id]));
            undeliverable += _unreported[id];
            if (_accepted[id] == 1 && _delivered[id] == 0 && _returned[id] == 0 && _unreported[id] == 0)
            {
                open++;
                firstOpen = firstOpen < 0 ? id : firstOpen;
            }

            if (_delivered[id] + _returned[id] > 1)
            {
                twice++;
                // What came once just before the kill and again after it: sent, but its outcome not yet written.
                twiceByKill += killedAt > 0 && _firstAt[id] > killedAt - 5_000 && _firstAt[id] <= killedAt + 500 ? 1 : 0;
            }
        }

        return new LedgerSums(Milliseconds, Math.Min(capacity, _next), accepted, delivered, returned, undeliverable, open, firstOpen, twice, twiceByKill, _strangers, Arrivals);
    }
}

/// <param name="Undeliverable">Refused, as was the report to the sender.</param>
/// <param name="Open">Accepted, and none of these yet.</param>
/// <param name="TwiceByKill">Of those that came twice: whose first time was within 5 s before the kill.</param>
/// <param name="Strangers">What came to the sink and was none of ours.</param>
internal sealed record LedgerSums(int Milliseconds, int Sent, int Accepted, int Delivered, int Returned, int Undeliverable, int Open, int FirstOpen, int Twice, int TwiceByKill, int Strangers, int Arrivals);
