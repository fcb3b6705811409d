using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>One answer of one server, or the fact that there was none.</summary>
/// <param name="Records">Of the asked type only, CNAMEs already followed.</param>
/// <param name="Aliases">The CNAME chain walked from <paramref name="Name"/>, in order; empty mostly, RFC 2317 zones have one.</param>
/// <param name="Ttl">The least TTL on the way; for an absence the negative TTL of RFC 2308; zero when there was no answer.</param>
/// <param name="Authoritative">The AA bit: this server is one of the zone's own.</param>
/// <param name="Authenticated">The AD bit of a validating resolver.</param>
/// <param name="Server">Who said it: "resolver 127.0.0.1:53", "ns1.example 192.0.2.53".</param>
public sealed record DnsAnswer(
    DomainName Name,
    RecordType Type,
    DnsOutcome Outcome,
    ImmutableArray<DnsRecord> Records,
    ImmutableArray<DomainName> Aliases,
    TimeSpan Ttl,
    bool Authoritative,
    bool Authenticated,
    string Server,
    DateTimeOffset At)
{
    /// <summary>A statement about the name, present or absent. Anything else is unknown.</summary>
    public bool IsDefinite => Outcome is DnsOutcome.Answer or DnsOutcome.NoData or DnsOutcome.NameError;

    public IEnumerable<IPAddress> Addresses => Records.OfType<AddressRecord>().Select(record => record.Address);

    public IEnumerable<PointerRecord> Pointers => Records.OfType<PointerRecord>();
}
