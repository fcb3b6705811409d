using System.Net;

namespace Namesake.Network.Sockets;

/// <summary>Addresses in one form, so that they can be compared.</summary>
internal static class EndPoints
{
    public static readonly IPEndPoint None = new(IPAddress.None, 0);

    public static IPEndPoint? Normalised(EndPoint? endPoint) =>
        endPoint is IPEndPoint point ? new IPEndPoint(Normalised(point.Address), point.Port) : null;

    /// <summary>::ffff:192.0.2.1 is 192.0.2.1.</summary>
    public static IPAddress Normalised(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Whether the bound address is the one asked for. The system fills in a link-local address's interface where none was asked.</summary>
    public static bool IsSame(IPAddress asked, IPAddress bound)
    {
        var (a, b) = (Normalised(asked), Normalised(bound));
        if (a.Equals(b))
            return true;
        return a.IsIPv6LinkLocal && b.IsIPv6LinkLocal && a.ScopeId == 0 && a.GetAddressBytes().AsSpan().SequenceEqual(b.GetAddressBytes());
    }

    public static bool IsUnspecified(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
