using System.Collections.Concurrent;
using Namesake.Core.Dns;

namespace Namesake.Network.Dns.Survey;

/// <summary>How many questions strangers' resolvers are asked: a bucket for each, filled evenly over the minute.</summary>
internal sealed class PublicBudget(int perMinute, TimeProvider clock)
{
    private readonly ConcurrentDictionary<SurveyResolver, Bucket> _buckets = new();

    /// <summary>Whether it may be asked this many questions now; our own resolvers always.</summary>
    public bool Take(SurveyResolver resolver, int questions)
    {
        if (!resolver.IsPublic)
            return true;
        var bucket = _buckets.GetOrAdd(resolver, _ => new Bucket { Left = perMinute, At = clock.GetTimestamp() });
        lock (bucket)
        {
            var now = clock.GetTimestamp();
            bucket.Left = Math.Min(perMinute, bucket.Left + perMinute * clock.GetElapsedTime(bucket.At, now).TotalMinutes);
            bucket.At = now;
            if (bucket.Left < questions)
                return false;
            bucket.Left -= questions;
            return true;
        }
    }

    private sealed class Bucket
    {
        public double Left { get; set; }

        public long At { get; set; }
    }
}
