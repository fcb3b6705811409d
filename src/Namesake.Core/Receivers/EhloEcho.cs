using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Receivers;

/// <summary>What the first line of a receiver's EHLO reply tells about us: the address it sees, the name it has for it, and whether it could confirm that name.</summary>
/// <remarks>Read by shape, not by banner: a server that calls itself Postfix may answer <c>Hello name [address]</c>. The shapes are Gmail's
/// <c>at your service, [address]</c>, the <c>Hello [name] [address]</c> of Exchange, Exim, Sendmail, OpenSMTPD, Proofpoint, GMX and Haraka, Nodemailer's
/// <c>Nice to meet you, name-or-[address]</c>, and Onet's <c>expected "EHLO name"</c>. The address must follow such a phrase: brackets elsewhere may hold the server's
/// own address. Hostile text: never throws, looks at no more than <see cref="MostRead"/> characters.</remarks>
/// <param name="Address">As echoed, IPv4-mapped IPv6 made IPv4; null when the server doesn't say. May be private: see <see cref="PublicAddress"/>.</param>
/// <param name="Name">The name it gave us: the PTR name it found, or only our own EHLO name; null when it gave none that is a host name.</param>
/// <param name="MayBeForged">The server says that the PTR name doesn't lead back to the address (Sendmail, Proofpoint).</param>
public sealed record EhloEcho(IPAddress? Address, string? Name, bool MayBeForged)
{
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF.:");

    /// <summary>It has a place for the name and left it empty: the server found no PTR record (Sendmail, Haraka, Proofpoint: <c>Hello [address], …</c>; Nodemailer).</summary>
    public bool LacksName { get; init; }

    /// <summary>A reply line has at most 512 octets (RFC 5321 §4.5.3.1.5); generous servers double that.</summary>
    public const int MostRead = 1024;

    public static EhloEcho Silent { get; } = new(null, null, false);

    /// <param name="firstLine">With or without the reply code in front.</param>
    public static EhloEcho Parse(string firstLine)
    {
        ArgumentNullException.ThrowIfNull(firstLine);
        var line = firstLine.AsSpan(0, Math.Min(firstLine.Length, MostRead));
        if (AfterWord(line, "Hello") is >= 0 and var hello)
            return ReadHello(line[hello..]);
        if (line.IndexOf("at your service", StringComparison.OrdinalIgnoreCase) is >= 0 and var service)
            return ReadValue(line[(service + "at your service".Length)..], orName: false);
        if (line.IndexOf("nice to meet you", StringComparison.OrdinalIgnoreCase) is >= 0 and var meet)
            return ReadValue(line[(meet + "nice to meet you".Length)..], orName: true);
        if (line.IndexOf("expected \"EHLO ", StringComparison.OrdinalIgnoreCase) is >= 0 and var expected)
            return ReadExpected(line[(expected + "expected \"EHLO ".Length)..]);
        return Silent;
    }

    /// <summary>The address if it can be ours as the Internet sees it. A receiver behind a proxy or a container bridge prints a private one: that is silence, not a mismatch.</summary>
    public IPAddress? PublicAddress(ImmutableArray<IPRange> treatAsPublic) =>
        Address is { } address && (SpecialAddresses.IsPublic(address) || treatAsPublic.Any(range => range.Contains(address))) ? address : null;

    // Hello [address] · Hello name [address] · Hello ident at name [address] · each perhaps with "(may be forged)" behind. Two brackets in a row: our EHLO was
    // a literal and stands first. Anything else between "Hello" and a bracket is prose, and the bracket may be the server's own.
    private static EhloEcho ReadHello(ReadOnlySpan<char> rest)
    {
        string? name = null;
        IPAddress? address = null;
        var words = 0;
        while (Next(ref rest, out var word))
        {
            var bare = word.Trim(",.;!()");
            if (BracketedAddress(bare) is { } found)
                address = found;
            else if (address is not null)
                return new EhloEcho(address, name, word.StartsWith("(may", StringComparison.OrdinalIgnoreCase) && rest.TrimStart().StartsWith("be forged)", StringComparison.OrdinalIgnoreCase));
            else if (++words > 3 || (words == 1 && bare is "from") || (words == 2 && bare is not "at"))
                return new EhloEcho(null, name, false);
            else if (words != 2)
                name = HostNameOf(bare[(bare.LastIndexOf('@') + 1)..]); // Sendmail shows an ident user before it: root@mail.example
            if (word[^1] is ',' or ';')
                return new EhloEcho(address, name, false) { LacksName = address is not null && words == 0 };
        }
        return new EhloEcho(address, name, false);
    }

    private static bool Next(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> word)
    {
        rest = rest.TrimStart(" ,");
        var end = rest.IndexOf(' ');
        word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return !word.IsEmpty;
    }

    private static EhloEcho ReadValue(ReadOnlySpan<char> rest, bool orName)
    {
        rest = rest.TrimStart(" ,:");
        var end = rest.IndexOf(' ');
        var word = (end < 0 ? rest : rest[..end]).TrimEnd(",.;!");
        if (BracketedAddress(word) is { } address)
            return new EhloEcho(address, null, false) { LacksName = orName };
        return orName ? new EhloEcho(null, HostNameOf(word), false) : Silent;
    }

    private static EhloEcho ReadExpected(ReadOnlySpan<char> rest)
    {
        var quote = rest.IndexOf('"');
        return quote < 0 ? Silent : new EhloEcho(null, HostNameOf(rest[..quote].Trim()), false);
    }

    private static int AfterWord(ReadOnlySpan<char> line, string word)
    {
        for (var start = 0; ; )
        {
            var at = line[start..].IndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                return -1;
            at += start;
            var end = at + word.Length;
            if ((at == 0 || line[at - 1] is ' ' or '-') && end < line.Length && line[end] is ' ' or ',')
                return end;
            start = end;
        }
    }

    // Strict on purpose: the runtime also reads "[1]" and "[0x7f.1]" as addresses.
    private static IPAddress? BracketedAddress(ReadOnlySpan<char> word)
    {
        if (word.Length < 4 || word[0] != '[' || word[^1] != ']')
            return null;
        var text = word[1..^1];
        if (text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            text = text[5..];
        if (text.ContainsAnyExcept(AddressCharacters) || !IPAddress.TryParse(text, out var address))
            return null;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var isV6 = text.Contains(':');
        return isV6 || address.ToString().AsSpan().SequenceEqual(text) ? address : null;
    }

    private static string? HostNameOf(ReadOnlySpan<char> word) =>
        word.Contains('.') && Ascii.IsValid(word) && DomainName.TryParse(word.ToString(), out var name, out _) ? name.Value : null;
}
