using System.Net;

namespace Namesake.Core.Firewall;

/// <summary>Addresses as numbers, IPv4 before IPv6: a table reads the same whoever made it.</summary>
public sealed class AddressOrder : IComparer<IPAddress>
{
    public static AddressOrder Instance { get; } = new();

    public int Compare(IPAddress? x, IPAddress? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var (left, right) = (x.GetAddressBytes(), y.GetAddressBytes());
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.AsSpan().SequenceCompareTo(right);
    }
}
