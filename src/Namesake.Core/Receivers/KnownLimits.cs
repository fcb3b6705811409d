using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Namesake.Core.Receivers;

/// <summary>The limits towards a site: what the configuration says, else what is known of the operator, else the defaults of <see cref="SiteLimits"/>.</summary>
/// <remarks>Facts as receivers publish them, or as KumoMTA's shaping file (2024) lists them where they were given to it or are commonly used; none is a promise of the receiver.
/// Where a number holds for all of a sender's addresses together it is taken for one source, which is more careful only with one source.</remarks>
public static class KnownLimits
{
    private static readonly FrozenDictionary<string, SiteLimits> Operators = new Dictionary<string, SiteLimits>(StringComparer.Ordinal)
    {
        ["google.com"] = new() { Connections = 5, MessagesPerConnection = 50 },                  // commonly used (KumoMTA)
        ["outlook.com"] = new() { Connections = 5, MessagesPerConnection = 50 },                 // commonly used (KumoMTA)
        ["olc.protection.outlook.com"] = new() { Connections = 5, MessagesPerConnection = 50 },  // commonly used (KumoMTA)
        ["yahoodns.net"] = new() { MessagesPerConnection = 20 },                                 // Yahoo's own word: it ends the connection after 20
        ["icloud.com"] = new() { MessagesPerConnection = 5 },                                    // commonly used (KumoMTA)
        ["comcast.net"] = new() { Connections = 25, MessagesPerConnection = 1000 },              // given by Comcast (KumoMTA; postmaster pages)
        ["mimecast.com"] = new() { MessagesPerConnection = 100 },                                // given by Mimecast (KumoMTA)
        ["gmx.net"] = new() { MessagesPerConnection = 100 },                                     // given by mail.com, the same operator (KumoMTA)
        ["orange.fr"] = new() { Connections = 2, MessagesPerConnection = 100 },                  // OFR004_104 "too many connections" is seen from 3 on
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether one of the operators of its hosts is one of the large ones.</summary>
    public static bool Knows(SiteId site) => site.Value.Split('+').Any(Operators.ContainsKey);

    /// <summary>Towards a receiver found by MX. A rule that names the site goes before one for every site; among equals the first.</summary>
    public static SiteLimits For(SiteId site, ImmutableArray<SiteRule> rules)
    {
        var known = site.Value.Split('+').Select(Of).Aggregate((a, b) => a.AndAlso(b));
        return (Naming(site, rules) ?? rules.FirstOrDefault(rule => rule.Sites.IsEmpty))?.Over(known) ?? known;
    }

    /// <summary>Towards a configured route: its own connections and no other limit, unless a rule names it. Rules for every site mean receivers, not our own hosts.</summary>
    public static SiteLimits ForRoute(SiteId site, int connections, ImmutableArray<SiteRule> rules)
    {
        var known = new SiteLimits { Connections = connections, MessagesPerConnection = null };
        return Naming(site, rules)?.Over(known) ?? known;
    }

    private static SiteLimits Of(string site) => Operators.GetValueOrDefault(site) ?? new SiteLimits();

    private static SiteRule? Naming(SiteId site, ImmutableArray<SiteRule> rules) => rules.FirstOrDefault(rule => rule.Names(site));
}
