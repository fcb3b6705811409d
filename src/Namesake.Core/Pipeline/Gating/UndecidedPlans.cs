using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>A plan that touches a source and is neither confirmed nor undone, or was so a moment ago.</summary>
/// <param name="Plan">Its id, as people know it.</param>
/// <param name="IsDecided">It is, and the outside is being asked what it sees now.</param>
public sealed record UndecidedPlan(SourceId Source, string Plan, DateTimeOffset Since, bool IsDecided = false);

/// <summary>Sources a plan is at: whether they are old or new is not decided, so nothing leaves by them. Read for every message.</summary>
public sealed class UndecidedPlans
{
    private ImmutableDictionary<SourceId, UndecidedPlan> _plans = ImmutableDictionary<SourceId, UndecidedPlan>.Empty;

    public IEnumerable<UndecidedPlan> All => Volatile.Read(ref _plans).Values;

    internal void Set(IEnumerable<UndecidedPlan> plans) => Volatile.Write(ref _plans, plans.DistinctBy(plan => plan.Source).ToImmutableDictionary(plan => plan.Source));

    internal Hold? HoldOf(SourceId source) => Volatile.Read(ref _plans) is { IsEmpty: false } plans && plans.TryGetValue(source, out var plan)
        ? plan.IsDecided
            ? new Hold(source, null, "", Hold.PlanUndecided, $"the plan {plan.Plan} is decided, and the outside is asked what it sees now", "", plan.Since, "ends by itself within seconds")
            : new Hold(source, null, "", Hold.PlanUndecided, $"the plan {plan.Plan} is neither confirmed nor undone", "", plan.Since,
                $"ends by itself when it is confirmed or undone; one that was broken off is undone, which is tried again and again: `namesake plans show {plan.Plan}` says how far it is and what stands in the way")
        : null;
}
