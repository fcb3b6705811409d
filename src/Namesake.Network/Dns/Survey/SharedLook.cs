using System.Collections.Concurrent;

namespace Namesake.Network.Dns.Survey;

/// <summary>What many want to know is looked at once: by the first who asks, for all who come meanwhile or soon after.</summary>
internal sealed class SharedLook<TKey, TValue>(int capacity, Func<TKey, CancellationToken, Task<TValue>> look, Func<TValue, DateTimeOffset> takenAt, TimeProvider clock, CancellationToken ended)
    where TKey : notnull
    where TValue : class
{
    private readonly DnsMemory<TKey, TValue> _known = new(capacity);
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TValue>>> _beingLooked = new();

    /// <param name="oldest">What was taken longer ago is taken again.</param>
    public Task<TValue> GetAsync(TKey key, TimeSpan oldest, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_known.Find(key) is { } known && clock.GetUtcNow() - takenAt(known) < oldest)
            return Task.FromResult(known);
        // It outlives a caller that gives up: the others still wait for it.
        return _beingLooked.GetOrAdd(key, each => new Lazy<Task<TValue>>(() => LookForAllAsync(each))).Value.WaitAsync(cancellation);
    }

    private async Task<TValue> LookForAllAsync(TKey key)
    {
        try
        {
            var value = await look(key, ended);
            _known.Remember(key, value, _ => false);
            return value;
        }
        finally
        {
            _beingLooked.TryRemove(key, out _);
        }
    }
}
