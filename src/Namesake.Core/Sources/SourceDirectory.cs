using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Sources;

/// <summary>All sources of one configuration. Immutable: a reload swaps it whole.</summary>
public sealed class SourceDirectory
{
    private readonly FrozenDictionary<SourceId, Source> _byId;
    private readonly FrozenDictionary<IPAddress, ImmutableArray<Source>> _byPublicAddress;
    private readonly FrozenDictionary<string, ImmutableArray<Source>> _pools;
    private readonly FrozenDictionary<ulong, ImmutableArray<Source>> _networks;

    public SourceDirectory(IEnumerable<Source> sources)
    {
        All = [.. sources];
        _byId = All.ToFrozenDictionary(source => source.Id);
        _byPublicAddress = All.GroupBy(source => source.PublicAddress).ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        _networks = All.Where(source => NetworkOf(source.PublicAddress) is not null).GroupBy(source => NetworkOf(source.PublicAddress)!.Value)
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        _pools = All.GroupBy(source => source.Ehlo.Value).ToFrozenDictionary(pool => pool.Key, pool => pool.ToImmutableArray());
    }

    public ImmutableArray<Source> All { get; }

    public Source? Find(SourceId id) => _byId.GetValueOrDefault(id);

    /// <summary>Whether an address echoed to us is one of our own: then we left as somebody else.</summary>
    public bool DeclaresPublicAddress(IPAddress address) => _byPublicAddress.ContainsKey(address);

    /// <summary>The sources that leave under this public address: several only with one name.</summary>
    public ImmutableArray<Source> At(IPAddress publicAddress) => _byPublicAddress.GetValueOrDefault(publicAddress, []);

    /// <summary>The sources whose public addresses share its /64; none for IPv4.</summary>
    public ImmutableArray<Source> InNetworkOf(IPAddress publicAddress) => NetworkOf(publicAddress) is { } network ? _networks.GetValueOrDefault(network, []) : [];

    /// <summary>The sources that say this name: their public addresses must all stand in its A and AAAA records.</summary>
    public ImmutableArray<Source> PoolOf(HostName ehlo) => _pools.GetValueOrDefault(ehlo.Value, []);

    private static ulong? NetworkOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6 ? BinaryPrimitives.ReadUInt64BigEndian(address.GetAddressBytes()) : null;
}
