using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Plans.Applying;

/// <summary>What forbids a plan before anything is looked at.</summary>
internal static class PlanGuard
{
    /// <returns>Sentences; empty: it may begin.</returns>
    public static ImmutableArray<string> Check(Plan plan, PlanLimits limits, ApplyWish wish, PlanPorts ports)
    {
        var against = ImmutableArray.CreateBuilder<string>();
        if (plan.Node != ports.Node)
            against.Add($"It was made on the node {plan.Node}, this is {ports.Node}: make it here.");
        foreach (var beyond in PlanSize.Beyond(plan, limits))
            against.Add($"It is over the limits: {beyond}. Raise them for this once (--changes, --removals, --per-zone) or in the configuration (plans:), or plan less at once.");
        var foreign = plan.Changes.Where(change => change.IsForeign).ToList();
        if (foreign.Count > 0 && !wish.ReplaceForeign)
            against.Add($"It changes what isn't ours: {string.Join("; ", foreign.Take(5).Select(PlanText.Line))}{(foreign.Count > 5 ? $" and {foreign.Count - 5} more" : "")}. Say --replace-foreign if that is meant, or plan with --leave-foreign.");
        foreach (var by in plan.Changes.Select(change => (change.By, IsTable: change is TranslationChange)).Distinct())
            if (Missing(plan, by.By, by.IsTable, ports) is { } missing)
                against.Add(missing);
        return against.ToImmutable();
    }

    private static string? Missing(Plan plan, string by, bool isTable, PlanPorts ports)
    {
        if (isTable)
            return ports.Firewall(by) is null ? $"There is no firewall {by} in the configuration." : null;
        if (ports.Provider(by) is not { } provider)
            return $"There is no DNS provider {by} in the configuration.";
        if (!provider.Traits.WritesItself)
            return $"{provider.Traits.Name} writes nothing itself: take its text where it belongs.";
        var zones = plan.Changes.Where(change => change.By == by).Select(ChangeSpot.Of).Select(spot => spot.Zone!).Distinct();
        return zones.FirstOrDefault(zone => !provider.Traits.Zones.Any(zone.IsEqualOrUnder)) is { } other ? $"The zone {other} is none of {by}'s in the configuration." : null;
    }

    public static bool MayWrite(WriteAuthority authority) => authority.Access is WriteAccess.Proven or WriteAccess.Untried;
}
