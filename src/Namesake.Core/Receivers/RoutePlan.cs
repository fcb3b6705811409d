using System.Collections.Immutable;
using System.Net.Sockets;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers;

/// <summary>Where one recipient domain's mail goes. A closed family.</summary>
/// <param name="Until">When it must be looked up again.</param>
public abstract record RoutePlan(DateTimeOffset Until);

/// <summary>There are hosts to try.</summary>
/// <param name="Destination">Equal for equal sets of hosts: a session to one may carry mail for every domain with the same destination.</param>
/// <param name="Hops">By preference, both families. Among equals a connection draws its own order (RFC 5321 §5.1).</param>
/// <param name="Connections">Most connections at once from one source to the site.</param>
/// <param name="How">"MX", "implicit MX", "route via 127.0.0.1:2526", for people.</param>
public sealed record Reachable(
    SiteId Site,
    string Destination,
    ImmutableArray<NextHop> Hops,
    RouteIdentity Identity,
    int Connections,
    string How,
    DateTimeOffset Until) : RoutePlan(Until)
{
    public TlsPolicy Tls { get; init; } = TlsPolicy.Opportunistic;

    /// <summary>How much of one source the site is given.</summary>
    public SiteLimits Limits { get; init; } = new() { Connections = Connections, MessagesPerConnection = null };

    public bool HasFamily(AddressFamily family)
    {
        foreach (var hop in Hops)
            if (hop.Address.AddressFamily == family)
                return true;
        return false;
    }

    public bool HasBoth => HasFamily(AddressFamily.InterNetwork) && HasFamily(AddressFamily.InterNetworkV6);

    /// <summary>Preference of the best hosts, whether DNS told their addresses just now or not. Of a configured route 0, as its host has.</summary>
    public int BestPreference { get; init; }

    /// <summary>DNS did not tell the addresses of every host: what is missing here may be there.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Whether the host is one of the best by preference: the receiver itself, not one that steps in for it (RFC 5321 §5.1).</summary>
    public bool IsBest(NextHop hop)
    {
        ArgumentNullException.ThrowIfNull(hop);
        return hop.Preference <= BestPreference;
    }

    /// <summary>Whether one of the best hosts has an address of this family.</summary>
    public bool HasBestBy(AddressFamily family)
    {
        foreach (var hop in Hops)
            if (hop.Address.AddressFamily == family && IsBest(hop))
                return true;
        return false;
    }
}

/// <summary>There is nowhere to go: for now, or for good.</summary>
/// <param name="Reply">What a DSN quotes; its class says whether it is permanent.</param>
/// <param name="DnsIsSilent">DNS gave no answer: nothing is known. False: this is what DNS or the configuration says.</param>
public sealed record Unroutable(SmtpReply Reply, DateTimeOffset Until, bool DnsIsSilent = false) : RoutePlan(Until);
