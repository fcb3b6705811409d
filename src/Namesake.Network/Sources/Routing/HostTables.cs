using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Sources.Routing;

/// <summary>What the kernel has of addresses, default routes and rules for choosing a table, read at one moment.</summary>
/// <param name="Defaults">Routes to everywhere, of both families, in the kernel's order.</param>
/// <param name="Rules">By priority; null: there are some we don't understand.</param>
internal sealed record HostTables(ImmutableArray<HostAddress> Addresses, ImmutableArray<DefaultRoute> Defaults, ImmutableArray<RoutingRule> Rules, FrozenDictionary<int, string> Devices)
{
    // <linux/rtnetlink.h>
    private const ushort GetLink = 18, GetAddress = 22, GetRoute = 26, GetRule = 34;
    private const int LinkName = 3, LinkIsUp = 1;
    private const int AddressValue = 1, AddressLocal = 2, AddressCache = 6, AddressFlags = 8;
    private const int RouteDestination = 1, RouteSource = 2, RouteOut = 4, RouteGateway = 5, RoutePriority = 6, RoutePreferred = 7, RouteMultipath = 9, RouteTable = 15;
    private const int RuleDestination = 1, RuleSource = 2, RuleInput = 3, RulePriority = 6, RuleMark = 10, RuleSuppress = 14, RuleTable = 15, RuleOutput = 17, RuleUsers = 20, RuleProtocol = 22, RulePorts = 24;
    private const int RuleIsInverted = 2;

    // <linux/if_addr.h>
    private const uint Temporary = 0x01, DuplicateFound = 0x08, Deprecated = 0x20, Permanent = 0x80, ManagesTemporary = 0x100;

