using System.Globalization;
using System.Net;
using Namesake.Configuration.Forms;
using Namesake.Configuration.Sections;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Checks;

/// <summary>Routes, witnesses and resolvers.</summary>
internal static class RouteChecks
{
    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        var taken = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var route in draft.Routes)
        {
            foreach (var pattern in route.Domains)
                CheckReached(pattern, taken, problems);
            CheckVia(route, draft, problems);
        }
        foreach (var witness in draft.Witnesses)
            CheckWitness(witness, draft, problems);
        Duplicates.Report(draft.Witnesses.Select(witness => witness.Host is { } host ? new Placed<HostAndPort>(new HostAndPort(host.Value, witness.Port), host.At) : null), "witnesses: the host", problems);
        Duplicates.Report(draft.Resolvers, "resolvers: the address", problems);
        foreach (var resolver in draft.Resolvers)
            if (resolver.Value.Port == 0 || resolver.Value.Address.Equals(IPAddress.Any) || resolver.Value.Address.Equals(IPAddress.IPv6Any))
                problems.Error(resolver.At, $"resolvers: {resolver.Value} can't be asked: name the resolver's own address and port");
    }

    private static void CheckReached(Placed<DomainPattern> pattern, Dictionary<string, Place> taken, Problems problems)
    {
        var earlier = pattern.Value.Domain is not null && taken.TryGetValue("*", out var all) ? ("*", all)
            : taken.TryGetValue(pattern.Value.ToString(), out var same) ? (pattern.Value.ToString(), same)
            : ((string, Place)?)null;
        if (earlier is ({ } before, var at))
            problems.Error(pattern.At, string.Create(CultureInfo.InvariantCulture, $"routes: {pattern.Value} is never reached: \"{before}\" in line {at.Line} comes first and takes it all"));
        else
            taken[pattern.Value.ToString()] = pattern.At;
    }

    private static void CheckVia(RouteDraft route, ConfigurationDraft draft, Problems problems)
    {
        if (route.Via is not { } via || !IPAddress.TryParse(via.Value.Host, out var address))
            return;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            problems.Error(via.At, $"routes: via {via.Value} is no host: name its own address");
        else if (draft.Listeners.Any(listener => listener.Address is { } own && own.Value.Port == via.Value.Port && own.Value.Address.Equals(address)))
            problems.Error(via.At, $"routes: via {via.Value} is a listener of this relay: mail would go in circles");
        else if (route.Identity is null && !IsPublic(address, draft))
            problems.Warning(via.At, $"routes: via {via.Value} is not on the Internet, and the route counts as \"identity: public\": say \"internal\" if it is your own host, \"delegated\" if it sends on under its own name");
    }

    private static void CheckWitness(WitnessDraft witness, ConfigurationDraft draft, Problems problems)
    {
        if (witness.Host is { } host && IPAddress.TryParse(host.Value, out var address) && !IsPublic(address, draft))
            problems.Error(host.At, $"witnesses: {host.Value} is not public ({SpecialAddresses.Purpose(address)}): seen from there, our address says nothing about what the Internet sees");
    }

    private static bool IsPublic(IPAddress address, ConfigurationDraft draft) =>
        SpecialAddresses.IsPublic(address) || draft.TreatAsPublic.Any(range => range.Value.Contains(address));
}
