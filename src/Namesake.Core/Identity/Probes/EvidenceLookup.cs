using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Two ways to ask for evidence: thoroughly, of everybody who should know, or lightly, of our resolver and its memory.</summary>
internal static class EvidenceLookup
{
    public static async Task<DnsEvidence> WeighAsync(this IDnsLookup dns, DomainName name, RecordType type, CancellationToken cancellation)
    {
        var resolver = dns.AskFreshAsync(name, type, cancellation);
        var authoritative = await dns.AskAuthoritativeAsync(name, type, cancellation);
        return DnsEvidence.Weigh(name, type, await resolver, authoritative);
    }

    /// <summary>For what is only context: other people's servers are not asked one by one for it.</summary>
    public static async Task<DnsEvidence> GlanceAsync(this IDnsLookup dns, DomainName name, RecordType type, CancellationToken cancellation) =>
        DnsEvidence.Weigh(name, type, await dns.AskAsync(name, type, cancellation), null);
}
