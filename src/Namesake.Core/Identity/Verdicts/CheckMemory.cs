using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Identity.Verdicts;

/// <summary>What is remembered of one check of one source. Immutable; kept over restarts.</summary>
/// <param name="Since">When it came to this standing.</param>
/// <param name="Last">The newest result; where it is "not applicable", the standing is of an older one.</param>
public sealed record CheckMemory(CheckStanding Standing, DateTimeOffset Since, CheckResult Last)
{
    /// <summary>When it passed last, by the wall clock; null: never.</summary>
    public DateTimeOffset? PassedAt { get; init; }

    /// <summary>The same by the patience clock, which stands still while our own resolving is in doubt.</summary>
    public DateTimeOffset? PassedMark { get; init; }

    /// <summary>TTL of the records it passed with.</summary>
    public TimeSpan PassedTtl { get; init; }

    /// <summary>The zone's own servers said so once: from then on our resolver's word alone cannot hold it.</summary>
    public bool PassedByAuthority { get; init; }

    /// <summary>First of the bad answers in a row; null when the last definite one was good.</summary>
    public DateTimeOffset? FirstBad { get; init; }

    /// <summary>The newest bad answer, kept while nobody can tell; null when the last definite one was good.</summary>
    public CheckResult? BadResult { get; init; }

    /// <summary>The longest patience that the present row of unknowns deserved: a silent zone that begins to stammer doesn't lose it.</summary>
    public TimeSpan Grace { get; init; }

    public bool HasPassed => PassedAt is not null;

    public bool IsApplicable => Last.Outcome is not (CheckOutcome.NotApplicable or CheckOutcome.NotObservable);

    /// <summary>What its failure means: a bad result may be graver or lighter than the check mostly is.</summary>
    public FindingSeverity SeverityUnder(IdentityCheck check, IdentityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(check);
        return BadResult is { } bad && Standing is CheckStanding.Failing or CheckStanding.Suspect ? check.SeverityUnder(policy, bad) : check.SeverityUnder(policy);
    }

    /// <summary>As it was stored by a clock that was ahead: nothing of it lies ahead of now.</summary>
    /// <param name="mark">Now by the patience clock.</param>
    public CheckMemory NotAhead(DateTimeOffset now, DateTimeOffset mark) => this with
    {
        Since = Since < now ? Since : now,
        PassedAt = PassedAt < now ? PassedAt : PassedAt is null ? null : now,
        PassedMark = PassedMark < mark ? PassedMark : PassedMark is null ? null : mark,
        FirstBad = FirstBad < now ? FirstBad : FirstBad is null ? null : now,
    };

    /// <summary>A check that a newer version brings to a source that was proven before: trusted like the question nearest to it, for what is left of that one's patience.</summary>
    public static CheckMemory Inherited(string check, CheckMemory nearest)
    {
        ArgumentNullException.ThrowIfNull(nearest);
        return new CheckMemory(CheckStanding.Passing, nearest.Since, new CheckResult(check, CheckOutcome.NotObservable, "not looked at yet", "", ""))
        {
            PassedAt = nearest.PassedAt, PassedMark = nearest.PassedMark, PassedTtl = nearest.PassedTtl, PassedByAuthority = nearest.PassedByAuthority,
        };
    }

    public static CheckMemory Blank(string check, DateTimeOffset now) =>
        new(CheckStanding.NeverPassed, now, new CheckResult(check, CheckOutcome.Unknown, "not looked at yet", "", "") { Cause = UnknownCause.None });
}
