using System.Collections.Immutable;

namespace Namesake.Core.Receivers;

/// <summary>What the configuration says about some sites. What it leaves open stays as it was known before.</summary>
/// <param name="Sites">Ids as <see cref="SiteRules"/> makes them, or "route:host:port"; empty: every receiver found by MX.</param>
/// <param name="Connections">As <see cref="SiteLimits.Connections"/>; null: not said.</param>
/// <param name="MessagesPerConnection">As <see cref="SiteLimits.MessagesPerConnection"/>; null: not said.</param>
/// <param name="MessagesPerMinute">As <see cref="SiteLimits.MessagesPerMinute"/>; null: not said.</param>
/// <param name="ConnectionsInAll">As <see cref="SiteLimits.ConnectionsInAll"/>; null: not said.</param>
/// <param name="MessagesPerMinuteInAll">As <see cref="SiteLimits.MessagesPerMinuteInAll"/>; null: not said.</param>
public sealed record SiteRule(
    ImmutableArray<string> Sites, int? Connections, int? MessagesPerConnection, int? MessagesPerMinute, int? ConnectionsInAll = null, int? MessagesPerMinuteInAll = null)
{
    /// <summary>The site, or one of the operators that share it.</summary>
    public bool Names(SiteId site) => Sites.Contains(site.Value, StringComparer.OrdinalIgnoreCase) || site.Operators.Any(one => Sites.Contains(one.Value, StringComparer.OrdinalIgnoreCase));

    public SiteLimits Over(SiteLimits known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return known with
        {
            Connections = Connections ?? known.Connections,
            ConnectionsInAll = ConnectionsInAll ?? known.ConnectionsInAll,
            MessagesPerConnection = MessagesPerConnection ?? known.MessagesPerConnection,
            MessagesPerMinute = MessagesPerMinute ?? known.MessagesPerMinute,
            MessagesPerMinuteInAll = MessagesPerMinuteInAll ?? known.MessagesPerMinuteInAll,
        };
    }
}
