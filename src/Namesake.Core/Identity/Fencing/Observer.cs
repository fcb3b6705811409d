using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Receivers;

namespace Namesake.Core.Identity.Fencing;

/// <summary>Who saw us, as far as its word's weight depends on it.</summary>
public sealed record Observer(string Site, string Host, string Network, bool IsWitness, bool IsReflector)
{
    public static Observer Of(NextHop hop, bool isWitness, bool isReflector)
    {
        ArgumentNullException.ThrowIfNull(hop);
        return new Observer(SiteRules.OperatorOf(hop.Host), hop.Host, NetworkOf(hop.Address), isWitness, isReflector);
    }

    /// <summary>The block one operator typically holds whole: /16 of IPv4, /32 of IPv6.</summary>
    public static string NetworkOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes[0]}.{bytes[1]}.0.0/16")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes[0]:x2}{bytes[1]:x2}:{bytes[2]:x2}{bytes[3]:x2}::/32");
    }
}
