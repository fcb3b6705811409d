using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Server;

/// <summary>The lines between AUTH and the login: PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login, what Outlook and many devices speak).</summary>
internal sealed class AuthExchange
{
    /// <summary>Mechanisms as EHLO lists them.</summary>
    public const string Mechanisms = "PLAIN LOGIN";

    private static readonly SmtpReply Cancelled = SmtpReply.Of(501, "5.7.0", "Authentication cancelled");
    private static readonly SmtpReply NotBase64 = SmtpReply.Of(501, "5.5.2", "Authentication response is not base64");
    private static readonly SmtpReply Malformed = SmtpReply.Of(501, "5.5.2", "Authentication response is malformed");

    private readonly bool plain;
    private string? user;

    private AuthExchange(bool plain) => this.plain = plain;

    /// <summary>Null for a mechanism that isn't offered.</summary>
    public static AuthExchange? For(string mechanism) => mechanism switch
    {
        "PLAIN" => new AuthExchange(plain: true),
        "LOGIN" => new AuthExchange(plain: false),
        _ => null,
    };

    /// <summary>The step after the AUTH command itself.</summary>
    public ServerStep Begin(AuthCommand command)
    {
        if (command.InitialResponse is { } initial)
            return Receive(initial.Length == 0 ? default : Encoding.ASCII.GetBytes(initial));
        return Challenge(plain ? "" : "VXNlcm5hbWU6"); // "Username:"
    }

    /// <summary>The step after a line of the client. A <see cref="ServerStep.Reply"/> ends the exchange.</summary>
    public ServerStep Receive(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("*"u8)) // RFC 4954 §4
            return new ServerStep.Reply(Cancelled);
        var octets = new byte[Base64.GetMaxDecodedFromUtf8Length(line.Length)];
        // The decoder skips white space; a response has none.
        if (line.ContainsAnyInRange((byte)0, (byte)32) || Base64.DecodeFromUtf8(line, octets, out _, out var count) != OperationStatus.Done)
            return new ServerStep.Reply(NotBase64);
        var response = octets.AsSpan(0, count);
        if (!Utf8.IsValid(response))
            return new ServerStep.Reply(Malformed);
        return plain ? Plain(response) : Login(response);
    }

    private static ServerStep Plain(ReadOnlySpan<byte> response)
    {
        var parts = Encoding.UTF8.GetString(response).Split('\0');
        if (parts.Length != 3 || parts[1].Length == 0 || parts[2].Length == 0)
            return new ServerStep.Reply(Malformed);
        // Acting for somebody else is not offered; naming oneself twice is harmless. RFC 4616 §2
        return parts[0].Length == 0 || parts[0] == parts[1]
            ? new ServerStep.Authenticate(parts[1], parts[2])
            : new ServerStep.Reply(SmtpReply.Of(535, "5.7.8", "Acting for another user is not possible here"));
    }

    private ServerStep Login(ReadOnlySpan<byte> response)
    {
        if (response.IsEmpty || response.Contains((byte)0))
            return new ServerStep.Reply(Malformed);
        var text = Encoding.UTF8.GetString(response);
        if (user is not null)
            return new ServerStep.Authenticate(user, text);
        user = text;
        return Challenge("UGFzc3dvcmQ6"); // "Password:"
    }

    private static ServerStep.Challenge Challenge(string text) => new(SmtpReply.Plain(334, text));
}
