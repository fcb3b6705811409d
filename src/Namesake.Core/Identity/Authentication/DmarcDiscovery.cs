using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Authentication;

/// <summary>Looks for DMARC records from a domain upwards. RFC 9989 §4.10</summary>
public sealed class DmarcDiscovery(IDnsLookup dns)
{
    public async Task<DmarcWalk> WalkAsync(DomainName domain, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var stops = ImmutableArray.CreateBuilder<DmarcStop>();
        foreach (var name in DmarcWalk.Names(domain))
        {
            if (!DomainName.TryParse($"_dmarc.{name}", out var record, out _))
                continue; // too long to have one
            var stop = DmarcStop.Of(name, await WeighAsync(name, record, cancellation));
            stops.Add(stop);
            if (stop.Record?.IsPublicSuffix is not null)
                break;
        }
        return new DmarcWalk(domain, stops.DrainToImmutable());
    }

    /// <summary>A top level's servers are not asked by us, only by the resolver: they are others' and busy, and hold no record of ours.</summary>
    private async Task<DnsEvidence> WeighAsync(DomainName name, DomainName record, CancellationToken cancellation)
    {
        var resolver = dns.AskFreshAsync(record, RecordType.Txt, cancellation);
        var servers = name.Parent is null ? null : await dns.AskAuthoritativeAsync(record, RecordType.Txt, cancellation);
        return DnsEvidence.Weigh(record, RecordType.Txt, await resolver, servers);
    }
}
