using Namesake.Core.Identity.Verdicts;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>How soon a source is looked at again: verdicts.md §2.</summary>
internal static class Pace
{
    /// <param name="ttl">The least TTL of its records; null when there was no definite answer.</param>
    public static DateTimeOffset Next(SourceId source, Conclusion conclusion, TimeSpan? ttl, DateTimeOffset now, IdentityOptions options)
    {
        var wait = conclusion.Verdict == Verdict.Aligned && conclusion.Hold is null
            ? Spread(source, Clamp(ttl ?? TimeSpan.Zero, options.ProbeAtLeast, options.ProbeAtMost))
            : options.ProbeWhileBad;
        var next = now + wait;
        return conclusion.ConfirmAt is { } confirm && confirm < next ? (confirm > now ? confirm : now + TimeSpan.FromTicks(options.ProbeWhileBad.Ticks / 60)) : next;
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;

    // Ten thousand sources that started together should not look together for ever: up to a tenth earlier, the same for one source always.
    private static TimeSpan Spread(SourceId source, TimeSpan wait) => wait - (wait * (0.1 * PlaceOf(source)));

    /// <summary>A place between 0 and 1, the same for one source always.</summary>
    public static double PlaceOf(SourceId source)
    {
        uint hash = 2166136261;
        foreach (var c in source.Value)
            hash = (hash ^ c) * 16777619;
        return hash % 1000 / 1000.0;
    }
}
