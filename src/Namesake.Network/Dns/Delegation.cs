using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns;

/// <summary>A zone and where its servers are, as last learned. Expired it is still better than nothing when the resolver is dead.</summary>
internal sealed record Delegation(DomainName Zone, ImmutableArray<ZoneServer> Servers, DateTimeOffset Expires);

internal sealed record ZoneServer(DomainName Name, IPAddress Address)
{
    public override string ToString() => $"{Name} {Address}";
}
