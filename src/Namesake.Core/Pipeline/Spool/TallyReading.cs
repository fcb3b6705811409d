using System.Runtime.CompilerServices;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>How tallies are read back after a start.</summary>
public static class TallyReading
{
    private const int Page = 1_000;

    /// <summary>Those of one day and scope, in the order of their names, a page at a time: who has a few doesn't read past the many of others.</summary>
    public static async IAsyncEnumerable<Tally> OfAsync(this ITallyStore store, DateOnly day, TallyScope scope, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        var last = new TallyKey(day, scope, "");
        while (await store.TalliesAsync(day, last, Page, cancellation) is { IsEmpty: false } page)
        {
            foreach (var tally in page)
            {
                if (tally.Key.Day != day || tally.Key.Scope != scope)
                    yield break;
                yield return tally;
            }

            last = page[^1].Key;
        }
    }
}
