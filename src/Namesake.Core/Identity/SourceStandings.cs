using Namesake.Core.Receivers;

namespace Namesake.Core.Identity;

/// <summary>What follows from a standing, for whoever stops mail by it: gate and fence must not differ, or mail that one gives back the other sends again at once.</summary>
public static class SourceStandings
{
    /// <summary>The source's own hold, where it stops mail for this site. Held for refusals (FB-01), one site at a time may try.</summary>
    /// <param name="site">Null: not known yet.</param>
    public static Hold? HoldTowards(this ISourceStandings standings, SourceStanding standing, SiteId? site)
    {
        ArgumentNullException.ThrowIfNull(standings);
        ArgumentNullException.ThrowIfNull(standing);
        return standing.Hold is { Check: "FB-01" } && site is { } tried && standings.MayTry(standing.Source, tried) ? null : standing.Hold;
    }
}
