using System.Globalization;
using System.Net;

namespace Namesake.Network.Sources;

/// <summary>What Linux knows about an IPv6 address, from if_inet6: address, interface, prefix length, scope, flags (hexadecimal), device.</summary>
internal static class InterfaceFlags
{
    // /proc/net would be the namespace of the process's first thread; the socket was bound in ours.
    private const string Table = "/proc/thread-self/net/if_inet6";

    // <linux/if_addr.h>: a privacy address (RFC 8981) is replaced within days, a deprecated one takes no new connections (RFC 4862 §5.5.4).
    private const int Temporary = 0x01;
    private const int Deprecated = 0x20;

    /// <summary>False where the system has no such table or the address is not in it: an any-IP route can be bound without an interface.</summary>
    public static bool IsTemporary(IPAddress address)
    {
        try
        {
            return IsTemporary(address, File.ReadLines(Table));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static bool IsTemporary(IPAddress address, IEnumerable<string> lines)
    {
        var wanted = Convert.ToHexStringLower(address.GetAddressBytes());
        foreach (var line in lines)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 5 && fields[0] == wanted && int.TryParse(fields[4], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var flags))
                return (flags & (Temporary | Deprecated)) != 0;
        }
        return false;
    }
}
