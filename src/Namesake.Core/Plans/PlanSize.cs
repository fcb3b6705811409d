using System.Collections.Immutable;
using System.Globalization;

namespace Namesake.Core.Plans;

/// <summary>How much a plan does, as its limits count: record sets, zones and mappings.</summary>
public sealed record PlanSize(int Made, int Changed, int Removed)
{
    public static PlanSize Of(IEnumerable<Change> changes) =>
        changes.Select(Of).Aggregate(new PlanSize(0, 0, 0), (sum, one) => new PlanSize(sum.Made + one.Made, sum.Changed + one.Changed, sum.Removed + one.Removed));

    /// <summary>What a plan does beyond what it may, in sentences; empty when it is within.</summary>
    public static ImmutableArray<string> Beyond(Plan plan, PlanLimits limits)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(limits);
        var beyond = ImmutableArray.CreateBuilder<string>();
        var whole = Of(plan.Changes);
        if (whole.Made + whole.Changed > limits.Changes)
            beyond.Add(string.Create(CultureInfo.InvariantCulture, $"it makes or changes {whole.Made + whole.Changed} records or mappings, {limits.Changes} are allowed"));
        if (whole.Removed > limits.Removals)
            beyond.Add(string.Create(CultureInfo.InvariantCulture, $"it removes {whole.Removed} records or mappings, {limits.Removals} are allowed"));
        foreach (var zone in plan.Changes.OfType<RecordChange>().GroupBy(change => change.Zone).Where(zone => zone.Count() > limits.PerZone))
            beyond.Add(string.Create(CultureInfo.InvariantCulture, $"it changes {zone.Count()} records in {zone.Key}, {limits.PerZone} are allowed"));
        return beyond.ToImmutable();
    }

    private static PlanSize Of(Change change) => change switch
    {
        RecordChange { Old: null } => new(1, 0, 0),
        RecordChange { New: null } => new(0, 0, 1),
        RecordChange => new(0, 1, 0),
        ZoneChange { Removes: true } => new(0, 0, 1),
        ZoneChange => new(1, 0, 0),
        TranslationChange translation => Of(translation),
        _ => new(0, 0, 0),
    };

    private static PlanSize Of(TranslationChange change)
    {
        var before = (change.Old?.Mappings ?? []).ToDictionary(mapping => mapping.Local, mapping => mapping.Public);
        var after = (change.New?.Mappings ?? []).ToDictionary(mapping => mapping.Local, mapping => mapping.Public);
        return new(after.Keys.Count(local => !before.ContainsKey(local)), after.Count(mapping => before.TryGetValue(mapping.Key, out var old) && !old.Equals(mapping.Value)), before.Keys.Count(local => !after.ContainsKey(local)));
    }
}
