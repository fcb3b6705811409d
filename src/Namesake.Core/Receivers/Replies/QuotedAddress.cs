using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Namesake.Core.Receivers.Replies;

/// <summary>An IP address as replies write it: bare, with "IPv6:", with a port.</summary>
internal static class QuotedAddress
{
    private static readonly SearchValues<char> V6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");
    private static readonly SearchValues<char> V4Characters = SearchValues.Create("0123456789.");

    /// <summary>Strict on purpose: the runtime also reads "1" and "0x7f.1" as addresses.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.Length is < 2 or > 60)
            return false;
        if (text.StartsWith("ipv6:", StringComparison.OrdinalIgnoreCase))
            text = text[5..];
        else if (text.StartsWith("ip:", StringComparison.OrdinalIgnoreCase))
            text = text[3..];
        if (text.Count(':') >= 2)
            return !text.ContainsAnyExcept(V6Characters) && char.IsAsciiHexDigit(text[^1]) | text[^1] == ':' && IPAddress.TryParse(text, out address) && Unmap(ref address);
        if (text.IndexOf(':') is >= 0 and var port)
            text = text[..port];
        return text.Length is >= 7 and <= 15 && text.Count('.') == 3 && !text.ContainsAnyExcept(V4Characters) && IPAddress.TryParse(text, out address) && IsPlain(text, address);
    }

    private static bool Unmap(ref IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return true;
    }

    private static bool IsPlain(ReadOnlySpan<char> text, IPAddress address)
    {
        Span<char> plain = stackalloc char[16];
        return address.TryFormat(plain, out var length) && text.SequenceEqual(plain[..length]);
    }
}
