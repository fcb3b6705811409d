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

    private readonly ConcurrentDictionary<SiteId, DateTimeOffset> _sites = new();

    /// <summary>Told for every message, without a lock.</summary>
    /// <returns>Whether there is something to store.</returns>
    public bool Took(SiteId site, DateTimeOffset now)
    {
        var known = _sites.TryGetValue(site, out var at);
        if ((known && now - at < News && now >= at) || (!known && _sites.Count >= Most && !MakeRoom(now)))
            return false;
        _sites[site] = now;
        return true;
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
            _sites[new SiteId(taker.Site)] = taker.At < now ? taker.At : now;
    }

    private bool MakeRoom(DateTimeOffset now)
    {
        foreach (var (site, at) in _sites)
            if (now - at >= Remembered && _sites.TryRemove(site, out _))
                return true;
        return false;
    }
}

internal sealed record Taker(string Site, DateTimeOffset At);

/// <param name="Version">Of this form; another version is forgotten: the receivers earn their say anew.</param>
/// <param name="Public">With the name: whose mail they took. Where one differs from the configuration, it was another identity's.</param>
internal sealed record StoredTakers(int Version, string Public, string Ehlo, ImmutableArray<Taker> Sites)
{
    public const int CurrentVersion = 1;
}
