using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns;

/// <summary>Finds the zone a name lives in and the addresses of its servers, through the resolver: asks for NS at the name, climbs to the zone its SOA names.</summary>
/// <remarks>A CNAME at the name does not mislead it: the SOA of the target's zone does not cover the name, so it climbs on. RFC 2317 §4</remarks>
internal sealed class ZoneFinder(ResolverSettings settings, ResolverPath path, Resolver resolver, TimeProvider clock)
{
    public const int MaxServers = 8;
    private const int MaxAddresses = 2;
    private const int MaxSteps = 40; // an ip6.arpa name has 34 labels

    // Zones with tiny TTLs would be walked for every probe.
    private static readonly TimeSpan LeastMemory = TimeSpan.FromMinutes(1);

    private readonly DnsMemory<DomainName, ZoneOfName> _zoneOf = new(settings.RememberedAnswers / 10);
    private readonly DnsMemory<DomainName, Delegation> _delegations = new(settings.RememberedAnswers / 10);

    /// <summary>The delegation, or in plain words why there is none.</summary>
    public async Task<(Delegation? Delegation, string? Trouble)> FindAsync(DomainName name, CancellationToken cancellation)
    {
        var (zone, trouble) = await ZoneOfAsync(name, cancellation);
        if (zone is null)
            return (null, trouble);
        var delegation = await ServersOfAsync(zone, cancellation);
        return delegation is null ? (null, $"the servers of {zone} could not be found") : (delegation, null);
    }

    /// <summary>The zone alone, or in plain words why it isn't known.</summary>
    public async Task<(DomainName? Zone, string? Trouble)> ZoneOfAsync(DomainName name, CancellationToken cancellation)
    {
        var known = _zoneOf.Find(name);
        var zone = known?.Zone;
        string? trouble = null;
        if (known is not { Certain: true } || known.Expires <= clock.GetUtcNow())
        {
            (var found, trouble) = await ClimbAsync(name, cancellation);
            // The last known zone is better than a guess, and than nothing while the resolver is dead.
            zone = found is { Certain: true } ? found.Zone : zone ?? found?.Zone;
            if (found is not null && zone == found.Zone)
                _zoneOf.Remember(name, found, _ => false);
        }
        return (zone, zone is null ? trouble : null);
    }

    private static string CodeName(int code) => code switch { 1 => "FORMERR", 2 => "SERVFAIL", 4 => "NOTIMP", 5 => "REFUSED", _ => $"response code {code}" };

    private async Task<(ZoneOfName? Zone, string? Trouble)> ClimbAsync(DomainName name, CancellationToken cancellation)
    {
        var candidate = name;
        string? failure = null;
        for (var step = 0; step < MaxSteps; step++)
        {
            var (server, exchanged) = await path.AskAsync(new WireQuestion(candidate, RecordType.NS), cancellation);
            if (exchanged.Reply is not { } reply)
                return (null, $"resolver {server} does not say which zone {name} is in: it {exchanged.Trouble.Words()}");
            if (reply.ResponseCode is not (0 or 3))
                // A broken child or a loop at this name; the zone above still has servers to ask.
                failure ??= $"resolver {server} does not say which zone {name} is in: {CodeName(reply.ResponseCode)} for NS of {candidate}";
            else if (reply.Answers.FirstOrDefault(record => record.Type == (int)RecordType.NS && record.Owner == candidate.Value) is { } own)
                return (new ZoneOfName(candidate, ExpiryOf(own.Ttl), failure is null), null);
            else if (reply.Authorities.FirstOrDefault(record => record.Type == (int)RecordType.Soa) is { } soa
                && DomainName.TryParse(soa.Owner, out var apex, out _) && candidate.IsEqualOrUnder(apex) && candidate != apex)
                return (new ZoneOfName(apex, ExpiryOf(DnsReading.Least(soa.Ttl, soa.Minimum)), failure is null), null);
            if (candidate.Parent is not { } parent)
                break;
            candidate = parent;
        }
        return (null, failure ?? $"no zone was found above {name}");
    }

    private async Task<Delegation?> ServersOfAsync(DomainName zone, CancellationToken cancellation)
    {
        var known = _delegations.Find(zone);
        if (known is not null && clock.GetUtcNow() < known.Expires)
            return known;
        var answer = await resolver.AskAsync(zone, RecordType.NS, cancellation);
        var names = answer.Records.OfType<NameServerRecord>().Select(record => record.Server).Distinct().Take(MaxServers).ToList();
        if (names.Count == 0)
            return known;
        var located = await Task.WhenAll(names.Select(server => LocateAsync(server, known, cancellation)));
        var servers = located.SelectMany(found => found.Servers).DistinctBy(server => server.Address).ToImmutableArray();
        if (servers.IsEmpty)
            return known;
        var found = new Delegation(zone, servers, ExpiryOf(DnsReading.Least(answer.Ttl, located.Min(each => each.Ttl))));
        _delegations.Remember(zone, found, _ => false);
        return found;
    }

    /// <summary>At most two addresses of a server, one of each family if it has both; the last known ones where DNS does not say.</summary>
    private async Task<(IEnumerable<ZoneServer> Servers, TimeSpan Ttl)> LocateAsync(DomainName server, Delegation? known, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(
            resolver.AskAsync(server, RecordType.A, cancellation),
            resolver.AskAsync(server, RecordType.Aaaa, cancellation));
        var (four, six) = (answers[0].Addresses.ToList(), answers[1].Addresses.ToList());
        var addresses = four.Take(six.Count > 0 ? 1 : MaxAddresses).Concat(six).Take(MaxAddresses);
        var found = addresses.Select(address => new ZoneServer(server, address)).ToList();
        if (found.Count == 0 && known is not null && !answers.All(answer => answer.IsDefinite))
            found = [.. known.Servers.Where(old => old.Name == server)];
        var ttl = answers.Where(answer => answer.Outcome == DnsOutcome.Answer).Select(answer => answer.Ttl).DefaultIfEmpty(TimeSpan.Zero).Min();
        return (found, ttl);
    }

    private DateTimeOffset ExpiryOf(TimeSpan ttl) =>
        clock.GetUtcNow() + (ttl < LeastMemory ? LeastMemory : DnsReading.Least(ttl, settings.LongestMemory));

    /// <param name="Certain">False when the resolver failed below this zone, so that the name may live in a child of it.</param>
    private sealed record ZoneOfName(DomainName Zone, DateTimeOffset Expires, bool Certain);
}
