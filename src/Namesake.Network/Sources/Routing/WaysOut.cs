using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Sources.Routing;

/// <summary>Which ways out packets of an address may take: pure, from the tables.</summary>
/// <remarks>The kernel asks the rules in turn, each names a table, and the first table with a route decides. When that route goes (its link is down), the next one of the table is
/// taken, then those of the tables behind it: a source that is pinned to one uplink leaves by another's, unless its table ends with an unreachable route. So all of
/// them are ways, in that order.</remarks>
internal static class WaysOut
{
    /// <summary>The rules every system has, where a kernel tells none.</summary>
    private const uint Main = 254, Default = 253;

    public static ImmutableArray<WayOut> Of(HostTables tables, IPAddress local)
    {
        var ways = ImmutableArray.CreateBuilder<WayOut>();
        foreach (var table in TablesFor(tables, local))
        {
            var routes = tables.Defaults.Where(route => route.Family == local.AddressFamily && route.Table == table).OrderBy(route => route.Metric);
            foreach (var route in routes)
            {
                if (route.Kind != RouteKind.Unicast)
                    return ways.ToImmutable(); // nothing behind it is ever reached
                var way = new WayOut(route.Device, route.Gateway, route.Table, route.Metric, route.IsShared);
                if (!ways.Any(known => known.Device == way.Device && Equals(known.Gateway, way.Gateway)))
                    ways.Add(way);
            }
        }
        return ways.ToImmutable();
    }

    private static IEnumerable<uint> TablesFor(HostTables tables, IPAddress local)
    {
        var rules = tables.Rules.Where(rule => rule.Family == local.AddressFamily && (rule.Source is null || rule.Source.Contains(local))).ToList();
        if (rules.Count == 0)
            return [Main, Default];
        return rules.TakeWhile(rule => !rule.Stops).Where(rule => !rule.IgnoresDefaults).Select(rule => rule.Table).OfType<uint>().Distinct();
    }
}
