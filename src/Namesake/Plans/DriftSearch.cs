using System.Collections.Immutable;
using Namesake.Core.Pipeline;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;

namespace Namesake.Plans;

/// <summary>Looks whether what plans have made is still so, where it is written.</summary>
public static class DriftSearch
{
    private const int AtOnce = 16;

    /// <summary>Those of these names (of records, or ids of firewalls); no names: all.</summary>
    /// <param name="unknown">A name that none of them has; null: each has one.</param>
    public static ImmutableArray<OwnedDrift> Named(ImmutableArray<OwnedDrift> drifts, IEnumerable<string> names, out string? unknown)
    {
        var wanted = names.Select(name => name.TrimEnd('.').ToLowerInvariant()).ToHashSet();
        unknown = wanted.FirstOrDefault(name => !drifts.Any(drift => IsNamed(drift, name)));
        return wanted.Count == 0 ? drifts : [.. drifts.Where(drift => wanted.Any(name => IsNamed(drift, name)))];
    }

    /// <summary>A plan that puts these back, with what could not be looked at among its notes.</summary>
    public static Plan Restore(RelayModel relay, ImmutableArray<OwnedDrift> drifts, ImmutableArray<string> troubles, PlanLimits limits, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(relay);
        var id = PlanId.New(drifts.Any(drift => drift is OwnedDrift.Records) ? PlanKind.Dns : PlanKind.Nat, at);
        return OwnedDrift.Restore(id, relay.Node, drifts, DnsPlanning.Identities(relay, []), limits, at) with { Notes = [.. troubles.Select(trouble => new PlanNote(PlanNoteKind.Unknown, "what is there", trouble))] };
    }

    private static bool IsNamed(OwnedDrift drift, string name) => string.Equals(drift.Name, name, StringComparison.OrdinalIgnoreCase);

    /// <returns>What is otherwise, and what could not be looked at.</returns>
    public static async Task<(ImmutableArray<OwnedDrift> Drifts, ImmutableArray<string> Troubles)> LookAsync(PlanWorkshop workshop, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(workshop);
        var registry = await workshop.Store.RegistryAsync(cancellation);
        var found = new (OwnedDrift? Drift, string? Trouble)[registry.Records.Length + registry.Tables.Length];
        await Parallel.ForAsync(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (index, stop) =>
            found[index] = index < registry.Records.Length ? await LookAsync(registry.Records[index], workshop, stop) : await LookAsync(registry.Tables[index - registry.Records.Length], workshop, stop));
        return ([.. found.Select(each => each.Drift).OfType<OwnedDrift>()], [.. found.Select(each => each.Trouble).OfType<string>()]);
    }

    internal static async Task<(OwnedDrift? Drift, string? Trouble)> LookAsync(OwnedRecords owned, PlanWorkshop workshop, CancellationToken cancellation)
    {
        if (workshop.FindProvider(owned.By) is not { } provider)
            return (null, $"{owned.Name}: the configuration has no DNS provider {owned.By} any more");
        var reading = await provider.ReadAsync(owned.Zone, owned.Name, owned.Type, cancellation);
        return reading.Trouble is { } trouble ? (null, $"{owned.Name}: {trouble}")
            : owned.Set.Says(reading.Set) ? (null, null)
            : (new OwnedDrift.Records(owned, reading.Set), null);
    }

    internal static async Task<(OwnedDrift? Drift, string? Trouble)> LookAsync(OwnedTable owned, PlanWorkshop workshop, CancellationToken cancellation)
    {
        if (workshop.FindFirewall(owned.By) is not { } firewall)
            return (null, $"the configuration has no firewall {owned.By} any more");
        var reading = await firewall.ReadAsync(cancellation);
        return reading.Trouble is { } trouble ? (null, $"{firewall.Name}: {trouble}")
            : owned.Table.Equals(reading.Ours) ? (null, null)
            : (new OwnedDrift.Table(owned, reading.Ours), null);
    }
}
