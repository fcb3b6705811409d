using Namesake.Core.Messages;

namespace Namesake.Storage.Rows;

/// <summary>Ids are microseconds, raised where two would be equal or where the clock went back. Each node of a cluster gives those of its own remainder.</summary>
/// <remarks>After a clock that was days or years ahead, ids can't be times any more: that would give some of them twice. They go on behind the last one, and as fast as time does, so that
/// between two of them lies the time that lay between their messages, and ages are right by <see cref="Ahead"/>.</remarks>
/// <param name="last">No id up to this one is given (again).</param>
/// <param name="nodes">How many may give ids of one sequence. 1: nobody else does. Of several each has a clock of its own, and ids are ahead of none of them.</param>
/// <param name="node">From 0, below <paramref name="nodes"/>: the remainder of all ids given here.</param>
internal sealed class MessageIdSource(TimeProvider time, long last, int nodes = 1, int node = 0)
{
    /// <summary>What is less is waited for: time comes to such ids within a day.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromDays(1);

    private readonly bool _wasAhead = nodes == 1 && last > MessageId.At(time.GetUtcNow() + Tolerated).Value;
    private readonly long _begun = time.GetTimestamp();
    private readonly long _from = last;
    private long _last = last;

    public long Last => Volatile.Read(ref _last);

    /// <summary>What the next run goes on behind: with ids that are ahead, the time since the last one too.</summary>
    public long Mark => Math.Max(Last, _wasAhead ? OwnTime : 0);

    /// <summary>How far ids are ahead of the clock; zero when they are times.</summary>
    public TimeSpan Ahead => _wasAhead && OwnTime - MessageId.At(time.GetUtcNow()).Value is > 0 and var ahead ? TimeSpan.FromMicroseconds(ahead) : TimeSpan.Zero;

    public MessageId Next()
    {
        var now = MessageId.At(time.GetUtcNow()).Value;
        if (_wasAhead)
            now = Math.Max(now, OwnTime);
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = OursFrom(Math.Max(last + 1, now));
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return new MessageId(next);
        }
    }

    // By the monotonic clock: a machine that began in 1970 and is put right has no ids ahead any more.
    private long OwnTime => _from + (time.GetElapsedTime(_begun).Ticks / TimeSpan.TicksPerMicrosecond);

    private long OursFrom(long id) => id + ((((node - id) % nodes) + nodes) % nodes);
}
