using System.Collections.Immutable;

namespace Namesake.Core.Plans.Applying;

// What can be told before an apply is begun.
public sealed partial class PlanRunner
{
    /// <summary>What forbids a plan whatever the outside looks like. Looks at nothing; an apply asks the same again.</summary>
    /// <returns>Sentences; empty: it may be tried.</returns>
    public ImmutableArray<string> ObjectionsTo(Plan plan, ApplyWish wish)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(wish);
        return plan.IsEmpty ? [] : PlanGuard.Check(plan, _limits, wish, _ports);
    }

    /// <summary>Puts into the plan's journal that somebody asked for an apply and was refused before it came to one.</summary>
    /// <param name="patience">How long another process may hold the lock; then the journal is not told.</param>
    public Task RefuseAsync(Plan plan, ApplyWish wish, string why, TimeSpan patience, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(wish);
        return RefuseAsync(plan, wish, new PlanOutcome(plan.Id, PlanEnd.Refused, why), patience, cancellation);
    }

    /// <summary>What of a plan takes consent of its own, were everything as the plan expects it. An apply asks the same again of what is there.</summary>
    public async Task<ImmutableArray<Change>> ForeignAsync(Plan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return ForeignChanges.Of(plan, ImmutableDictionary<string, RecordSet?>.Empty, await _ports.Store.RegistryAsync(cancellation), _ports);
    }
}
