using System.Net;
using System.Text.RegularExpressions;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Reads the names that echo services and lists say we give in EHLO. Hostile text: bounded, never throws.</summary>
/// <remarks>helocheck@abuseat.org refuses with <c>The HELO name for IP address 192.0.2.1 was 'mail.example.org'</c>: both values in one reply.</remarks>
public static partial class HeloCheckReply
{
    /// <summary>Characters looked at.</summary>
    public const int MostRead = 2048;

    /// <returns>Null when the text is no such reply.</returns>
    public static (IPAddress Address, string Helo)? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Both().Match(Start(text));
        return match.Success && IPAddress.TryParse(match.Groups[1].ValueSpan, out var address)
            ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, match.Groups[2].Value)
            : null;
    }

    /// <summary>The name a list's reason quotes behind the word HELO or EHLO; null when it quotes none. Lower case.</summary>
    public static string? NameIn(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        foreach (Match match in Quoted().Matches(Start(reason)))
            if (match.Groups[1].Value.TrimEnd('.') is var said && said.Contains('.', StringComparison.Ordinal) && DomainName.TryParse(said, out var name, out _))
                return name.Value;
        return null;
    }

    private static string Start(string text) => text.Length > MostRead ? text[..MostRead] : text;

    // Every quantifier is bounded and none stands inside another: the time grows with the text only.
    [GeneratedRegex(@"HELO name for IP address \[?([0-9A-Fa-f.:]{2,45})\]? was ['""]([^'""\s]{1,255})['""]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Both();

    [GeneratedRegex(@"\b(?:HELO|EHLO)\b(?: name)?(?: of| as| was| is)?[ :=]{1,3}['""\[(<]?([A-Za-z0-9_.-]{3,253})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
