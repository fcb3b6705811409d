namespace Namesake.Core.Identity;

/// <summary>How patient and how busy the identity's watch is.</summary>
public sealed record IdentityOptions
{
    /// <summary>How far apart two bad answers of DNS must lie before they hold a source that was aligned.</summary>
    /// <value>Default 2 minutes (verdicts.md §2): longer than a zone's servers usually take to follow each other. Range 1 second to 1 hour.</value>
    public TimeSpan Confirmation { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an aligned source is trusted while its checks cannot be answered; the TTL of the last good record when that is longer.</summary>
    /// <value>Default 4 hours (verdicts.md §2). At least <see cref="ProbeAtMost"/>.</value>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The same where all servers of one zone are silent and nothing else is amiss: their trouble lasts, and mail should not.</summary>
    /// <value>Default 24 hours (verdicts.md §2).</value>
    public TimeSpan SilentZoneGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Shortest wait between two looks at a source in order, whatever its TTL.</summary>
    /// <value>Default 1 minute (verdicts.md §2).</value>
    public TimeSpan ProbeAtLeast { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait between two looks at a source in order: bounds how long a changed record goes unseen where nobody refuses us.</summary>
    /// <value>Default 15 minutes (verdicts.md §2).</value>
    public TimeSpan ProbeAtMost { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Wait between two looks at a source that is held, unproven or unknown.</summary>
    /// <value>Default 60 seconds (verdicts.md §2).</value>
    public TimeSpan ProbeWhileBad { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Least wait between two looks caused by refusals: a receiver that refuses a thousand messages asks one question.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan RefusalSpacing { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sources looked at in DNS at the same time.</summary>
    /// <value>Default 32: ten thousand sources are through in about a minute without hammering anybody's servers. Range 1 to 1,000.</value>
    public int ProbesAtOnce { get; init; } = 32;

    /// <summary>Wait between two audits of a source: all checks, those that hold nothing included.</summary>
    /// <value>Default 6 hours: what is only told may be told some hours late, and other people's servers and lists are asked 4 times a day.</value>
    public TimeSpan AuditEvery { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How old the last audit without failures may be before that is a finding of its own (FB-07).</summary>
    /// <value>Default 24 hours: four audits.</value>
    public TimeSpan GreenAtMost { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Wait before the first audit of a source, to which as much again is added at random; none where a check of the audit holds mail.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan AuditAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Audits at the same time.</summary>
    /// <value>Default 16: ten thousand sources in six hours leave 34 s for each. Range 1 to 100.</value>
    public int AuditsAtOnce { get; init; } = 16;

    /// <summary>EHLO-and-QUIT sessions at the same time.</summary>
    /// <value>Default 16. Range 1 to 1,000.</value>
    public int EchoesAtOnce { get; init; } = 16;

    /// <summary>First wait before a lane or source held by the fence is asked again; it doubles up to <see cref="EchoAtMost"/>.</summary>
    /// <value>Default 30 seconds (verdicts.md §3).</value>
    public TimeSpan EchoAtFirst { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>Default 15 minutes (verdicts.md §3).</value>
    public TimeSpan EchoAtMost { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Age at which the proof of a translated source is renewed by a witness. At twice this age it counts as unknown and its grace begins.</summary>
    /// <value>Default 15 minutes, as often as DNS is looked at.</value>
    public TimeSpan ProofRefresh { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a source on an address of its own is seen from outside, by a witness or by any receiver's echo: nobody knows of a rule that translates it before somebody looks. It is
    /// stretched where there are so many sources that all of them together would ask more than <see cref="RoutineAtMost"/> allows.</summary>
    /// <value>Default 1 hour: a quarter of the least grace (verdicts.md §2), and as long as sightings that belong together may lie apart. Nothing is asked without witnesses.</value>
    public TimeSpan WitnessInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Least time between two such questions of the whole node, on average.</summary>
    /// <value>Default 1 second: ten thousand sources are through in less than three hours, and no witness is asked more often than by one busy mail server.</value>
    public TimeSpan RoutineAtMost { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Sightings of foreign addresses that lie within this time belong together: two witnesses' words, or the addresses of one NAT pool.</summary>
    /// <value>Default 1 hour: some rounds of the longest back-off.</value>
    public TimeSpan SightingWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Good sightings in a row that release what a pool of addresses held.</summary>
    /// <value>Default 3 (verdicts.md §3).</value>
    public int PoolReleaseInARow { get; init; } = 3;

    /// <summary>Longest override an operator can give.</summary>
    /// <value>24 hours (verdicts.md §5).</value>
    public TimeSpan OverrideAtMost { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Share of all sources that must turn unknown together before our own resolving is doubted; at least two, and in more than one zone.</summary>
    /// <value>Default 0.2 (verdicts.md §2).</value>
    public double DoubtShare { get; init; } = 0.2;
}
