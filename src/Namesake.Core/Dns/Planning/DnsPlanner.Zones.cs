using System.Collections.Immutable;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Planning;

// Zones that are to be ours and are not there yet.
public sealed partial class DnsPlanner
{
    private (DnsProviderTraits Provider, DomainName Zone)? MissingZone(NameSurvey survey)
    {
        if (survey is not { IsAbsent: true, Last.Zone: { } found })
            return null;
        var name = survey.Last.At;
        return _request.Providers.SelectMany(provider => provider.Zones.Select(zone => (Provider: provider, Zone: zone)))
            .Where(each => name.IsEqualOrUnder(each.Zone) && each.Zone.IsEqualOrUnder(found) && each.Zone != found)
            .OrderByDescending(each => each.Zone.Labels.Length).Select(each => ((DnsProviderTraits, DomainName)?)each).FirstOrDefault();
    }

    /// <summary>Plans it where it can be made and it is known which servers answer for it.</summary>
    /// <returns>What is to be done next, for a person; null: no zone is missing.</returns>
    private string? MakeZone(NameSurvey survey, ImmutableArray<WantedIdentity> identities)
    {
        if (MissingZone(survey) is not var (provider, zone))
            return null;
        var servers = ServersOf(provider);
        if (servers.IsEmpty)
            return $"Which name servers {zone} is to have is not known, as no other zone of {provider.Name} was seen that tells: add nameServers to {provider.Id} in dnsProviders, and plan anew";
        if (!provider.CanMakeZones)
            return $"Make the zone there, with the name servers {string.Join(" and ", servers)}, have it delegated, and plan anew";
        if (!_zones.Exists(made => made.Zone == zone))
            _zones.Add(new ZoneChange
            {
                By = provider.Id,
                Zone = zone,
                Servers = servers,
                Reason = $"{zone} does not exist",
                Ends = ["ZN-06"],
                Sources = SourcesOf(identities),
            });
        return $"The plan makes the zone, with the name servers {string.Join(" and ", servers)}; its records come with the next plan, when it is delegated";
    }

    /// <summary>As the configuration says, or as the provider's other zones have them where those agree. None: not known, and a zone without name servers is none.</summary>
    private ImmutableArray<DomainName> ServersOf(DnsProviderTraits provider)
    {
        if (!provider.NameServers.IsDefaultOrEmpty)
            return provider.NameServers;
        var seen = _request.Seen.SelectMany(each => each.Survey.Zones).Where(zone => provider.Zones.Contains(zone.Zone)).SelectMany(zone => zone.Servers)
            .Select(server => server.Names).OfType<ImmutableArray<DomainName>>().Select(names => names.OrderBy(name => name.Value, StringComparer.Ordinal).ToImmutableArray())
            .DistinctBy(names => string.Join(' ', names)).ToList();
        return seen is [{ IsEmpty: false } only] ? only : [];
    }
}
