using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>What one address of one of a zone's servers says to one question.</summary>
/// <param name="Tcp">Null when it was not asked over TCP.</param>
public sealed record ServerWord(DomainName Server, IPAddress Address, DnsWord Udp, DnsWord? Tcp)
{
    public IEnumerable<DnsWord> Words => Tcp is null ? [Udp] : [Udp, Tcp];

    public bool IsHeard => Words.Any(word => word.IsDefinite);

    public override string ToString() => $"{Server} {Address}";
}
