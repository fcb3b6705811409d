using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>One record of an answer; a closed family of the types we read.</summary>
public abstract record DnsRecord(TimeSpan Ttl)
{
    /// <summary>The data in a few words, for comparing and for people.</summary>
    public string Value => this switch
    {
        AddressRecord address => address.Address.ToString(),
        PointerRecord pointer => pointer.Target,
        MXRecord exchange => $"{exchange.Preference} {exchange.Exchange?.Value ?? "."}",
        NameServerRecord server => server.Server.Value,
        TextRecord text => text.Text,
        StartOfAuthorityRecord start => start.Serial.ToString(CultureInfo.InvariantCulture),
        _ => "",
    };
}

public sealed record AddressRecord(IPAddress Address, TimeSpan Ttl) : DnsRecord(Ttl);

/// <param name="Target">As written in the zone, lower-cased and without the dot; may be no valid host name.</param>
/// <param name="Name">The target as a domain name; null when it is not one (a PTR may hold anything).</param>
public sealed record PointerRecord(string Target, DomainName? Name, TimeSpan Ttl) : DnsRecord(Ttl);

/// <param name="Exchange">Null for the null MX "." of RFC 7505.</param>
public sealed record MXRecord(int Preference, DomainName? Exchange, TimeSpan Ttl) : DnsRecord(Ttl);

public sealed record NameServerRecord(DomainName Server, TimeSpan Ttl) : DnsRecord(Ttl);

public sealed record TextRecord(string Text, TimeSpan Ttl) : DnsRecord(Ttl);

/// <param name="NegativeTtl">How long an absence is remembered (RFC 2308 §4).</param>
public sealed record StartOfAuthorityRecord(DomainName Primary, uint Serial, TimeSpan NegativeTtl, TimeSpan Ttl) : DnsRecord(Ttl);

/// <summary>Which certificate or key a TLS server must have. RFC 6698 §2.1</summary>
/// <param name="Usage">3 DANE-EE: the server's own; 2 DANE-TA: one above it. 0 and 1 are not for SMTP (RFC 7672 §3.1.3).</param>
/// <param name="Selector">0 the whole certificate, 1 its public key.</param>
/// <param name="Matching">0 the octets themselves, 1 their SHA-256, 2 their SHA-512.</param>
public sealed record TlsaRecord(int Usage, int Selector, int Matching, ImmutableArray<byte> Data, TimeSpan Ttl) : DnsRecord(Ttl);
