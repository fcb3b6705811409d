using System.Net;
using System.Net.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Where people put an IPv6 PTR by mistake. 32 nibbles backwards (RFC 3596 §2.5) are easily written some other way.</summary>
public static class NibbleForms
{
    private const string Suffix = ".ip6.arpa";

    /// <summary>Names near the right one that a typing error would have made, all of them inside the delegated zone.</summary>
    /// <param name="zone">The zone the right name lives in; null: not known, then nothing can be said to be inside.</param>
    public static IReadOnlyList<DomainName> Misspelt(IPAddress address, string? zone)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6 || !TryPrefix(zone, out var delegated))
            return [];
        var nibbles = Convert.ToHexStringLower(address.GetAddressBytes());
        var host = nibbles[delegated..];
        var groups = nibbles.Chunk(4).Select(group => new string(group)).ToList();
        var right = ReverseName.Of(address).Value;
        return [.. new[]
        {
            Under(zone!, host), // the host part forwards
            delegated % 4 == 0 ? Under(zone!, string.Concat(groups.Skip(delegated / 4).Reverse())) : right, // groups backwards, the nibbles inside them forwards
            Under(zone!, Shortest(host)), // as if zeros could be left out
            Under(zone!, new string([.. Shortest(host).Reverse()])),
            $"{right}.{zone}", // a missing dot at the end
        }.Where(text => text != right).Distinct(StringComparer.Ordinal).Select(text => DomainName.TryParse(text, out var name, out _) ? name : null).OfType<DomainName>()];
    }

    /// <summary>How many nibbles a reverse zone's name leaves fixed: 8 for a /32. False: it is no zone of this form.</summary>
    public static bool TryPrefix(string? zone, out int nibbles)
    {
        nibbles = 0;
        if (zone is null || !zone.EndsWith(Suffix, StringComparison.Ordinal))
            return false;
        var labels = zone.Split('.')[..^2];
        nibbles = labels.Length;
        return labels.Length is > 0 and < 32 && labels.All(label => label.Length == 1 && char.IsAsciiHexDigitLower(label[0]));
    }

    /// <summary>"2001:db8::/32" of "8.b.d.0.1.0.0.2.ip6.arpa"; null when it is no zone of this form.</summary>
    public static string? PrefixOf(string? zone)
    {
        if (!TryPrefix(zone, out var nibbles))
            return null;
        var text = new string([.. zone!.Split('.')[..^2].Reverse().Select(label => label[0])]).PadRight(32, '0');
        return $"{new IPAddress(Convert.FromHexString(text))}/{nibbles * 4}";
    }

    private static string Under(string zone, string nibbles) => $"{string.Join('.', nibbles.ToCharArray())}.{zone}";

    private static string Shortest(string nibbles) => nibbles.TrimStart('0') is { Length: > 0 } rest ? rest : "0";
}
