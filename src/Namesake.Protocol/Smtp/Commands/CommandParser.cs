using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>Reads one command line of a client. RFC 5321 §4.1.1</summary>
/// <remarks>Lines end at CRLF and nowhere else; a CR or LF inside a line is refused here like every other control character. Limits on length are the caller's.
/// Trailing white space is tolerated: RFC 5321 §4.1.1.</remarks>
public static class CommandParser
{
    internal static readonly SmtpReply NeedsSmtpUtf8 = SmtpReply.Of(553, "5.6.7", "Address has characters beyond ASCII: say SMTPUTF8 in MAIL FROM");

    private static readonly SmtpReply NoArguments = SmtpReply.Of(501, "5.5.4", "This command takes no arguments");
    private static readonly SmtpReply ControlCharacter = SmtpReply.Of(500, "5.5.2", "Control character in command line");

    /// <summary>The verb alone: enough to look up whether the command may come now, before its arguments are read.</summary>
    public static SmtpVerb Verb(ReadOnlySpan<byte> line)
    {
        Span<byte> upper = stackalloc byte[8];
        var word = FirstWord(line);
        if (word.Length > upper.Length)
            return SmtpVerb.Unknown;
        Ascii.ToUpper(word, upper, out var length);
        return upper[..length] switch
        {
            var v when v.SequenceEqual("MAIL"u8) => SmtpVerb.Mail,
            var v when v.SequenceEqual("RCPT"u8) => SmtpVerb.Rcpt,
            var v when v.SequenceEqual("DATA"u8) => SmtpVerb.Data,
            var v when v.SequenceEqual("BDAT"u8) => SmtpVerb.Bdat,
            var v when v.SequenceEqual("EHLO"u8) => SmtpVerb.Ehlo,
            var v when v.SequenceEqual("HELO"u8) => SmtpVerb.Helo,
            var v when v.SequenceEqual("RSET"u8) => SmtpVerb.Rset,
            var v when v.SequenceEqual("NOOP"u8) => SmtpVerb.Noop,
            var v when v.SequenceEqual("QUIT"u8) => SmtpVerb.Quit,
            var v when v.SequenceEqual("VRFY"u8) => SmtpVerb.Vrfy,
            var v when v.SequenceEqual("HELP"u8) => SmtpVerb.Help,
            var v when v.SequenceEqual("AUTH"u8) => SmtpVerb.Auth,
            var v when v.SequenceEqual("STARTTLS"u8) => SmtpVerb.StartTls,
            var v when v.SequenceEqual("EXPN"u8) || v.SequenceEqual("ETRN"u8) || v.SequenceEqual("TURN"u8)
                || v.SequenceEqual("SEND"u8) || v.SequenceEqual("SOML"u8) || v.SequenceEqual("SAML"u8) => SmtpVerb.Unimplemented,
            var v when v.SequenceEqual("GET"u8) || v.SequenceEqual("POST"u8) || v.SequenceEqual("PUT"u8) || v.SequenceEqual("HEAD"u8)
                || v.SequenceEqual("CONNECT"u8) || v.SequenceEqual("OPTIONS"u8) => SmtpVerb.Foreign,
            _ => SmtpVerb.Unknown,
        };
    }

