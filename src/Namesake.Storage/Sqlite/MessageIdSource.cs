using Namesake.Core.Messages;

namespace Namesake.Storage.Sqlite;

/// <summary>Ids are microseconds, raised by one where two would be equal or where the clock went back.</summary>
/// <param name="last">No id up to this one is given (again).</param>
internal sealed class MessageIdSource(TimeProvider time, long last)
{
    private long _last = last;

    public long Last => Volatile.Read(ref _last);

    public MessageId Next()
    {
        var now = MessageId.At(time.GetUtcNow()).Value;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return new MessageId(next);
        }
    }
}
