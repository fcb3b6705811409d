using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Not sending on purpose: why, since when, and what would end it.</summary>
/// <param name="Site">The lane's site; null when the whole source is held.</param>
/// <param name="Check">The check that caused it, "EG-01".</param>
/// <param name="Reason">One stable word for programs: "misaligned", "unproven", "unknown-too-long", "address-missing", "fence", "proof-too-old".</param>
/// <param name="EndsWhen">One sentence: what releases it.</param>
public sealed record Hold(
    SourceId Source,
    SiteId? Site,
    string Check,
    string Reason,
    string Seen,
    string Expected,
    DateTimeOffset Since,
    string EndsWhen)
{
    /// <summary>The line shown for every message it holds.</summary>
    public string Describe() => $"{Check} {Reason}: saw {Seen}; expected {Expected}; {EndsWhen}";
}
