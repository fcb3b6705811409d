using System.Collections.Concurrent;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>Messages per time, lane by lane. What comes above waits in the spool until its moment, not in memory; a lane without a rate costs nothing here.</summary>
public sealed class LaneRates(TimeProvider time)
{
    /// <summary>Seconds' worth of messages that may go at once: the spool is looked at every second, and a look may be late.</summary>
    private const double Burst = 2;

    private readonly long _begun = time.GetTimestamp();
    private readonly ConcurrentDictionary<LaneKey, TokenBucket> _buckets = new();

    /// <summary>Lanes that are remembered now.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes the turn of one message.</summary>
    /// <returns>Null: it may go. Else how long until the next may.</returns>
    public TimeSpan? Take(LaneKey lane, SiteLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (limits.MessagesPerMinute is not { } rate)
            return null;
        var bucket = BucketOf(lane, rate);
        lock (bucket)
            return bucket.Take(Moment) is var wait && wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>How many may go now; null when there is no rate.</summary>
    public int? Available(LaneKey lane, SiteLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (limits.MessagesPerMinute is not { } rate)
            return null;
        var bucket = BucketOf(lane, rate);
        lock (bucket)
            return bucket.Available(Moment);
    }

    /// <summary>A full bucket remembers nothing: it goes.</summary>
    public void Prune()
    {
        foreach (var (lane, bucket) in _buckets)
        {
            bool full;
            lock (bucket)
                full = bucket.IsFull(Moment);
            if (full)
                _buckets.TryRemove(new KeyValuePair<LaneKey, TokenBucket>(lane, bucket));
        }
    }

    private TimeSpan Moment => time.GetElapsedTime(_begun);

    private TokenBucket BucketOf(LaneKey lane, int perMinute)
    {
        var perSecond = perMinute / 60.0;
        while (true)
        {
            var bucket = _buckets.GetOrAdd(lane, static (_, made) => new TokenBucket(made.perSecond, Math.Max(1, made.perSecond * Burst), made.Moment), (perSecond, Moment));
            if (bucket.PerSecond.Equals(perSecond))
                return bucket;
            _buckets.TryRemove(new KeyValuePair<LaneKey, TokenBucket>(lane, bucket)); // The configuration was read again and says another rate.
        }
    }
}
