using System.Collections.Immutable;

namespace Namesake.Core.Identity.Verdicts;

/// <summary>What follows from all checks of one source under its policy.</summary>
/// <param name="IsProven">Every check that would hold has passed since address, name or policy changed.</param>
/// <param name="AllPassing">They all passed at the last look.</param>
/// <param name="GraceEnds">When the first check's patience ends if nothing changes; null when none runs or the clock stands still.</param>
/// <param name="ConfirmAt">When the oldest suspicion may be confirmed; null when there is none.</param>
public sealed record Conclusion(
    Verdict Verdict,
    Hold? Hold,
    ImmutableArray<Finding> Findings,
    bool IsProven,
    bool AllPassing,
    DateTimeOffset? GraceEnds,
    DateTimeOffset? ConfirmAt);
