using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Applying;

/// <summary>What a change changes, whatever it makes of it.</summary>
/// <param name="Zone">Null: a firewall's table.</param>
/// <param name="Key">Two changes of the same are one after the other.</param>
internal sealed record ChangeSpot(string By, DomainName? Zone, string Key)
{
    public static ChangeSpot Of(Change change) => change switch
    {
        RecordChange record => new(record.By, record.Zone, $"{record.Zone} {record.Name} {record.Type}"),
        ZoneChange zone => new(zone.By, zone.Zone, $"zone {zone.Zone}"),
        _ => new(change.By, null, $"table {change.By}"),
    };
}

/// <summary>Changes that go out in one write.</summary>
/// <param name="Numbers">In the plan, in the order they are written.</param>
internal sealed record ChangeBatch(string By, DomainName? Zone, ImmutableArray<int> Numbers)
{
    /// <summary>Records of one provider and zone together, as many as it takes; a zone or a table alone; the same record twice never together. In order otherwise.</summary>
    /// <param name="most">Changes the provider takes in one write.</param>
    public static IEnumerable<ChangeBatch> Of(IEnumerable<(int Number, Change Change)> changes, Func<string, int> most)
    {
        var open = new List<Building>();
        var closed = new List<Building>();
        foreach (var (number, change) in changes)
        {
            var spot = ChangeSpot.Of(change);
            var alone = change is not RecordChange;
            // What was collected for a zone goes before anything is done to the zone itself, and after it was made.
            var found = open.Find(batch => batch.By == spot.By && batch.Zone == spot.Zone && batch.Zone is not null);
            if (found is not null && (alone || found.IsAlone || found.Keys.Contains(spot.Key) || found.Numbers.Count >= Math.Max(1, most(spot.By))))
            {
                open.Remove(found);
                found = null;
            }
            if (found is null)
            {
                found = new Building(spot.By, spot.Zone, alone);
                open.Add(found);
                closed.Add(found);
            }
            found.Numbers.Add(number);
            found.Keys.Add(spot.Key);
        }
        return closed.Select(batch => new ChangeBatch(batch.By, batch.Zone, [.. batch.Numbers]));
    }

    private sealed record Building(string By, DomainName? Zone, bool IsAlone)
    {
        public List<int> Numbers { get; } = [];

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);
    }
}
