using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Authentication;

/// <summary>Tells names and addresses of an inner network from those of the Internet, in headers that recipients read. For AU-07.</summary>
/// <remarks>Only what is certain counts: other people's mail systems write names of every kind. "localhost" and loopback addresses, which filters on the same machine leave in every message, tell nobody anything.</remarks>
internal static class InnerNames
{
    // RFC 6762 §3 and appendix G, RFC 8375, and .internal, which ICANN reserved in 2024.
    private static readonly ImmutableHashSet<string> Tops = ["local", "lan", "internal", "intranet", "private", "corp", "home", "localdomain"];

    private static readonly ImmutableArray<IPRange> Ranges =
    [
        IPRange.Parse("10.0.0.0/8"), IPRange.Parse("172.16.0.0/12"), IPRange.Parse("192.168.0.0/16"), // RFC 1918
        IPRange.Parse("169.254.0.0/16"), IPRange.Parse("fe80::/10"), IPRange.Parse("fc00::/7"), // RFC 3927, RFC 4291, RFC 4193
    ];

    /// <returns>Null: it is none, or nothing that is known to be one.</returns>
    public static string? WhyInner(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Literal(name) is { } address)
            return Ranges.Any(range => range.Contains(address)) ? "an address of an inner network" : null;
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            return null;
        var lower = name.TrimEnd('.').ToLowerInvariant();
        if (lower is "localhost" or "localhost.localdomain")
            return null;
        var dot = lower.LastIndexOf('.');
        if (dot < 0)
            return lower.Length == 0 || Guid.TryParse(lower, out _) ? null : "a host without its domain";
        if (lower.EndsWith(".home.arpa", StringComparison.Ordinal))
            return ".home.arpa exists only inside a network";
        return Tops.Contains(lower[(dot + 1)..]) ? $".{lower[(dot + 1)..]} exists only inside a network" : null;
    }

    private static IPAddress? Literal(string name)
    {
        var text = name is ['[', .., ']'] ? name[1..^1] : name;
        if (text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            text = text["IPv6:".Length..];
        // "10" and "0x7f" are addresses to the parser, and names to everybody else.
        return text.Length is > 2 and < 46 && (text.Count(c => c == '.') == 3 || text.Contains(':', StringComparison.Ordinal)) && IPAddress.TryParse(text, out var address)
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;
    }
}
