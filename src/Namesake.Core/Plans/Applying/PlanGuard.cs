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
        // What the plan itself calls foreign. What is foreign besides is found under the lock: ForeignChanges.
        var foreign = plan.Changes.Where(change => change.IsForeign).ToImmutableArray();
        if (!foreign.IsEmpty && !wish.ReplaceForeign)
            against.Add(NotOurs(foreign));
        foreach (var by in plan.Changes.Select(change => (change.By, IsTable: change is TranslationChange)).Distinct())
            if (Missing(plan, by.By, by.IsTable, ports) is { } missing)
                against.Add(missing);
        return against.ToImmutable();
    }

    /// <summary>The sentence that asks for consent.</summary>
    public static string NotOurs(ImmutableArray<Change> foreign) =>
        $"It changes what isn't ours: {Lines(foreign)}. Say --replace-foreign if that is meant, or plan with --leave-foreign.";

    public static string Lines(ImmutableArray<Change> changes) => $"{string.Join("; ", changes.Take(5).Select(PlanText.Line))}{(changes.Length > 5 ? $" and {changes.Length - 5} more" : "")}";

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
