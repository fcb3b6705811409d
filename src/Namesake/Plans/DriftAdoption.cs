using System.Collections.Immutable;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;

namespace Namesake.Plans;

/// <summary>Takes as ours what somebody has changed: what was shown and agreed to, and that only while it is still so.</summary>
/// <remarks>Between the look that was shown and the word that takes it minutes may pass. Under the lock, with no plan in hand, registry and records are read once more: what is otherwise by then is left and told.</remarks>
public static class DriftAdoption
{
    /// <summary>A plan holds the lock for a write at a time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="agreed">As it was shown.</param>
    public static async Task<Adoption> TakeAsync(PlanWorkshop workshop, ImmutableArray<OwnedDrift> agreed, string who, DateTimeOffset at, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(workshop);
        using var hold = await workshop.Store.TakeAsync(who, Patience, cancellation);
        if (hold is null)
            return Adoption.Refused("another process holds the lock of this node's plans: try again when it has done (`namesake plans` shows who is at what)");
        if ((await workshop.Store.ListAsync(cancellation)).FirstOrDefault(history => history.IsInHand || history.IsUnrecorded) is { } open)
            return Adoption.Refused($"{open.Plan.Id} is {(open.IsInHand ? open.State.Word() : "being written into the registry")}: try again when it is decided (`namesake plans`)");
        var registry = await workshop.Store.RegistryAsync(cancellation);
        var (taken, left) = (ImmutableArray.CreateBuilder<OwnedDrift>(), ImmutableArray.CreateBuilder<LeftDrift>());
        foreach (var drift in agreed)
            if (await AgainstAsync(drift, registry, workshop, cancellation) is { } why)
                left.Add(new LeftDrift(drift, why));
            else
                taken.Add(drift);
        if (taken.Count > 0)
            await hold.RegisterAsync(OwnedDrift.Adopt(registry, taken, at));
        return new Adoption(taken.ToImmutable(), left.ToImmutable(), null);
    }

    /// <returns>Null: it is as it was shown.</returns>
    private static async Task<string?> AgainstAsync(OwnedDrift drift, PlanRegistry registry, PlanWorkshop workshop, CancellationToken cancellation)
    {
        (OwnedDrift? Drift, string? Trouble) now;
        switch (drift)
        {
            case OwnedDrift.Records(var owned, _):
                if (registry.Find(owned.Zone, owned.Name, owned.Type) is not { } record)
                    return "it is no plan's any more";
                if (record != owned)
                    return $"{record.Plan} has made it anew meanwhile";
                now = await DriftSearch.LookAsync(record, workshop, cancellation);
                break;
            case OwnedDrift.Table(var owned, _):
                if (registry.FindTable(owned.By) is not { } table)
                    return "it is no plan's any more";
                if (table != owned)
                    return $"{table.Plan} has made it anew meanwhile";
                now = await DriftSearch.LookAsync(table, workshop, cancellation);
                break;
            default:
                return "it is of a kind that is not known";
        }
        return now.Trouble is { } trouble ? $"it can't be read now: {trouble}" : now.Drift is null ? "it is as the plan made it again" : now.Drift != drift ? $"it is {now.Drift.Now} by now" : null;
    }
}

/// <param name="Taken">Ours from now on.</param>
/// <param name="Left">No longer as it was agreed to: not taken.</param>
/// <param name="InTheWay">Nothing was taken, and why; null: nothing was in the way.</param>
public sealed record Adoption(ImmutableArray<OwnedDrift> Taken, ImmutableArray<LeftDrift> Left, string? InTheWay)
{
    public static Adoption Refused(string inTheWay) => new([], [], inTheWay);
}

/// <param name="Why">"it is … by now".</param>
public sealed record LeftDrift(OwnedDrift Drift, string Why);
