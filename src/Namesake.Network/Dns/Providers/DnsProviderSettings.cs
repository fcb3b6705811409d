using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>One place where records are written. A kind is a record of its own.</summary>
public abstract record DnsProviderSettings
{
    /// <summary>As in the configuration.</summary>
    public required string Id { get; init; }

    /// <summary>The zones it writes, and no others.</summary>
    public required ImmutableArray<DomainName> Zones { get; init; }

    /// <summary>The servers that answer for zones that are made there: their NS records, and those asked for where they are to be delegated. Empty: as another zone of it has them.</summary>
    public ImmutableArray<DomainName> NameServers { get; init; } = [];
}