    /// <exception cref="IOException">The kernel doesn't tell.</exception>
    public static HostTables Read()
    {
        using var netlink = new NetlinkSocket();
        var links = new Dictionary<int, (string Name, bool IsUp)>();
        netlink.Dump(GetLink, new byte[16], message =>
        {
            if (message.Length >= 16)
                links[BinaryPrimitives.ReadInt32LittleEndian(message[4..])] = (new Attributes(message[16..]).Text(LinkName), (BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) & LinkIsUp) != 0);
        });
        var addresses = ImmutableArray.CreateBuilder<HostAddress>();
        netlink.Dump(GetAddress, new byte[8], message =>
        {
            if (AddressOf(message, links) is { } address)
                addresses.Add(address);
        });
        var defaults = ImmutableArray.CreateBuilder<DefaultRoute>();
        netlink.Dump(GetRoute, new byte[12], message => AddDefaults(message, links, defaults));
        var rules = ImmutableArray.CreateBuilder<RoutingRule>();
        foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
            try
            {
                netlink.Dump(GetRule, Header(12, family), message =>
                {
                    if (RuleOf(message) is { } rule)
                        rules.Add(rule);
                });
            }
            catch (NetlinkException)
            {
                // A kernel without policy routing, or without IPv6.
            }
        return new HostTables(addresses.ToImmutable(), defaults.ToImmutable(), [.. rules.OrderBy(rule => rule.Priority)], links.ToFrozenDictionary(link => link.Key, link => link.Value.Name));
    }

    /// <summary>What the kernel would do with a packet to <paramref name="destination"/>; nothing is sent. Null: there is no way.</summary>
    /// <param name="from">The address a socket is bound to; null: not bound.</param>
    public KernelChoice? Choose(IPAddress destination, IPAddress? from)
    {
        using var netlink = new NetlinkSocket();
        KernelChoice? choice = null;
        netlink.TryAsk(GetRoute, Question(destination, from), message =>
        {
            // Blackholes answer too, with another type.
            if (message.Length < 12 || message[7] != (byte)RouteKind.Unicast)
                return;
            var attributes = new Attributes(message[12..]);
            if ((attributes.Address(RoutePreferred) ?? from) is { } source)
                choice = new KernelChoice(source, Devices.GetValueOrDefault((int)(attributes.Number(RouteOut) ?? 0), "?"), attributes.Address(RouteGateway));
        }, out _);
        return choice;
    }

    private static byte[] Question(IPAddress destination, IPAddress? from)
    {
        var to = destination.GetAddressBytes();
        var octets = new byte[12 + ((4 + to.Length) * (from is null ? 1 : 2))];
        Header(12, destination.AddressFamily).CopyTo(octets, 0);
        octets[1] = (byte)(to.Length * 8);
        Put(octets.AsSpan(12), RouteDestination, to);
        if (from is not null)
        {
            octets[2] = (byte)(to.Length * 8);
            Put(octets.AsSpan(12 + 4 + to.Length), RouteSource, from.GetAddressBytes());
        }
        return octets;

        static void Put(Span<byte> at, int type, byte[] value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(4 + value.Length));
            BinaryPrimitives.WriteUInt16LittleEndian(at[2..], (ushort)type);
            value.CopyTo(at[4..]);
        }
    }

    // <sys/socket.h>: AF_INET is 2, AF_INET6 10, whatever .NET calls them.
    private static byte[] Header(int length, AddressFamily family)
    {
        var header = new byte[length];
        header[0] = (byte)(family == AddressFamily.InterNetwork ? 2 : 10);
        return header;
    }

    private static HostAddress? AddressOf(ReadOnlySpan<byte> message, Dictionary<int, (string Name, bool IsUp)> links)
    {
        if (message.Length < 8)
            return null;
        var attributes = new Attributes(message[8..]);
        // On point-to-point links the one is the peer's, and the local one is ours.
        if ((attributes.Address(AddressLocal) ?? attributes.Address(AddressValue)) is not { } address)
            return null;
        var flags = attributes.Number(AddressFlags) ?? message[2];
        var cache = attributes.Find(AddressCache);
        var valid = cache.Length >= 8 ? BinaryPrimitives.ReadUInt32LittleEndian(cache[4..]) : uint.MaxValue;
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var marks = (isV6 && (flags & Temporary) != 0 ? AddressMarks.Temporary : 0) | ((flags & DuplicateFound) != 0 ? AddressMarks.Duplicate : 0)
            | ((flags & Deprecated) != 0 ? AddressMarks.Deprecated : 0) | ((flags & ManagesTemporary) != 0 ? AddressMarks.ManagesTemporary : 0); // for IPv4 the first bit means "secondary"
        var link = links.GetValueOrDefault(BinaryPrimitives.ReadInt32LittleEndian(message[4..]), ("?", false));
        return new HostAddress(address, message[1], link.Item1, link.Item2, marks, (flags & Permanent) != 0 || valid == uint.MaxValue ? null : TimeSpan.FromSeconds(valid));
    }

    private static void AddDefaults(ReadOnlySpan<byte> message, Dictionary<int, (string Name, bool IsUp)> links, ImmutableArray<DefaultRoute>.Builder defaults)
    {
        if (message.Length < 12 || message[1] != 0 || message[0] is not (2 or 10))
            return;
        var family = message[0] == 2 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var attributes = new Attributes(message[12..]);
        var (table, metric, kind) = (attributes.Number(RouteTable) ?? message[4], attributes.Number(RoutePriority) ?? 0, (RouteKind)message[7]);
        if (kind is not (RouteKind.Unicast or RouteKind.Blackhole or RouteKind.Unreachable or RouteKind.Prohibit))
            return;
        var hops = attributes.Find(RouteMultipath);
        if (hops.IsEmpty)
            defaults.Add(new DefaultRoute(family, table, metric, kind, NameOf(attributes.Number(RouteOut)), attributes.Address(RouteGateway), false));
        while (hops.Length >= 8)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(hops);
            if (length < 8 || length > hops.Length)
                return;
            defaults.Add(new DefaultRoute(family, table, metric, kind, NameOf(BinaryPrimitives.ReadUInt32LittleEndian(hops[4..])), new Attributes(hops[8..length]).Address(RouteGateway), true));
            hops = hops[Math.Min(hops.Length, (length + 3) & ~3)..];
        }

        string NameOf(uint? index) => links.GetValueOrDefault((int)(index ?? 0), ("?", false)).Item1;
    }

    private static RoutingRule? RuleOf(ReadOnlySpan<byte> message)
    {
        if (message.Length < 12 || message[0] is not (2 or 10))
            return null;
        var attributes = new Attributes(message[12..]);
        var sourceLength = message[2];
        var source = attributes.Address(RuleSource) is { } address && IPRange.TryParse($"{address}/{sourceLength}", out var range, out _) ? range : null;
        var isInverted = (BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) & RuleIsInverted) != 0;
        // What looks at marks, users, incoming devices or single receivers is not about the mail of a source as such.
        var isElsewhere = isInverted || attributes.Has(RuleDestination) || attributes.Has(RuleInput) || (attributes.Number(RuleMark) ?? 0) != 0 || attributes.Has(RuleOutput) || attributes.Has(RuleUsers)
            || (attributes.Find(RuleProtocol) is { Length: >= 1 } protocol && protocol[0] is not (0 or 6))
            || (attributes.Find(RulePorts) is { Length: >= 4 } ports && (BinaryPrimitives.ReadUInt16LittleEndian(ports) > 25 || BinaryPrimitives.ReadUInt16LittleEndian(ports[2..]) < 25));
        return isElsewhere ? null : new RoutingRule(message[0] == 2 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, attributes.Number(RulePriority) ?? 0, source,
            message[7] == 1 ? attributes.Number(RuleTable) ?? message[4] : null, attributes.Number(RuleSuppress) is { } suppress && suppress != uint.MaxValue, message[7] is 6 or 7 or 8);
    }
}

/// <summary>A route to everywhere.</summary>
internal sealed record DefaultRoute(AddressFamily Family, uint Table, uint Metric, RouteKind Kind, string Device, IPAddress? Gateway, bool IsShared);

/// <summary>Which table is looked at for whom.</summary>
/// <param name="Source">Null: everybody.</param>
/// <param name="Table">Null: it names none.</param>
/// <param name="IgnoresDefaults">Only routes longer than a given length count.</param>
/// <param name="Stops">It ends the search: blackhole, unreachable, prohibit.</param>
internal sealed record RoutingRule(AddressFamily Family, uint Priority, IPRange? Source, uint? Table, bool IgnoresDefaults, bool Stops);

/// <summary>RTN_* of rtnetlink(7).</summary>
internal enum RouteKind : byte
{
    Unicast = 1,
    Blackhole = 6,
    Unreachable = 7,
    Prohibit = 8,
}
