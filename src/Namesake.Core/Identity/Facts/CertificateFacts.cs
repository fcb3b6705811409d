using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>What this relay is configured to present, and whose names are whose. For TL-01, TL-05 and TL-06.</summary>
/// <param name="ForEhlo">The certificate for clients that ask for the source's EHLO name; null when none is made for it.</param>
/// <param name="Listeners">The listeners on the source's own local address, and what they present.</param>
/// <param name="OwnNames">Sender domains of the source's brands, and the names their sources say.</param>
/// <param name="OthersNames">Those of brands the source doesn't serve; shared sources bear a neutral name and are left out.</param>
public sealed record CertificateFacts(
    CertificateSight? ForEhlo, ImmutableArray<ListenerCertificates> Listeners, ImmutableArray<DomainName> OwnNames, ImmutableArray<OtherBrandName> OthersNames, DateTimeOffset At)
{
    /// <summary>The names of a certificate that belong to a brand the source doesn't serve.</summary>
    public ImmutableArray<OtherBrandName> OthersIn(CertificateSight certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return [.. certificate.Names.Select(Bare).OfType<DomainName>()
            .Select(name => OwnNames.Any(own => name.IsEqualOrUnder(own)) ? null : OthersNames.FirstOrDefault(other => name.IsEqualOrUnder(other.Name)) is { } found ? found with { Name = name } : null)
            .OfType<OtherBrandName>().Distinct()];
    }

    private static DomainName? Bare(string name) => DomainName.TryParse(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name, out var domain, out _) ? domain : null;
}

/// <param name="Asked">What a client gets that asks for the EHLO name; null: no TLS is offered.</param>
/// <param name="Unasked">What a client gets that names no server.</param>
public sealed record ListenerCertificates(IPEndPoint Address, CertificateSight? Asked, CertificateSight? Unasked);

public sealed record OtherBrandName(DomainName Name, string Brand);
