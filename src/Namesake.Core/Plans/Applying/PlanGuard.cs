using System.Collections.Immutable;
using Namesake.Core.Dns;
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
            against.Add($"It was made on the node {plan.Node}, this is {ports.Node}: apply it there, or plan anew here.");
        foreach (var beyond in PlanSize.Beyond(plan, limits))
            against.Add($"It is over the limits: {beyond}. Raise them for this once (--changes, --removals, --per-zone) or in the configuration (plans:), or plan less at once.");
        // What the plan itself calls foreign. What is foreign besides is found under the lock: ForeignChanges.
        var foreign = plan.Changes.Where(change => change.IsForeign).ToImmutableArray();
        if (!foreign.IsEmpty && !wish.ReplaceForeign)
            against.Add(NotOurs(foreign));
        if (plan.Kind == PlanKind.Nat && plan.Changes.FirstOrDefault(change => change is not TranslationChange) is { } record)
            against.Add($"It is a plan for translation and changes DNS besides ({PlanText.Line(record)}): plan anew, each in a plan of its own.");
        foreach (var by in plan.Changes.Select(change => (change.By, IsTable: change is TranslationChange)).Distinct())
            if (Missing(plan, by.By, by.IsTable, ports) is { } missing)
                against.Add(missing);
        against.AddRange(Torn(plan));
        if (!wish.AcceptUnseen && Unseeable(plan, ports) is { } unseeable)
            against.Add(unseeable);
        return against.ToImmutable();
    }

    /// <summary>What nobody will have seen would be taken back in any case, with connections cut twice: it isn't begun.</summary>
    private static string? Unseeable(Plan plan, PlanPorts ports)
    {
        var asked = plan.Wanted.Where(identity => identity.Source is not null).Select(identity => (identity.Local, identity.Public)).ToHashSet();
        var made = PlanVerdict.Made(plan).Where(mapping => ports.Witnesses.IsDefaultOrEmpty || !asked.Contains((mapping.Local, mapping.Public))).ToList();
        return made.Count == 0 ? null
            : $"Nobody outside could say which address is seen: {string.Join(", ", made.Take(5))}{(made.Count > 5 ? $" and {made.Count - 5} more" : "")}. {(ports.Witnesses.IsDefaultOrEmpty
                ? "No witness is configured (witnesses:)" : "That is no source of this node among what the plan says the outside must see, so it can be seen only from there")}. If that is accepted, apply with --unseen.";
    }

    /// <summary>The sentence that asks for consent.</summary>
    public static string NotOurs(ImmutableArray<Change> foreign) =>
        $"It changes what isn't ours: {Lines(foreign)}. Say --replace-foreign if that is meant, or plan with --leave-foreign.";

    public static string Lines(ImmutableArray<Change> changes) => $"{string.Join("; ", changes.Take(5).Select(PlanText.Line))}{(changes.Length > 5 ? $" and {changes.Length - 5} more" : "")}";

    private static string? Missing(Plan plan, string by, bool isTable, PlanPorts ports)
    {
        if (isTable)
            return ports.Firewall(by) is not null ? null
                : $"It changes translation by {by}, and the configuration has no firewall of that name{(ports.Provider(by) is null ? "" : ", only a DNS provider")}: add it to firewalls:, or plan anew.";
        if (ports.Provider(by) is not { } provider)
            return $"It changes records by {by}, and the configuration has no DNS provider of that name{(ports.Firewall(by) is null ? "" : ", only a firewall")}: add it to dnsProviders:, or plan anew.";
        if (!provider.Traits.WritesItself)
            return $"{provider.Traits.Name} writes nothing itself: take its text where it belongs.";
        var zones = plan.Changes.Where(change => change.By == by).Select(ChangeSpot.Of).Select(spot => spot.Zone!).Distinct();
        return zones.FirstOrDefault(zone => !provider.Traits.Zones.Any(zone.IsEqualOrUnder)) is { } other ? $"It changes {other}, which is none of {by}'s zones in the configuration: add it to zones: there, or plan anew." : null;
    }

    /// <summary>What is changed more than once must be expected each time as the time before leaves it; else the plan could only break off half way.</summary>
    private static IEnumerable<string> Torn(Plan plan)
    {
        foreach (var same in plan.Changes.GroupBy(change => ChangeSpot.Of(change).Key).Where(same => same.Count() > 1))
            foreach (var (before, after) in same.Zip(same.Skip(1)))
                if (!Follows(before, after))
                {
                    yield return $"It changes {Subject(before)} more than once, and one time expects other than the time before leaves ({PlanText.Line(before)}; then {PlanText.Line(after)}): plan anew.";
                    break;
                }
    }

    private static bool Follows(Change before, Change after) => (before, after) switch
    {
        (RecordChange one, RecordChange other) => one.By == other.By && RecordSet.Same(one.New, other.Old),
        (TranslationChange one, TranslationChange other) => Equals(one.New, other.Old),
        (ZoneChange one, ZoneChange other) => one.By == other.By && one.Removes != other.Removes,
        _ => false,
    };

    private static string Subject(Change change) => change switch
    {
        RecordChange record => $"{record.Type.Word()} {record.Name}",
        ZoneChange zone => $"the zone {zone.Zone}",
        _ => $"translation by {change.By}",
    };

    public static bool MayWrite(WriteAuthority authority) => authority.Access is WriteAccess.Proven or WriteAccess.Untried;
}