    /// <summary>Reads a command; what cannot be read comes with the reply that says so.</summary>
    /// <param name="line">Without its CRLF.</param>
    /// <param name="postmasterDomain">Whose postmaster <c>RCPT TO:&lt;postmaster&gt;</c> means; null refuses it.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> line, DomainName? postmasterDomain, [NotNullWhen(true)] out SmtpCommand? command, [NotNullWhen(false)] out SmtpReply? refusal)
    {
        command = null;
        refusal = null;
        line = line.TrimEnd(" \t"u8);
        if (HasControl(line))
        {
            refusal = ControlCharacter;
            return false;
        }
        var word = FirstWord(line);
        var arguments = line[word.Length..].TrimStart(" \t"u8);
        switch (Verb(line))
        {
            case SmtpVerb.Mail:
                refusal = MailParser.Parse(arguments, out var mail);
                command = mail;
                break;
            case SmtpVerb.Rcpt:
                refusal = RcptParser.Parse(arguments, postmasterDomain, out var rcpt);
                command = rcpt;
                break;
            case SmtpVerb.Ehlo:
                command = ClientName(arguments) is { } name ? new EhloCommand(name) : null;
                refusal = command is null ? SmtpReply.Of(501, "5.5.4", "Syntax: EHLO hostname") : null;
                break;
            case SmtpVerb.Helo:
                command = ClientName(arguments) is { } helo ? new HeloCommand(helo) : null;
                refusal = command is null ? SmtpReply.Of(501, "5.5.4", "Syntax: HELO hostname") : null;
                break;
            case SmtpVerb.Bdat:
                command = Chunk(arguments);
                refusal = command is null ? SmtpReply.Of(501, "5.5.4", "Syntax: BDAT size [LAST]") : null;
                break;
            case SmtpVerb.Auth:
                command = Authentication(arguments);
                refusal = command is null ? SmtpReply.Of(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]") : null;
                break;
            case SmtpVerb.Vrfy:
                command = arguments.IsEmpty ? null : new VrfyCommand(Encoding.Latin1.GetString(arguments));
                refusal = command is null ? SmtpReply.Of(501, "5.5.4", "Syntax: VRFY address") : null;
                break;
            case SmtpVerb.Noop:
                command = new NoopCommand(); // with any argument: RFC 5321 §4.1.1.9
                break;
            case SmtpVerb.Help:
                command = new HelpCommand();
                break;
            case SmtpVerb.Data:
                command = Bare(arguments, new DataCommand(), out refusal);
                break;
            case SmtpVerb.Rset:
                command = Bare(arguments, new RsetCommand(), out refusal);
                break;
            case SmtpVerb.Quit:
                command = Bare(arguments, new QuitCommand(), out refusal);
                break;
            case SmtpVerb.StartTls:
                command = Bare(arguments, new StartTlsCommand(), out refusal);
                break;
            default:
                command = new UnknownCommand(Encoding.Latin1.GetString(word[..Math.Min(word.Length, 20)]));
                break;
        }
        return refusal is null;
    }

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny((byte)' ', (byte)'\t');
        return end < 0 ? line : line[..end];
    }

    private static bool HasControl(ReadOnlySpan<byte> line) =>
        line.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || line.IndexOfAnyInRange((byte)10, (byte)31) >= 0 || line.Contains((byte)127);

    private static SmtpCommand? Bare(ReadOnlySpan<byte> arguments, SmtpCommand command, out SmtpReply? refusal)
    {
        refusal = arguments.IsEmpty ? null : NoArguments;
        return arguments.IsEmpty ? command : null;
    }

    private static string? ClientName(ReadOnlySpan<byte> arguments) =>
        arguments.IsEmpty || arguments.Length > DomainName.MaxLength + 2 || arguments.ContainsAnyExceptInRange((byte)33, (byte)126)
            ? null : Encoding.ASCII.GetString(arguments);

    private static BdatCommand? Chunk(ReadOnlySpan<byte> arguments)
    {
        var size = FirstWord(arguments);
        var rest = arguments[size.Length..].TrimStart(" \t"u8);
        var last = Ascii.EqualsIgnoreCase(rest, "LAST"u8);
        return size.IsEmpty || size.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (!last && !rest.IsEmpty)
            || !Utf8Parser.TryParse(size, out long octets, out var length) || length != size.Length ? null : new BdatCommand(octets, last);
    }

    private static AuthCommand? Authentication(ReadOnlySpan<byte> arguments)
    {
        var mechanism = FirstWord(arguments);
        var response = arguments[mechanism.Length..].TrimStart(" \t"u8);
        if (mechanism.Length is 0 or > 20 || !Ascii.IsValid(mechanism) || response.ContainsAnyExceptInRange((byte)33, (byte)126))
            return null;
        var initial = response.IsEmpty ? null : response.SequenceEqual("="u8) ? "" : Encoding.ASCII.GetString(response);
        return new AuthCommand(Encoding.ASCII.GetString(mechanism).ToUpperInvariant(), initial);
    }
}
