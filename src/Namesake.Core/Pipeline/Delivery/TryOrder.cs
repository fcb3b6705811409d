using System.Net.Sockets;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>In which order one connection tries the hosts of its route.</summary>
internal static class TryOrder
{
    /// <summary>By preference; hosts of equal preference in an order drawn anew for every connection, so that they share the load also while a plan lasts; the
    /// addresses of one host as DNS gave them. RFC 5321 §5.1</summary>
    public static IEnumerable<NextHop> Of(Reachable route, AddressFamily family, Random random) => route.Hops
        .Where(hop => hop.Address.AddressFamily == family)
        .GroupBy(hop => (hop.Preference, hop.Host))
        .OrderBy(host => host.Key.Preference).ThenBy(_ => random.Next())
        .SelectMany(host => host);
}
