using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Dns.Planning;
using Namesake.Core.Plans.Journal;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Applying;

/// <summary>Which changes of a plan touch what isn't ours, by the registry and by what is there. The plan's own word can only add to them: a plan's file is anybody's to edit.</summary>
/// <remarks>As the planners judge. Where nothing is, nobody's is touched. A record set that a plan of ours wrote or an operator adopted, and that still says so, is ours, but for the values that others had put there before: those
/// are kept. A set we never wrote is only added to, and only where all it says are addresses of our own sources. Our table on a firewall is ours by its name.</remarks>
internal static class ForeignChanges
{
    /// <param name="present">What is there, by <see cref="ChangeSpot.Key"/>; where it has nothing of a spot, what the plan expects there.</param>
    public static ImmutableArray<Change> Of(Plan plan, IReadOnlyDictionary<string, RecordSet?> present, PlanRegistry registry, PlanPorts ports)
    {
        var now = new Dictionary<string, RecordSet?>(present, StringComparer.Ordinal);
        var records = registry.Records.GroupBy(record => record.Key).ToDictionary(same => same.Key, same => (OwnedRecords?)same.First(), StringComparer.Ordinal);
        var zones = registry.Zones.Select(zone => zone.Key).ToHashSet(StringComparer.Ordinal);
        var foreign = ImmutableArray.CreateBuilder<Change>();
        foreach (var change in plan.Changes)
        {
            var key = PlanRegistry.KeyOf(change);
            var isForeign = change switch
            {
                RecordChange record => IsForeign(record, now, records, plan.Id, ports),
                ZoneChange { Removes: true } => !zones.Remove(key),
                _ => false,
            };
            if (change is ZoneChange { Removes: false })
                zones.Add(key);
            if (isForeign || change.IsForeign)
                foreign.Add(change);
        }
        return foreign.ToImmutable();
    }

    /// <summary>And what stands there and whose it is for the next change of the same records.</summary>
    private static bool IsForeign(RecordChange change, Dictionary<string, RecordSet?> now, Dictionary<string, OwnedRecords?> records, PlanId plan, PlanPorts ports)
    {
        var key = PlanRegistry.KeyOf(change);
        if (!now.TryGetValue(key, out var present))
            present = change.Old;
        // It is so already: nothing is written, and it becomes nobody's of us.
        if (ChangeHands.StandingOf(present, change.Old, change.New) == Standing.New)
            return false;
        var owned = records.GetValueOrDefault(key);
        var isForeign = !IsNobodys(change, present, ports) && (owned?.Set.Says(present) == true ? TakesOthers(change, present!, owned) : !AddsToOurs(change, present!, ports));
        now[key] = change.New;
        records[key] = new PlanRegistry(owned is null ? [] : [owned], [], []).After([change], plan, DateTimeOffset.UnixEpoch).Records.FirstOrDefault();
        return isForeign;
    }

    private static bool IsNobodys(RecordChange change, RecordSet? present, PlanPorts ports) => present is null
        || (present.Values is [var only] && ports.Provider(change.By)?.Traits.DefaultPointer is { } pattern && ReverseName.TryParse(change.Name, out var address) && DefaultPointer.Matches(pattern, only, address));

    /// <summary>Of a set that is ours. A PTR record has one name, and who gave it gives it another; of other sets only what we added is ours to take.</summary>
    private static bool TakesOthers(RecordChange change, RecordSet present, OwnedRecords owned) =>
        change is not { Type: RecordType.Ptr, New: not null } && Lost(change, present).Any(value => !owned.Added.Contains(value, StringComparer.OrdinalIgnoreCase));

    private static bool AddsToOurs(RecordChange change, RecordSet present, PlanPorts ports)
    {
        if (change.Type is not (RecordType.A or RecordType.Aaaa) || Lost(change, present).Any())
            return false;
        var ours = ports.AddressesOf(change.Name);
        return present.Values.All(value => IPAddress.TryParse(value, out var address) && ours.Contains(address));
    }

    private static IEnumerable<string> Lost(RecordChange change, RecordSet present) => present.Values.Except(change.New?.Values ?? [], StringComparer.OrdinalIgnoreCase);
}
