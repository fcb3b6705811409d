using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Receivers;

namespace Namesake.Core.Identity;

/// <summary>Which receivers have taken mail of a source of late: their refusals are evidence (FB-01), a stranger's aren't. Bounded: who is left out counts for nothing.</summary>
internal sealed class Takers
{
    /// <summary>How long a receiver is remembered after the last message it took.</summary>
    /// <value>30 days: a newsletter goes out once a month, and who took nothing for longer may have become somebody else.</value>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>Receivers remembered at once.</summary>
    public const int Most = 2_000;

    /// <summary>Of them kept over a restart, the newest: a few kilobytes for each source, also where there are ten thousand.</summary>
    public const int MostKept = 200;

    // Sessions tell by the thousand what is known: a day's difference is news, less isn't.
    private static readonly TimeSpan News = TimeSpan.FromDays(1);

    /// <summary>Between two looks for room.</summary>
    public static readonly TimeSpan RoomEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<SiteId, DateTimeOffset> _sites = new();
    private int _count; // the dictionary's own Count takes all of its locks
    private long _lookedForRoom; // ticks of UTC

    /// <summary>Told for every message, without a lock.</summary>
    /// <returns>Whether there is something to store.</returns>
    public bool Took(SiteId site, DateTimeOffset now)
    {
        if (_sites.TryGetValue(site, out var at))
            return (now - at >= News || now < at) && _sites.TryUpdate(site, now, at);
        return (Volatile.Read(ref _count) < Most || MakeRoom(now)) && Add(site, now);
    }

    public bool HasTaken(SiteId site, DateTimeOffset now) => _sites.TryGetValue(site, out var at) && now - at < Remembered;

    /// <summary>Those worth storing. Large receivers everybody knows count without.</summary>
    public ImmutableArray<Taker> Kept(DateTimeOffset now) =>
        [.. _sites.Where(pair => now - pair.Value < Remembered && !KnownLimits.Knows(pair.Key)).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Value, StringComparer.Ordinal)
            .Take(MostKept).Select(pair => new Taker(pair.Key.Value, pair.Value))];

    /// <summary>As they were stored: what is older than is remembered stays forgotten, and what a clock that was ahead has written is no younger than now.</summary>
    public void Restore(ImmutableArray<Taker> kept, DateTimeOffset now)
    {
        foreach (var taker in kept.Where(taker => now - taker.At < Remembered).Take(MostKept))
        {
            var (site, at) = (new SiteId(taker.Site), taker.At < now ? taker.At : now);
            if (!Add(site, at) && _sites.TryGetValue(site, out var known) && known < at)
                _sites.TryUpdate(site, at, known);
        }
    }

    private bool Add(SiteId site, DateTimeOffset at)
    {
        if (!_sites.TryAdd(site, at))
            return false;
        Interlocked.Increment(ref _count);
        return true;
    }

    // A sender to more receivers than are remembered finds it full at every message: they must not all walk through it.
    private bool MakeRoom(DateTimeOffset now)
    {
        var before = Volatile.Read(ref _lookedForRoom);
        if ((now.UtcTicks >= before && now.UtcTicks - before < RoomEvery.Ticks) || Interlocked.CompareExchange(ref _lookedForRoom, now.UtcTicks, before) != before)
            return false;
        foreach (var pair in _sites)
            if (now - pair.Value >= Remembered && _sites.TryRemove(pair))
                Interlocked.Decrement(ref _count);
        return Volatile.Read(ref _count) < Most;
    }
}

internal sealed record Taker(string Site, DateTimeOffset At);

/// <param name="Version">Of this form; another version is forgotten: the receivers earn their say anew.</param>
/// <param name="Public">With the name: whose mail they took. Where one differs from the configuration, it was another identity's.</param>
internal sealed record StoredTakers(int Version, string Public, string Ehlo, ImmutableArray<Taker> Sites)
{
    public const int CurrentVersion = 1;
}
