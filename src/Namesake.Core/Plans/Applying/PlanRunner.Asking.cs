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
}
