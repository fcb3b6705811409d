using System.Collections.Immutable;

namespace Namesake.Core.Identity;

/// <summary>What was stored since a moment, by whichever node.</summary>
/// <param name="States">By key; null: it was forgotten. May hold what was told before.</param>
/// <param name="Until">By the store's own clock: since when to ask next time.</param>
/// <param name="IsAll">These are all there are: what isn't among them was forgotten.</param>
public sealed record StateChanges(ImmutableDictionary<string, string?> States, DateTimeOffset Until, bool IsAll)
{
    /// <summary>Of a store that one process has alone.</summary>
    public static StateChanges None { get; } = new(ImmutableDictionary<string, string?>.Empty, default, false);
}
