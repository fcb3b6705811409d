using System.Collections.Immutable;
using System.Globalization;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Client;

/// <summary>What a server says of itself in its answer to EHLO. RFC 5321 §4.1.1.1</summary>
/// <param name="ServerName">First word of the first line, as the server wrote it; may be empty. Hostile text.</param>
/// <param name="FirstLine">The first line whole: many servers repeat our address in it.</param>
/// <param name="Extensions">Keyword in upper case to its arguments, as written (empty when none). Of keywords given twice the first stands, but AUTH, whose mechanisms are joined.</param>
public sealed record EhloResponse(string ServerName, string FirstLine, ImmutableDictionary<string, string> Extensions)
{
    public bool Pipelining => Extensions.ContainsKey("PIPELINING");

    public bool EightBitMime => Extensions.ContainsKey("8BITMIME");

    public bool SmtpUtf8 => Extensions.ContainsKey("SMTPUTF8");

    public bool StartTls => Extensions.ContainsKey("STARTTLS");

    public bool Chunking => Extensions.ContainsKey("CHUNKING");

    public bool Dsn => Extensions.ContainsKey("DSN");

    /// <summary>ENHANCEDSTATUSCODES, RFC 2034. Codes are read in any case; many servers send them unannounced.</summary>
    public bool Enhanced => Extensions.ContainsKey("ENHANCEDSTATUSCODES");

    /// <summary>True when SIZE may stand in MAIL FROM, with or without a stated limit.</summary>
    public bool SizeOffered => Extensions.ContainsKey("SIZE");

    /// <summary>Largest message in octets; null when the server states no fixed limit (none, 0 or unreadable). RFC 1870 §4</summary>
    public long? Size =>
        Extensions.TryGetValue("SIZE", out var text) && long.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? size : null;

    /// <summary>Mechanisms in upper case; empty when AUTH is not offered. RFC 4954 §3</summary>
    public ImmutableArray<string> AuthMechanisms =>
        Extensions.TryGetValue("AUTH", out var text) ? [.. text.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct()] : [];

    /// <summary>Reads a positive answer to EHLO, or to HELO (no extensions then).</summary>
    public static EhloResponse Parse(SmtpReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var first = reply.Lines[0];
        var extensions = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var line in reply.Lines.AsSpan()[1..])
        {
            // "AUTH=LOGIN PLAIN" is how servers of the 1990s wrote it, for clients of the 1990s; some still do.
            var end = line.AsSpan().IndexOfAny(' ', '=');
            var keyword = (end < 0 ? line : line[..end]).ToUpperInvariant();
            var arguments = end < 0 ? "" : line[(end + 1)..].Trim();
            if (keyword.Length == 0)
                continue;
            if (!extensions.TryAdd(keyword, arguments) && keyword == "AUTH")
                extensions[keyword] += " " + arguments;
        }
        var space = first.IndexOf(' ', StringComparison.Ordinal);
        return new EhloResponse(space < 0 ? first : first[..space], first, extensions.ToImmutable());
    }
}
