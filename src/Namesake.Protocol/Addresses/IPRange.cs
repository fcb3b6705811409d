using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Protocol.Addresses;

/// <summary>A block of addresses in CIDR form, RFC 4632 §3.1. IPv4-mapped IPv6 is IPv4, in the range and in what it is asked about.</summary>
public sealed record IPRange
{
    private readonly UInt128 first, mask;

    private IPRange(IPAddress network, int prefixLength)
    {
        Network = network;
        PrefixLength = prefixLength;
        mask = Mask(prefixLength, Width(network));
        first = Number(network);
    }

    /// <summary>First address of the block.</summary>
    public IPAddress Network { get; }

    /// <summary>0 to 32 for IPv4, 0 to 128 for IPv6.</summary>
    public int PrefixLength { get; }

    /// <summary>Accepts <c>address/length</c>, or one address as a block of its own. Host bits beyond the length are refused: they are mostly a typing error.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPRange? range, [NotNullWhen(false)] out string? error)
    {
        range = null;
        error = null;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        var part = slash < 0 ? text : text![..slash];
        if (!TryParseAddress(part, out var address))
            error = $"\"{part}\" is no IP address";
        else if (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            error = $"\"{text![(slash + 1)..]}\" is no prefix length";
        else
            error = Build(address, slash < 0 ? null : int.Parse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture), out range);
        return error is null;
    }

    /// <summary>For literals and tests.</summary>
    /// <exception cref="FormatException">The text is no range; the message says why.</exception>
    public static IPRange Parse(string text) =>
        TryParse(text, out var range, out var error) ? range : throw new FormatException($"\"{text}\" is no address range: {error}.");

    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == Network.AddressFamily && (Number(address) & mask) == first;
    }

    public bool Equals(IPRange? other) => other is not null && PrefixLength == other.PrefixLength && Network.Equals(other.Network);

    public override int GetHashCode() => HashCode.Combine(Network, PrefixLength);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Network}/{PrefixLength}");

    // The runtime also reads "10.1", "0x0a.1" and "010.0.0.1" as addresses; a person who writes those means something else.
    private static bool TryParseAddress([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text is null || text.Contains('%', StringComparison.Ordinal) || text.Contains('[', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var parsed))
            return false;
        if (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text)
            return false;
        address = parsed;
        return true;
    }

    private static string? Build(IPAddress address, int? length, out IPRange? range)
    {
        range = null;
        var width = Width(address);
        var prefix = length ?? width;
        if (prefix > width)
            return $"the prefix length of this family is 0 to {width}";
        if (address.IsIPv4MappedToIPv6)
        {
            if (prefix < 96)
                return "the range covers more than the IPv4-mapped addresses; write it as IPv4";
            (address, prefix, width) = (address.MapToIPv4(), prefix - 96, 32);
        }
        var masked = Number(address) & Mask(prefix, width);
        if (masked != Number(address))
            return string.Create(CultureInfo.InvariantCulture, $"{address} has bits set beyond /{prefix}; did you mean {Address(masked, width)}/{prefix}?");
        range = new IPRange(address, prefix);
        return null;
    }

    private static int Width(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static UInt128 Mask(int prefix, int width) =>
        prefix == 0 ? UInt128.Zero : (UInt128.MaxValue >> (128 - prefix)) << (width - prefix);

    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        UInt128 number = 0;
        foreach (var b in bytes[..length])
            number = (number << 8) | b;
        return number;
    }

    private static IPAddress Address(UInt128 number, int width)
    {
        Span<byte> bytes = stackalloc byte[width / 8];
        for (var i = bytes.Length - 1; i >= 0; i--, number >>= 8)
            bytes[i] = (byte)number;
        return new IPAddress(bytes);
    }
}
