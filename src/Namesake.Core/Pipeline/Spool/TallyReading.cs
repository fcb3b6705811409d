using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>How tallies are read back after a start, and how those go that never will be.</summary>
public static class TallyReading
{
    private const int Page = 1_000;

    /// <summary>Each read sorts all of the day.</summary>
    private const int LightAtOnce = 50_000;

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

    /// <summary>Of one day and scope those with the most recipients, the most first.</summary>
    public static Task<ImmutableArray<Tally>> HeaviestAsync(this ITallyStore store, DateOnly day, TallyScope scope, int limit, CancellationToken cancellation) => store.HeaviestAsync(day, scope, 0, limit, cancellation);

    /// <summary>Removes of one day and scope what isn't among the <paramref name="most"/> heaviest: names that nobody bounds must not be stored without bound.</summary>
    /// <returns>How many went.</returns>
    public static async Task<int> ForgetLightestAsync(this ITallyStore store, DateOnly day, TallyScope scope, int most, CancellationToken cancellation)
    {
        var gone = 0;
        while (true)
        {
            var light = await store.HeaviestAsync(day, scope, most, LightAtOnce, cancellation);
            var went = light.IsEmpty ? 0 : await store.ForgetTalliesAsync(light);
            gone += went;
            if (light.Length < LightAtOnce || went == 0)
                return gone;
        }
    }
}
