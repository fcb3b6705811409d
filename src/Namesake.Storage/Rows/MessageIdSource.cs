using Namesake.Core.Messages;

namespace Namesake.Storage.Rows;

/// <summary>Ids are microseconds, raised where two would be equal or where the clock went back. Each node of a cluster gives those of its own remainder.</summary>
/// <param name="last">No id up to this one is given (again).</param>
/// <param name="nodes">How many may give ids of one sequence. 1: nobody else does.</param>
/// <param name="node">From 0, below <paramref name="nodes"/>: the remainder of all ids given here.</param>
internal sealed class MessageIdSource(TimeProvider time, long last, int nodes = 1, int node = 0)
{
    private long _last = last;

    public long Last => Volatile.Read(ref _last);

    public MessageId Next()
    {
        var now = MessageId.At(time.GetUtcNow()).Value;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = OursFrom(Math.Max(last + 1, now));
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return new MessageId(next);
        }
    }

    private long OursFrom(long id) => id + ((((node - id) % nodes) + nodes) % nodes);
}
