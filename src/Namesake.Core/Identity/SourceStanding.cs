using System.Collections.Immutable;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Everything known of one source's identity now: an immutable snapshot the gate reads.</summary>
/// <param name="Since">When this verdict came about.</param>
/// <param name="ProvenAt">When every holding check had last passed together; null: never since its address, name or policy changed.</param>
/// <param name="Hold">Why nothing leaves; null when the source is open.</param>
/// <param name="GraceEnds">While unknown after aligned: when patience ends; null otherwise or while the clock stands still.</param>
/// <param name="LastProbe">When it was last looked at in full; null before the first time.</param>
/// <param name="NextProbe">When it will be looked at again.</param>
/// <param name="Attested">An operator's word for the translation, given at run time or in the configuration.</param>
public sealed record SourceStanding(
    SourceId Source,
    Verdict Verdict,
    DateTimeOffset Since,
    DateTimeOffset? ProvenAt,
    Proof? Proof,
    ImmutableArray<Finding> Findings,
    Hold? Hold,
    DateTimeOffset? GraceEnds,
    DateTimeOffset? LastProbe,
    DateTimeOffset? NextProbe,
    OverrideNote? Override,
    Attestation? Attested = null)
{
    public bool IsOpen => Hold is null;
}

/// <summary>An operator's bounded exception: opens DNS and outside checks of one source, never EG-02, EG-03, EH-01, FB-08.</summary>
public sealed record OverrideNote(DateTimeOffset Until, string Reason, string By);
