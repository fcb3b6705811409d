using System.Collections.Immutable;
using Namesake.Core.Plans;

namespace Namesake.Web.Plans;

/// <summary>Limits as a request gives them.</summary>
internal static class PlanLimitsReading
{
    private const int Most = 100_000;

    /// <returns>Null: nothing is said of limits.</returns>
    public static PlanLimits? Read(PlanLimitsRequest? given, PlanLimits usual, ImmutableArray<string>.Builder faults)
    {
        if (given is null)
            return null;
        foreach (var (member, value) in new[] { ("changes", given.Changes), ("removals", given.Removals), ("perZone", given.PerZone) })
            if (value is < 0 or > Most)
                faults.Add($"limits.{member} is a number from 0 to {Most}");
        // Who raises the number of changes means those of one zone too.
        return new PlanLimits(given.Changes ?? usual.Changes, given.Removals ?? usual.Removals, given.PerZone ?? (given.Changes is { } changes ? Math.Max(changes, usual.PerZone) : usual.PerZone));
    }
}
