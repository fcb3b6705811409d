using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Identity.Facts;

/// <summary>This node's interfaces, routes and what its kernel would choose. For groups EG and V6.</summary>
/// <param name="Addresses">Every address on an interface. An address that binds without standing here is an any-IP route's.</param>
/// <param name="Unbound">What a socket that isn't bound would use towards the Internet, in the source's family; null: there is no way out.</param>
/// <param name="UnboundV6">The same in IPv6.</param>
/// <param name="Bound">The way a socket bound to the source's local address takes; null: there is none.</param>
/// <param name="Ways">Every way out that packets of the source may take, in the order in which they would be tried; null: the rules of this node are more than we understand.</param>
public sealed record HostFacts(ImmutableArray<HostAddress> Addresses, KernelChoice? Unbound, KernelChoice? UnboundV6, KernelChoice? Bound, ImmutableArray<WayOut>? Ways)
{
    public HostAddress? Find(IPAddress address) => Addresses.FirstOrDefault(one => one.Address.Equals(address));
}

/// <param name="Device">The interface, "eth0".</param>
/// <param name="IsUp">The interface is up.</param>
/// <param name="Lifetime">How long it stays valid unless renewed: of DHCP leases and autoconfigured addresses. Null: for ever.</param>
public sealed record HostAddress(IPAddress Address, int PrefixLength, string Device, bool IsUp, AddressMarks Marks, TimeSpan? Lifetime)
{
    /// <summary>It was given for a time, by DHCP or by router advertisements.</summary>
    public bool IsLeased => Lifetime is not null;
}

/// <summary>What Linux says of an address, from <c>linux/if_addr.h</c>.</summary>
[Flags]
public enum AddressMarks
{
    None = 0,

    /// <summary>A privacy address, RFC 8981.</summary>
    Temporary = 1,

    /// <summary>It takes no new connections, RFC 4862 §5.5.4.</summary>
    Deprecated = 2,

    /// <summary>Another host on the link has it.</summary>
    Duplicate = 4,

    /// <summary>The kernel makes temporary addresses beside it: it is the stable one of autoconfiguration.</summary>
    ManagesTemporary = 8,
}

/// <param name="Source">The address the kernel puts on the packets.</param>
public sealed record KernelChoice(IPAddress Source, string Device, IPAddress? Gateway);

/// <param name="Table">The routing table it stands in, 254 is main.</param>
/// <param name="Metric">The lower is preferred.</param>
/// <param name="IsShared">Used at the same time as others (multipath), not only when they fail.</param>
public sealed record WayOut(string Device, IPAddress? Gateway, uint Table, uint Metric, bool IsShared)
{
    public override string ToString() => Gateway is null ? Device : $"{Device} via {Gateway}";
}
