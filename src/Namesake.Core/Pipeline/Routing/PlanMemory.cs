using System.Collections.Concurrent;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline.Routing;

/// <summary>Remembers where domains' mail goes, and for a while also that DNS would not say.</summary>
/// <remarks>
/// <para>What DNS said lives for its TTL, an absence for the negative TTL of its zone (RFC 2308 §5), both between <see cref="ShortestLife"/> and <see cref="LongestLife"/>.</para>
/// <para>Silence (SERVFAIL, time-out) is remembered too, or a dead domain would be asked about for every message: 30 seconds, then twice as long each time, never above the
/// 5 minutes of RFC 2308 §7. If the way was known before, mail goes on by it meanwhile, for a day at most (RFC 8767): our resolver's trouble must not stop a provider's mail.</para>
/// <para>Silence about a domain while nobody answered us anything says nothing of the domain: it is forgotten with the first answer to any question.</para>
/// </remarks>
internal sealed class PlanMemory(TimeProvider time)
{
    public static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LongestStale = TimeSpan.FromDays(1);
    public const int MostPlans = 100_000;

    // The basis is part of the entry, not of the key: a plan made under a configuration that leads mail otherwise is a miss.
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <param name="basis">As <see cref="RoutingBasis.Of"/> has it.</param>
    /// <param name="inDoubt">Our own resolving is in doubt.</param>
    public RoutePlan? Find(string key, string basis, bool inDoubt) =>
        _kept.TryGetValue(key, out var kept) && kept.Basis == basis && kept.Plan.Until > time.GetUtcNow() && (inDoubt || !kept.Doubted) ? kept.Plan : null;

    /// <summary>The way that was known last, however long ago; null: none was, or DNS said since that there is none. Where mail went, not where it goes.</summary>
    public Reachable? Last(string key, string basis) => _kept.TryGetValue(key, out var kept) && kept.Basis == basis ? kept.Good : null;

    /// <param name="doubted">Our own resolving was in doubt before this was asked: its silence is not the domain's.</param>
    /// <returns>What holds from now on: the plan, or the last that was known while DNS is silent.</returns>
    public RoutePlan Keep(string key, string basis, RoutePlan plan, bool doubted)
    {
        var before = _kept.GetValueOrDefault(key);
        var now = time.GetUtcNow();
        var kept = new Kept(basis, plan, plan as Reachable, 0, Doubted: false);
        if (plan is Unroutable { DnsIsSilent: true })
        {
            // Several that asked at the same time were met by one silence.
            if (before is { Silences: > 0 } && before.Basis == basis && before.Plan.Until > now && before.Doubted == doubted)
                return before.Plan;
            var silences = (before?.Silences ?? 0) + 1;
            var until = now + Silence(silences);
            var good = before is not null && before.Basis == basis && before.Good is { } known && now < known.Until + LongestStale ? before.Good : null;
            kept = new Kept(basis, good is null ? plan with { Until = until } : good with { Until = until, How = $"{good.How}, as last known: DNS does not answer" }, good, silences, doubted);
        }

        if (_kept.Count >= MostPlans)
            MakeRoom();
        _kept[key] = kept;
        return kept.Plan;
    }

    /// <summary>A quarter goes, what is over longest first: rare, and cheap to ask again.</summary>
    private void MakeRoom()
    {
        foreach (var pair in _kept.OrderBy(pair => pair.Value.Plan.Until).Take(MostPlans / 4).ToList())
            _kept.TryRemove(pair);
    }

    /// <summary>When a plan made of records with this TTL must be looked up again.</summary>
    public DateTimeOffset Until(TimeSpan ttl) => time.GetUtcNow() + (ttl < ShortestLife ? ShortestLife : ttl > LongestLife ? LongestLife : ttl);

    private static TimeSpan Silence(int silences) => silences > 4 ? LongestSilence : ShortestLife * (1 << (silences - 1));

    /// <param name="Good">The last plan DNS answered for, with its own end; null when the newest answer was another.</param>
    /// <param name="Silences">Times in a row that DNS did not answer.</param>
    /// <param name="Doubted">Nobody answered anything when it was asked.</param>
    private sealed record Kept(string Basis, RoutePlan Plan, Reachable? Good, int Silences, bool Doubted);
}
