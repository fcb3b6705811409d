using System.Collections.Immutable;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>What DNS tells senders about the certificate of the EHLO name, should they come to it as an MX. RFC 7672</summary>
/// <param name="MxOf">The domains whose MX the EHLO name is, of those that were asked about.</param>
/// <param name="Mx">Every answer about MX records; an indefinite one makes the question unknown.</param>
/// <param name="Tlsa">The answer for <c>_25._tcp</c> below the EHLO name, from our resolver; null when the name is no MX.</param>
public sealed record DaneFacts(ImmutableArray<DomainName> MxOf, ImmutableArray<DnsAnswer> Mx, DnsAnswer? Tlsa)
{
    public IEnumerable<TlsaRecord> Records => Tlsa?.Records.OfType<TlsaRecord>() ?? [];

    /// <summary>The records a sender may use: DANE-TA and DANE-EE of a form that is known (RFC 7672 §3.1).</summary>
    public IEnumerable<TlsaRecord> Usable => Records.Where(IsUsable);

    /// <summary>Whether a sender that obeys the records would deliver to whoever presents this.</summary>
    /// <remarks>For DANE-EE neither names nor dates count (RFC 7672 §3.1.1). For DANE-TA both do (§3.1.2); that the chain is signed up to the matched certificate is not looked at.</remarks>
    public bool Accepts(CertificateSight seen, string host, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(seen);
        if (seen.Presented.IsEmpty)
            return false;
        return Usable.Any(record => record.Usage == 3
            ? Matches(record, seen.Presented[0])
            : seen.NotBefore <= now && now <= seen.NotAfter && (seen.Covers(host) || MxOf.Any(domain => seen.Covers(domain.Value)))
                && seen.Presented.Any(certificate => Matches(record, certificate)));
    }

    private static bool IsUsable(TlsaRecord record) =>
        record.Usage is 2 or 3 && record.Selector is 0 or 1
        && (record.Matching, record.Data.Length) is (0, > 0) or (1, SHA256.HashSizeInBytes) or (2, SHA512.HashSizeInBytes);

    private static bool Matches(TlsaRecord record, PresentedCertificate certificate)
    {
        var octets = (record.Selector == 0 ? certificate.Whole : certificate.PublicKey).AsSpan();
        return record.Matching switch
        {
            0 => record.Data.AsSpan().SequenceEqual(octets),
            1 => record.Data.AsSpan().SequenceEqual(SHA256.HashData(octets)),
            _ => record.Data.AsSpan().SequenceEqual(SHA512.HashData(octets)),
        };
    }
}
