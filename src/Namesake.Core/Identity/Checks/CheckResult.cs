using System.Text.Json.Serialization;

namespace Namesake.Core.Identity.Checks;

/// <summary>What one check found, in words a postmaster can act on.</summary>
/// <param name="Check">The stable id of the catalogue, "PT-01".</param>
/// <param name="Fix">The exact record or setting; empty unless bad.</param>
public sealed record CheckResult(string Check, CheckOutcome Outcome, string Seen, string Expected, string Fix)
{
    public UnknownCause Cause { get; init; }

    /// <summary>Null: as grave as its check is. Eleven PTR names are graver than two.</summary>
    public FindingSeverity? Severity { get; init; }

    /// <summary>The least TTL of the records it rests on; zero when it rests on none.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>The zone it depends on, for telling one silent zone from trouble of our own; null when not known or not DNS.</summary>
    public string? Zone { get; init; }

    /// <summary>Only our resolver spoke: the zone's own servers could not be asked.</summary>
    public bool ResolverOnly { get; init; }

    [JsonIgnore]
    public bool IsBad => Outcome == CheckOutcome.Bad;
}
