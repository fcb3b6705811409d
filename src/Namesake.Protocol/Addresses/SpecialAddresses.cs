using System.Net;
using System.Net.Sockets;

namespace Namesake.Protocol.Addresses;

/// <summary>Which addresses can be a mail host's on the Internet, by the IANA special-purpose registries (RFC 6890 and its updates).</summary>
/// <remarks>Stricter than "globally reachable" where no mail host can sensibly be: the anycast blocks of protocol assignments, and the transition
/// mechanisms 6to4 (RFC 7526) and Teredo, whose embedded IPv4 address would otherwise be a way around these rules. NAT64 (RFC 6052) is judged by the IPv4 address inside, as
/// hosts without IPv4 really reach receivers that way.</remarks>
public static class SpecialAddresses
{
    private static readonly (IPRange Range, string Purpose)[] V4 =
    [
        (IPRange.Parse("0.0.0.0/8"), "this network (RFC 791)"),
        (IPRange.Parse("10.0.0.0/8"), "private use (RFC 1918)"),
        (IPRange.Parse("100.64.0.0/10"), "shared by carriers for NAT (RFC 6598)"),
        (IPRange.Parse("127.0.0.0/8"), "loopback (RFC 1122)"),
        (IPRange.Parse("169.254.0.0/16"), "link local (RFC 3927)"),
        (IPRange.Parse("172.16.0.0/12"), "private use (RFC 1918)"),
        (IPRange.Parse("192.0.0.0/24"), "protocol assignments (RFC 6890)"),
        (IPRange.Parse("192.0.2.0/24"), "documentation (RFC 5737)"),
        (IPRange.Parse("192.88.99.0/24"), "former 6to4 relays (RFC 7526)"),
        (IPRange.Parse("192.168.0.0/16"), "private use (RFC 1918)"),
        (IPRange.Parse("198.18.0.0/15"), "benchmarking (RFC 2544)"),
        (IPRange.Parse("198.51.100.0/24"), "documentation (RFC 5737)"),
        (IPRange.Parse("203.0.113.0/24"), "documentation (RFC 5737)"),
        (IPRange.Parse("224.0.0.0/4"), "multicast (RFC 5771)"),
        (IPRange.Parse("255.255.255.255/32"), "broadcast (RFC 919)"),
        (IPRange.Parse("240.0.0.0/4"), "reserved (RFC 1112)"),
    ];

    private static readonly (IPRange Range, string Purpose)[] V6 =
    [
        (IPRange.Parse("::/128"), "unspecified (RFC 4291)"),
        (IPRange.Parse("::1/128"), "loopback (RFC 4291)"),
        (IPRange.Parse("64:ff9b:1::/48"), "local NAT64 (RFC 8215)"),
        (IPRange.Parse("100::/64"), "discard only (RFC 6666)"),
        (IPRange.Parse("2001::/32"), "Teredo (RFC 4380)"),
        (IPRange.Parse("2001:db8::/32"), "documentation (RFC 3849)"),
        (IPRange.Parse("2001::/23"), "protocol assignments (RFC 2928)"),
        (IPRange.Parse("2002::/16"), "6to4, deprecated (RFC 7526)"),
        (IPRange.Parse("3fff::/20"), "documentation (RFC 9637)"),
        (IPRange.Parse("5f00::/16"), "segment routing (RFC 9602)"),
        (IPRange.Parse("fc00::/7"), "unique local (RFC 4193)"),
        (IPRange.Parse("fe80::/10"), "link local (RFC 4291)"),
        (IPRange.Parse("fec0::/10"), "site local, deprecated (RFC 3879)"),
        (IPRange.Parse("ff00::/8"), "multicast (RFC 4291)"),
    ];

    private static readonly IPRange Nat64 = IPRange.Parse("64:ff9b::/96");
    private static readonly IPRange GlobalUnicast = IPRange.Parse("2000::/3");

    /// <summary>True when the address can belong to a mail host on the Internet.</summary>
    public static bool IsPublic(IPAddress address) => Purpose(address) is null;

    /// <summary>What the address is reserved for, with the RFC that says so; null for a public one.</summary>
    public static string? Purpose(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return Find(V4, address);
        if (Nat64.Contains(address))
            return Find(V4, new IPAddress(address.GetAddressBytes().AsSpan(12)));
        return Find(V6, address) ?? (GlobalUnicast.Contains(address) ? null : "outside the allocated unicast space (RFC 4291)");
    }

    private static string? Find((IPRange Range, string Purpose)[] table, IPAddress address)
    {
        foreach (var (range, purpose) in table)
            if (range.Contains(address))
                return purpose;
        return null;
    }
}
