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
