using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Forms;

/// <summary>Addresses as people write them, and nothing else: the runtime's own parser takes "10.1" and "0x0a000001" too.</summary>
internal static class AddressForms
{
    public static bool TryAddress(string text, [MaybeNullWhen(false)] out IPAddress result, [NotNullWhen(false)] out string? error)
    {
        error = AddressFault(text, out result);
        return error is null;
    }

    /// <param name="otherwise">The port when none is written; null when one must be.</param>
    public static bool TryEndPoint(string text, int? otherwise, [MaybeNullWhen(false)] out IPEndPoint result, [NotNullWhen(false)] out string? error)
    {
        result = null;
        if ((error = Split(text, otherwise, least: 0, out var host, out var port)) is not null)
            return false;
        if (AddressFault(host, out var address) is { } fault)
        {
            error = DomainName.TryParse(host, out _, out _) ? "needs an IP address before the port, not a name" : fault;
            return false;
        }
        result = new IPEndPoint(address!, port);
        return true;
    }

    public static bool TryHostAndPort(string text, [MaybeNullWhen(false)] out HostAndPort result, [NotNullWhen(false)] out string? error)
    {
        result = null;
        error = Split(text, 25, least: 1, out var host, out var port);
        if (error is null && TryHostOrAddress(host, out var known, out error))
            result = new HostAndPort(known, port);
        return error is null;
    }

    public static bool TryHostOrAddress(string text, [MaybeNullWhen(false)] out string result, [NotNullWhen(false)] out string? error)
    {
        error = null;
        result = null;
        if (AddressFault(text, out var address) is null)
            result = address!.ToString();
        // A smart host may be a bare name of the local network: what the outside wants of an EHLO name isn't asked here.
        else if (DomainName.TryParse(text, out var domain, out var why))
            result = domain.Value;
        else
            error = $"is neither a host name nor an address: {why}";
        return error is null;
    }

    private static string? AddressFault(string text, out IPAddress? address)
    {
        address = null;
        if (text.Contains('/', StringComparison.Ordinal))
            return "is a range; one address is expected";
        if (text.Contains('%', StringComparison.Ordinal))
            return "has a zone (%…): link-local addresses can't be used here";
        if (text.StartsWith('[') || !IPAddress.TryParse(text, out var parsed) || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text))
            return "is no IP address";
        if (parsed.IsIPv4MappedToIPv6)
            return $"is IPv4 in IPv6 clothes: write {parsed.MapToIPv4()}";
        address = parsed;
        return null;
    }

    private static string? Split(string text, int? otherwise, int least, out string host, out int port)
    {
        (host, port) = (text, otherwise ?? 0);
        var digits = ReadOnlySpan<char>.Empty;
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
                return "has a \"[\" without \"]\"";
            host = text[1..close];
            if (!host.Contains(':', StringComparison.Ordinal))
                return "has brackets around what is no IPv6 address";
            if (close + 1 < text.Length && text[close + 1] != ':')
                return "has something other than a port after \"]\"";
            digits = close + 1 < text.Length ? text.AsSpan(close + 1) : [];
        }
        else if (text.Count(c => c == ':') == 1)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            host = text[..colon];
            digits = text.AsSpan(colon);
        }
        else if (text.Contains(':', StringComparison.Ordinal) && otherwise is null)
            return "needs brackets around the IPv6 address and a port, such as \"[::]:25\"";
        if (digits.IsEmpty)
            return otherwise is null ? "has no port: write it behind a colon, such as 0.0.0.0:25" : null;
        return int.TryParse(digits[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port >= least && port <= 65_535
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"has no valid port: {least} to 65535");
    }
}
