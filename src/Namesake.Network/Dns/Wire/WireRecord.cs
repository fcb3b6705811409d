using System.Collections.Immutable;
using System.Net;

namespace Namesake.Network.Dns.Wire;

/// <summary>One resource record as it was sent; only the fields of its type are set.</summary>
/// <param name="Owner">Lower case, no last dot.</param>
/// <param name="Target">What CNAME, NS, PTR, MX and SOA (its primary) point to; "" is the root.</param>
/// <param name="Number">MX preference, SOA serial, the type a signature covers.</param>
/// <param name="Octets">The whole data of a TLSA record: usage, selector, matching type, and at least one octet to compare.</param>
/// <param name="Minimum">SOA minimum: RFC 2308 §4.</param>
/// <param name="ValidFrom">Of a signature, in seconds since 1970 modulo 2^32: RFC 4034 §3.1.5.</param>
internal sealed record WireRecord(
    string Owner, int Type, TimeSpan Ttl, string Target = "", IPAddress? Address = null, string? Text = null, uint Number = 0, TimeSpan Minimum = default, uint ValidFrom = 0, uint ValidTo = 0,
    ImmutableArray<byte> Octets = default);
