using System.Collections.Immutable;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>The port that keeps daily tallies over restarts. Counting is done in memory; what is here is at most one save behind.</summary>
public interface ITallyStore
{
    /// <summary>Tallies of that day and later ones in the order of their keys, a page at a time.</summary>
    /// <param name="after">The last key of the page before; null: the first page.</param>
    Task<ImmutableArray<Tally>> TalliesAsync(DateOnly from, TallyKey? after, int limit, CancellationToken cancellation);

    /// <summary>Of one day and scope those with the most recipients, the most first: where there are too many to read, what is left out matters least.</summary>
    /// <param name="passed">So many of the heaviest are passed over.</param>
    Task<ImmutableArray<Tally>> HeaviestAsync(DateOnly day, TallyScope scope, int passed, int limit, CancellationToken cancellation);

    /// <summary>Stores sums as they are now: they take the place of what was stored, unless that is more. Saving twice is the same as once.</summary>
    Task SaveTalliesAsync(ImmutableArray<Tally> tallies);

    /// <summary>Removes these, all of one day and scope, but those that have grown since they were read.</summary>
    /// <returns>How many went.</returns>
    Task<int> ForgetTalliesAsync(ImmutableArray<Tally> tallies);

    /// <summary>Removes tallies of days before, at most <paramref name="limit"/> at once.</summary>
    /// <returns>How many went.</returns>
    Task<int> ForgetTalliesAsync(DateOnly before, int limit);
}
