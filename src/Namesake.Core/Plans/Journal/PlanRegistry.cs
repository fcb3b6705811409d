using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Journal;

/// <summary>What we have written and own. Everything else is foreign.</summary>
public sealed record PlanRegistry(ImmutableArray<OwnedRecords> Records, ImmutableArray<OwnedZone> Zones, ImmutableArray<OwnedTable> Tables)
{
    public static PlanRegistry Empty { get; } = new([], [], []);

    public OwnedRecords? Find(DomainName zone, DomainName name, RecordType type) => Records.FirstOrDefault(record => record.Zone == zone && record.Name == name && record.Type == type);

    public OwnedTable? FindTable(string firewall) => Tables.FirstOrDefault(table => table.By == firewall);

    /// <summary>What of it a change touches.</summary>
    public PlanRegistry Of(IEnumerable<Change> changes)
    {
        var touched = changes.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        return new([.. Records.Where(record => touched.Contains(record.Key))], [.. Zones.Where(zone => touched.Contains(zone.Key))], [.. Tables.Where(table => touched.Contains(table.Key))]);
    }

    /// <summary>After these changes were made by this plan: what they made is ours, what they removed is nobody's.</summary>
    public PlanRegistry After(IEnumerable<Change> changes, PlanId plan, DateTimeOffset at)
    {
        var after = this;
        foreach (var change in changes)
            after = after.Without(KeyOf(change)).With(change, AddedBy(change, after), plan, at);
        return after;
    }

    /// <summary>After these changes were taken back: what was ours before is ours again.</summary>
    public PlanRegistry Back(IEnumerable<Change> changes, PlanRegistry before)
    {
        var touched = changes.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        var rest = touched.Aggregate(this, (registry, key) => registry.Without(key));
        return new(
            [.. rest.Records, .. before.Records.Where(record => touched.Contains(record.Key))],
            [.. rest.Zones, .. before.Zones.Where(zone => touched.Contains(zone.Key))],
            [.. rest.Tables, .. before.Tables.Where(table => touched.Contains(table.Key))]);
    }

    /// <summary>What is ours there is not as this plan's change made it: a later plan's, or adopted since.</summary>
    internal bool IsOthers(Change change, PlanId plan) => KeyOf(change) is var key && change switch
    {
        RecordChange record => Records.Any(owned => owned.Key == key && (owned.Plan != plan || !RecordSet.Same(owned.Set, record.New))),
        TranslationChange translation => Tables.Any(owned => owned.Key == key && (owned.Plan != plan || !owned.Table.Equals(translation.New))),
        _ => Zones.Any(owned => owned.Key == key && owned.Plan != plan),
    };

    internal static string KeyOf(Change change) => change switch
    {
        RecordChange record => $"{record.Zone} {record.Name} {record.Type}",
        ZoneChange zone => $"zone {zone.Zone}",
        _ => $"table {change.By}",
    };

    /// <summary>The values that are there by our word: those this change adds, and those of earlier plans that it keeps. What stood there before us stays its owner's.</summary>
    private static ImmutableArray<string> AddedBy(Change change, PlanRegistry before)
    {
        if (change is not RecordChange { New: { } made } record)
            return [];
        // Also where somebody has added to it since: what was ours among it stays so.
        var earlier = before.Find(record.Zone, record.Name, record.Type)?.Added ?? [];
        return [.. made.Values.Where(value => record.Old?.Values.Contains(value, StringComparer.OrdinalIgnoreCase) != true || earlier.Contains(value, StringComparer.OrdinalIgnoreCase))];
    }

    private PlanRegistry Without(string key) =>
        new([.. Records.Where(record => record.Key != key)], [.. Zones.Where(zone => zone.Key != key)], [.. Tables.Where(table => table.Key != key)]);

    private PlanRegistry With(Change change, ImmutableArray<string> added, PlanId plan, DateTimeOffset at) => change switch
    {
        RecordChange { New: { } set } record => this with { Records = Records.Add(new OwnedRecords(record.By, record.Zone, record.Name, record.Type, set, at, plan) { Added = added }) },
        ZoneChange { Removes: false } zone => this with { Zones = Zones.Add(new OwnedZone(zone.By, zone.Zone, at, plan)) },
        TranslationChange { New: { } table } => this with { Tables = Tables.Add(new OwnedTable(change.By, table, at, plan)) },
        _ => this,
    };
}

/// <param name="By">The provider it was written by.</param>
/// <param name="Set">As we wrote it; where the zone says otherwise, somebody else has changed it since.</param>
public sealed record OwnedRecords(string By, DomainName Zone, DomainName Name, RecordType Type, RecordSet Set, DateTimeOffset At, PlanId Plan)
{
    /// <summary>Which of the values are there by our word. What stood there before is kept beside them and never removed.</summary>
    public ImmutableArray<string> Added { get; init; } = Set.Values;

    public bool Equals(OwnedRecords? other) =>
        other is not null && By == other.By && Zone == other.Zone && Name == other.Name && Type == other.Type && Set == other.Set && At == other.At && Plan == other.Plan && Added.SequenceEqual(other.Added);

    public override int GetHashCode() => HashCode.Combine(Zone, Name, Type, Set);

    internal string Key => $"{Zone} {Name} {Type}";
}

public sealed record OwnedZone(string By, DomainName Zone, DateTimeOffset At, PlanId Plan)
{
    internal string Key => $"zone {Zone}";
}

/// <param name="By">The firewall.</param>
public sealed record OwnedTable(string By, TranslationTable Table, DateTimeOffset At, PlanId Plan)
{
    internal string Key => $"table {By}";
}
