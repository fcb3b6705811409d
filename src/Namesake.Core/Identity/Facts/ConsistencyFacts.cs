using System.Collections.Immutable;

namespace Namesake.Core.Identity.Facts;

/// <summary>What was wanted against what runs, and when all of it was last seen right. For FB-06, FB-07 and FB-08.</summary>
/// <param name="Now">By the clock of whoever judges.</param>
/// <param name="Since">Since when this identity is looked at.</param>
/// <param name="LastGreen">End of the last audit in which nothing of severity FAIL or HOLD failed; null: there was none.</param>
/// <param name="Limit">How old that may be.</param>
public sealed record ConsistencyFacts(DateTimeOffset Now, DateTimeOffset Since, DateTimeOffset? LastGreen, TimeSpan Limit)
{
    /// <summary>Where what we made was changed by somebody since; null: nothing was made here, so there is nothing to drift from.</summary>
    public ImmutableArray<Drift>? Drifts { get; init; }

    /// <inheritdoc cref="LeaseFacts"/>
    /// <remarks>Null: no relay looks, and nobody could tell.</remarks>
    public LeaseFacts? Lease { get; init; }
}

/// <param name="Where">"PTR of 203.0.113.5", "rule of table namesake", "configuration, line 12".</param>
public sealed record Drift(string Where, string Wanted, string Seen);
