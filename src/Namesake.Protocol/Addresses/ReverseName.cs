using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Protocol.Addresses;

/// <summary>The name under which an address's PTR records stand: RFC 1035 §3.5 (IPv4), RFC 3596 §2.5 (IPv6).</summary>
public static class ReverseName
{
    private const string V4Suffix = ".in-addr.arpa", V6Suffix = ".ip6.arpa";

    /// <summary>IPv4-mapped IPv6 addresses are asked for as what they are: IPv4.</summary>
    public static DomainName Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        Array.Reverse(bytes);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return DomainName.FromValid(string.Create(CultureInfo.InvariantCulture, $"{bytes[0]}.{bytes[1]}.{bytes[2]}.{bytes[3]}{V4Suffix}"));
        var text = string.Create(63 + V6Suffix.Length, bytes, static (span, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                span[4 * i] = "0123456789abcdef"[bytes[i] & 15];
                span[4 * i + 1] = '.';
                span[4 * i + 2] = "0123456789abcdef"[bytes[i] >> 4];
                if (i < 15)
                    span[4 * i + 3] = '.';
            }
            V6Suffix.CopyTo(span[63..]);
        });
        return DomainName.FromValid(text);
    }

    /// <summary>The address a complete reverse name stands for; false for zones, classless names (RFC 2317) and everything else.</summary>
    public static bool TryParse(DomainName name, [NotNullWhen(true)] out IPAddress? address)
    {
        ArgumentNullException.ThrowIfNull(name);
        address = null;
        if (name.Value.EndsWith(V4Suffix, StringComparison.Ordinal))
            return TryParse4(name.Value.AsSpan(0, name.Value.Length - V4Suffix.Length), out address);
        return name.Value.EndsWith(V6Suffix, StringComparison.Ordinal)
            && TryParse6(name.Value.AsSpan(0, name.Value.Length - V6Suffix.Length), out address);
    }

    private static bool TryParse4(ReadOnlySpan<char> labels, out IPAddress? address)
    {
        address = null;
        Span<byte> bytes = stackalloc byte[4];
        var i = 4;
        foreach (var range in labels.Split('.'))
        {
            var label = labels[range];
            // "01" and "1" would be two names of one address; only the shortest is the one that Of makes.
            if (--i < 0 || label.Length is 0 or > 3 || (label.Length > 1 && label[0] == '0')
                || !byte.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
                return false;
        }
        address = i == 0 ? new IPAddress(bytes) : null;
        return i == 0;
    }

    private static bool TryParse6(ReadOnlySpan<char> nibbles, out IPAddress? address)
    {
        address = null;
        if (nibbles.Length != 63)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 32; i++)
        {
            var c = nibbles[2 * i];
            if (!char.IsAsciiHexDigitLower(c) || (i < 31 && nibbles[2 * i + 1] != '.'))
                return false;
            var value = c <= '9' ? c - '0' : c - 'a' + 10;
            bytes[15 - i / 2] |= (byte)(i % 2 == 0 ? value : value << 4);
        }
        address = new IPAddress(bytes);
        return true;
    }
}
