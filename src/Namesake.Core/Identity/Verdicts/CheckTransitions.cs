using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Identity.Verdicts;

/// <summary>How a check's standing follows from its results: the rules of verdicts.md §2 as one table.</summary>
/// <remarks>
/// <code>
///               pass      bad                                    unknown                    time alone
/// NeverPassed   Passing   Failing                                NeverPassed                –
/// Passing       Passing   Suspect; Failing if local or refused   Unknown                    –
/// Suspect       Passing   Failing after the confirmation time    Suspect                    Lapsed when grace ends unanswered
/// Unknown       Passing   Suspect; Failing if local or refused   Unknown                    Lapsed when grace ends
/// Failing       Passing   Failing                                Failing                    –
/// Lapsed        Passing   Failing                                Lapsed                     –
/// </code>
/// A result that holds after one that was only told (eleven PTR names where there were two) begins anew as Suspect, whatever the standing was: aligned it was before.
/// "Not applicable" changes nothing: the premise's own check tells. Unknown never raises and never clears. Nothing returns to NeverPassed: a changed name, address or
/// policy starts a new memory.
/// </remarks>
public static class CheckTransitions
{
    public static CheckMemory Next(CheckMemory memory, CheckResult result, CheckKind kind, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(context);
        if (result is { Outcome: CheckOutcome.Bad, ResolverOnly: true } && kind == CheckKind.Dns && memory.PassedByAuthority)
            result = result with { Outcome = CheckOutcome.Unknown, Cause = UnknownCause.Trouble, Seen = $"{result.Seen}: only our resolver says so, the zone's own servers don't answer" };
        return result.Outcome switch
        {
            CheckOutcome.Pass => Passed(memory, result, context),
            CheckOutcome.Bad => Failed(memory, result, kind, context),
            CheckOutcome.Unknown => Unanswered(memory, result, context),
            _ => memory with { Last = result },
        };
    }

    /// <summary>What time does to a check that nobody could answer.</summary>
    public static CheckMemory Age(CheckMemory memory, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(context);
        return IsWaning(memory) && !context.InDoubt && context.Mark >= memory.PassedMark + memory.Grace
            ? memory with { Standing = CheckStanding.Lapsed, Since = context.Now }
            : memory;
    }

    /// <summary>Whether its grace is running.</summary>
    public static bool IsWaning(CheckMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return memory is { PassedMark: not null } and ({ Standing: CheckStanding.Unknown } or { Standing: CheckStanding.Suspect, Last.Outcome: CheckOutcome.Unknown });
    }

    private static CheckMemory Passed(CheckMemory memory, CheckResult result, EvaluationContext context) => Stand(memory, CheckStanding.Passing, context) with
    {
        Last = result,
        PassedAt = context.Now,
        PassedMark = context.Mark,
        PassedTtl = result.Ttl,
        PassedByAuthority = memory.PassedByAuthority || !result.ResolverOnly,
        FirstBad = null,
        BadResult = null,
        Grace = TimeSpan.Zero,
    };

    private static CheckMemory Failed(CheckMemory memory, CheckResult result, CheckKind kind, EvaluationContext context)
    {
        var graver = result.Severity == FindingSeverity.Hold && memory.BadResult is { Severity: not FindingSeverity.Hold };
        var firstBad = graver ? context.Now : memory.FirstBad ?? context.Now;
        var counts = kind != CheckKind.Dns || context.Refused || context.DnsHolds
            || (!graver && ((!memory.HasPassed && memory.Standing != CheckStanding.Suspect) || memory.Standing is CheckStanding.Failing or CheckStanding.Lapsed))
            || context.Now - firstBad >= context.Options.Confirmation;
        return Stand(memory, counts ? CheckStanding.Failing : CheckStanding.Suspect, context) with { Last = result, FirstBad = firstBad, BadResult = result };
    }

    private static CheckMemory Unanswered(CheckMemory memory, CheckResult result, EvaluationContext context)
    {
        // While our own resolving is in doubt, silence says nothing of the zone.
        var patience = result.Cause == UnknownCause.Silent && !context.InDoubt ? context.Options.SilentZoneGrace : context.Options.Grace;
        if (memory.PassedTtl > patience)
            patience = memory.PassedTtl;
        var standing = memory.Standing == CheckStanding.Passing ? CheckStanding.Unknown : memory.Standing;
        return Age(Stand(memory, standing, context) with { Last = result, Grace = patience > memory.Grace ? patience : memory.Grace }, context);
    }

    private static CheckMemory Stand(CheckMemory memory, CheckStanding standing, EvaluationContext context) =>
        memory.Standing == standing ? memory : memory with { Standing = standing, Since = context.Now };
}
