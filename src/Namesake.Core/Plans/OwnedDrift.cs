using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans;

/// <summary>Something a plan has made, and what somebody else has made of it since. A closed family.</summary>
public abstract record OwnedDrift
{
    private OwnedDrift()
    {
    }

    /// <summary>Of a record set.</summary>
    /// <param name="Present">Null: it is gone.</param>
    public sealed record Records(OwnedRecords Owned, RecordSet? Present) : OwnedDrift;

    /// <summary>Of our table on a firewall.</summary>
    public sealed record Table(OwnedTable Owned, TranslationTable? Present) : OwnedDrift;

    /// <summary>What would put it back.</summary>
    public Change Restore() => this switch
    {
        Records(var owned, var present) => new RecordChange
        {
            By = owned.By, Zone = owned.Zone, Name = owned.Name, Type = owned.Type, Old = present, New = owned.Set,
            Reason = $"{owned.Plan} made it so at {owned.At:yyyy-MM-dd HH:mm} UTC, and somebody has changed it since", Ends = ["FB-06", "ZN-11"],
            IsForeign = present is not null, // what is there now is somebody's word; where nothing is, nobody's is overwritten
        },
        Table(var owned, var present) => new TranslationChange
        {
            By = owned.By, Old = present, New = owned.Table,
            Reason = $"{owned.Plan} made it so at {owned.At:yyyy-MM-dd HH:mm} UTC, and it was changed or lost since", Ends = ["FB-06"],
        },
        _ => throw new InvalidOperationException(),
    };

    /// <summary>"PTR", "A"; "translation".</summary>
    public string What => this is Records records ? records.Owned.Type.Word() : "translation";

    /// <summary>The record's name, or the firewall's id.</summary>
    public string Name => this switch { Records(var owned, _) => owned.Name.Value, Table(var owned, _) => owned.By, _ => "" };

    public PlanId Plan => this switch { Records(var owned, _) => owned.Plan, Table(var owned, _) => owned.Plan, _ => throw new InvalidOperationException() };

    /// <summary>As the plan made it, for a person.</summary>
    public string Made => this switch { Records(var owned, _) => owned.Set.ToString(), Table(var owned, _) => Count(owned.Table), _ => "" };

    /// <summary>As it is now, for a person; of a table all that the plan didn't make so.</summary>
    public string Now => this switch
    {
        Records(_, var present) => present?.ToString() ?? "nothing",
        Table(_, null) => "nothing",
        Table(var owned, { } present) => $"{Scope(owned.Table, present)}{string.Join(", ", present.Mappings.Except(owned.Table.Mappings).Select(mapping => mapping.ToString()).DefaultIfEmpty(Count(present)))}",
        _ => "",
    };

    /// <summary>The registry when what is there now is taken as ours. What the registry no longer has as the drift knows it is left as the registry has it: somebody else has been at it.</summary>
    public static PlanRegistry Adopt(PlanRegistry registry, IEnumerable<OwnedDrift> drifts, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(drifts);
        foreach (var drift in drifts)
            registry = drift switch
            {
                Records(var owned, var present) when registry.Records.Contains(owned) =>
                    registry with { Records = [.. registry.Records.Where(record => record.Key != owned.Key), .. present is null ? ImmutableArray<OwnedRecords>.Empty : [owned with { Set = present, Added = present.Values, At = at }]] },
                Table(var owned, var present) when registry.Tables.Contains(owned) =>
                    registry with { Tables = [.. registry.Tables.Where(table => table.Key != owned.Key), .. present is null ? ImmutableArray<OwnedTable>.Empty : [owned with { Table = present, At = at }]] },
                _ => registry,
            };
        return registry;
    }

    /// <summary>A plan that puts all of them back: the translation first, names before the PTR records that give them.</summary>
    /// <param name="identities">Of the configuration: those it is about are what the outside must see afterwards.</param>
    public static Plan Restore(PlanId id, string node, IReadOnlyCollection<OwnedDrift> drifts, IEnumerable<WantedIdentity> identities, PlanLimits limits, DateTimeOffset at)
    {
        var changes = drifts.Select(drift => drift.Restore()).ToList();
        var pointers = changes.OfType<RecordChange>().Where(change => change.Type == RecordType.Ptr).ToList();
        var steps = new[]
        {
            new PlanStep("translation", [.. changes.OfType<TranslationChange>()], WaitsUntilSeen: false),
            new PlanStep("address records", [.. changes.OfType<RecordChange>().Except(pointers)], WaitsUntilSeen: true),
            new PlanStep("PTR records", [.. pointers], WaitsUntilSeen: true),
        };
        return new Plan
        {
            Id = id, Kind = changes.Exists(change => change is RecordChange) ? PlanKind.Dns : PlanKind.Nat, MadeAt = at, Node = node, Limits = limits,
            Steps = [.. steps.Where(step => !step.Changes.IsEmpty)],
            Wanted = [.. identities.Where(identity => changes.Exists(change => change.IsAbout(identity)))],
        };
    }

    private static string Count(TranslationTable table) => string.Create(CultureInfo.InvariantCulture, $"{table.Mappings.Length} mapping{(table.Mappings.Length == 1 ? "" : "s")}");

    private static string Scope(TranslationTable made, TranslationTable present) => made.User == present.User && made.Device == present.Device ? ""
        : string.Create(CultureInfo.InvariantCulture, $"for {(present.User is { } user ? $"user {user}" : "any user")} by {present.Device ?? "any device"}: ");
}
