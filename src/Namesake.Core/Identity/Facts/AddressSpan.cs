using System.Net;

namespace Namesake.Core.Identity.Facts;

/// <summary>Addresses from one to another, of one family; one alone is both ends.</summary>
public sealed record AddressSpan(IPAddress First, IPAddress Last)
{
    public bool IsSingle => First.Equals(Last);

    public static AddressSpan Of(IPAddress address) => new(address, address);

    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily != First.AddressFamily)
            return false;
        Span<byte> at = stackalloc byte[16], first = stackalloc byte[16], last = stackalloc byte[16];
        address.TryWriteBytes(at, out var length);
        First.TryWriteBytes(first, out _);
        Last.TryWriteBytes(last, out _);
        return at[..length].SequenceCompareTo(first[..length]) >= 0 && at[..length].SequenceCompareTo(last[..length]) <= 0;
    }

    public override string ToString() => IsSingle ? First.ToString() : $"{First}-{Last}";
}
