using System.Collections.Immutable;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Reflecting;

/// <summary>How a reflector words what it says of a client. The other end of <see cref="EhloEcho"/> and <see cref="ReflectorReport"/>: both read what is written here.</summary>
/// <remarks>The first line is that of a common server, <c>name Hello heard [address], PTR name, verdict</c>, so whatever reads echoes reads it. What was found stands in
/// further lines whose keywords begin with X, which RFC 5321 §4.1.1.1 leaves to local use. A name that is no host name is hostile text and may hold brackets: it stays out of
/// the first line. Replies are bounded: at most <see cref="MostLines"/> lines of <see cref="MostText"/> characters.</remarks>
public static class ReflectorForm
{
    /// <summary>What the greeting says behind the name; a proxy that answers itself doesn't.</summary>
    public const string Mark = "Namesake reflector";

    /// <summary>Offered by every reflector, and masked by firewalls that inspect SMTP.</summary>
    public static ImmutableArray<string> Offered { get; } = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"];

    internal const string Prefix = "XREFLECT-";
    internal const int MostFindings = 3;

    /// <summary>Characters of one line: with the reply code it is shorter than the 512 octets of RFC 5321 §4.5.3.1.5, so that no line is broken in two.</summary>
    public const int MostText = 400;

    /// <summary>Lines of one reply: the first, four that tell what was found, the findings, what is offered.</summary>
    public const int MostLines = 5 + MostFindings + 4;

    public static string Greeting(HostName name) => $"{name} ESMTP {Mark}, takes no mail";

    internal static SmtpReply Helo(HostName name, ReflectedIdentity identity) => SmtpReply.Plain(250, FirstLine(name, identity));

    internal static SmtpReply Ehlo(HostName name, ReflectedIdentity identity, bool offersTls) => SmtpReply.Plain(250,
    [
        FirstLine(name, identity),
        Line($"{Prefix}HEARD {identity.Heard}"),
        .. identity.Pointer is { } pointer ? [Line($"{Prefix}REVERSE {pointer}")] : (ImmutableArray<string>)[],
        .. identity.Forward is { } forward ? [Line($"{Prefix}FORWARD {forward}")] : (ImmutableArray<string>)[],
        Line($"{Prefix}VERDICT {identity.Verdict}{(identity.Trouble is { } trouble ? $" {trouble}" : "")}"),
        .. identity.Findings.Take(MostFindings).Select(finding => Line($"{Prefix}{finding.Check} {finding.Severity.ToString().ToUpperInvariant()} {finding.Seen}; expected {finding.Expected}")),
        .. Offered,
        .. offersTls ? ["STARTTLS"] : (ImmutableArray<string>)[],
    ]);

    /// <summary>Text of others, made fit for one line.</summary>
    internal static string Line(string text) => text.Length <= MostText ? text : string.Concat(text.AsSpan(0, MostText - 3), "...");

    private static string FirstLine(HostName name, ReflectedIdentity identity)
    {
        // Room for both names at their longest, 253 each, would be more than a line: then the rest gives way, never the address.
        var heard = HostName.TryParse(identity.Heard, out var host, out _) ? $"{host} " : "";
        var line = $"{name} Hello {heard}[{identity.Address}]";
        if (line.Length > MostText)
            line = $"{name} Hello [{identity.Address}]";
        return Line($"{line}{(identity.MayBeForged ? " (may be forged)" : "")}, {identity.Pointer ?? "PTR not known"}, {identity.Verdict}");
    }
}
