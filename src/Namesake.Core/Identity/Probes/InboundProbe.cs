using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Looks at what answers on the source's public address: 1. knock, 2. ask DNS whether the EHLO name is somebody's MX, 3. and what TLSA records say of it.</summary>
public sealed class InboundProbe(IInboundVisitor visitor, IDnsLookup dns, InboundOptions options) : IFactProbe
{
    /// <summary>Domains whose MX records are asked for: the brand's, and those above the EHLO name.</summary>
    private const int MostDomains = 20;

    public string Name => "own address";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var source = basis.Source;
        // An address that is not public leads to something else than the Internet sees, perhaps to what nobody meant to be asked.
        if (!SpecialAddresses.IsPublic(source.PublicAddress) && !basis.TreatAsPublic.Any(range => range.Contains(source.PublicAddress)))
            return facts => facts;
        var visit = visitor.VisitAsync(new InboundQuestion(new IPEndPoint(source.PublicAddress, options.Port), source.Ehlo, options.TryRelaying), cancellation); // 1.
        var dane = await DaneAsync(basis, cancellation);
        var seen = await visit;
        return facts => facts with { Inbound = seen with { Dane = dane } };
    }

    private async Task<DaneFacts> DaneAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        DomainName ehlo = basis.Source.Ehlo;
        var domains = Above(ehlo).Concat(basis.Certificates?.OwnNames ?? []).Distinct().Take(MostDomains);
        var answers = await Task.WhenAll(domains.Select(domain => dns.AskAsync(domain, RecordType.MX, cancellation))); // 2.
        var mxOf = answers.Where(answer => answer.Records.OfType<MXRecord>().Any(record => record.Exchange == ehlo)).Select(answer => answer.Name).ToImmutableArray();
        var tlsa = !mxOf.IsEmpty && DomainName.TryParse($"_25._tcp.{ehlo}", out var name, out _) ? await dns.AskFreshAsync(name, RecordType.Tlsa, cancellation) : null; // 3.
        return new DaneFacts(mxOf, [.. answers], tlsa);
    }

    private static IEnumerable<DomainName> Above(DomainName name)
    {
        var registered = RegistrableDomain.Of(name.Value);
        for (var at = name; at is not null && at.Value.Length >= registered.Length; at = at.Parent)
            yield return at;
    }
}
