using System.Collections.Concurrent;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>Messages per time, of each lane and of all lanes towards a site. What comes above waits in the spool until its moment, not in memory; where there is no rate nothing is kept.</summary>
public sealed class LaneRates(TimeProvider time)
{
    /// <summary>Seconds' worth of messages that may go at once: the spool is looked at every second, and a look may be late.</summary>
    private const double Burst = 2;

    private readonly long _begun = time.GetTimestamp();
    private readonly ConcurrentDictionary<LaneKey, TokenBucket> _lanes = new();
    private readonly ConcurrentDictionary<SiteId, TokenBucket> _sites = new();

    /// <summary>Lanes and sites that are remembered now.</summary>
    public int Count => _lanes.Count + _sites.Count;

    /// <summary>Takes the turn of one message: its lane's and its site's, or neither.</summary>
    /// <param name="messages">As how many the receiver sees it.</param>
    /// <returns>Null: it may go. Else how long until the next may.</returns>
    public TimeSpan? Take(LaneKey lane, SiteLimits limits, int messages = 1)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var (own, inAll) = Of(lane, limits);
        if (own is null || inAll is null)
            return (own ?? inAll) is { } only ? Take(only, messages) : null;
        lock (own) // The lane's before the site's, always.
        {
            if (own.Available(Moment) == 0)
                return Waits(own.Take(Moment));
            var wait = Take(inAll, messages);
            if (wait is null)
                own.Take(Moment, messages);
            return wait;
        }
    }

    /// <summary>How many may go now; null when there is no rate.</summary>
    public int? Available(LaneKey lane, SiteLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var (own, inAll) = Of(lane, limits);
        return own is null ? Available(inAll) : inAll is null ? Available(own) : Math.Min(Available(own)!.Value, Available(inAll)!.Value);
    }

    /// <summary>A full bucket remembers nothing: it goes.</summary>
    public void Prune()
    {
        Prune(_lanes);
        Prune(_sites);
    }

    private void Prune<TKey>(ConcurrentDictionary<TKey, TokenBucket> buckets)
        where TKey : notnull
    {
        foreach (var (key, bucket) in buckets)
        {
            bool full;
            lock (bucket)
                full = bucket.IsFull(Moment);
            if (full)
                buckets.TryRemove(new KeyValuePair<TKey, TokenBucket>(key, bucket));
        }
    }

    private TimeSpan Moment => time.GetElapsedTime(_begun);

    private (TokenBucket? Own, TokenBucket? InAll) Of(LaneKey lane, SiteLimits limits) =>
        (limits.MessagesPerMinute is { } rate ? BucketOf(_lanes, lane, rate) : null, limits.MessagesPerMinuteInAll is { } inAll ? BucketOf(_sites, lane.Site, inAll) : null);

    private TimeSpan? Take(TokenBucket bucket, int messages)
    {
        lock (bucket)
            return Waits(bucket.Take(Moment, messages));
    }

    private int? Available(TokenBucket? bucket)
    {
        if (bucket is null)
            return null;
        lock (bucket)
            return bucket.Available(Moment);
    }

    private static TimeSpan? Waits(TimeSpan wait) => wait > TimeSpan.Zero ? wait : null;

    private TokenBucket BucketOf<TKey>(ConcurrentDictionary<TKey, TokenBucket> buckets, TKey key, int perMinute)
        where TKey : notnull
    {
        var perSecond = perMinute / 60.0;
        while (true)
        {
            var bucket = buckets.GetOrAdd(key, static (_, made) => new TokenBucket(made.perSecond, Math.Max(1, made.perSecond * Burst), made.Moment), (perSecond, Moment));
            if (bucket.PerSecond.Equals(perSecond))
                return bucket;
            buckets.TryRemove(new KeyValuePair<TKey, TokenBucket>(key, bucket)); // The configuration was read again and says another rate.
        }
    }
}
