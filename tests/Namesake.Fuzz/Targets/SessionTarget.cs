using System.Text;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;
using Namesake.Protocol.Smtp.Server;

namespace Namesake.Fuzz.Targets;

/// <summary>A hostile client against the session. The first octet chooses what is offered and how its caller decides; the rest are lines, so the corpus begins in every state.</summary>
internal static class SessionTarget
{
    private static readonly HostName Name = HostName.Parse("mail.acme.example");

    public static void Session(ReadOnlySpan<byte> input)
    {
        var choice = input.IsEmpty ? 0 : input[0];
        var options = new ServerSessionOptions
        {
            ServerName = Name,
            MaxMessageBytes = 5000,
            MaxRecipients = 3,
            StartTlsAvailable = (choice & 1) != 0,
            AuthAvailable = (choice & 2) != 0,
            AuthRequiresTls = (choice & 4) != 0,
            Chunking = (choice & 8) != 0,
            Dsn = (choice & 16) != 0,
            ImplicitTls = (choice & 32) != 0,
        };
        var session = new ServerSession(options);
        Sound(session.Greeting());
        var rest = input.IsEmpty ? input : input[1..];
        for (var turn = 0; !rest.IsEmpty && session.State != SessionState.Closed; turn++)
        {
            var line = NextLine(ref rest);
            var accepts = ((choice >> 6) + turn) % 5 != 4;
            var before = (session.Mail, session.Recipients, session.IsTls);
            var step = line.Length + 2 > session.MaxLineOctets ? session.LineTooLong() : session.Receive(line);
            CarryOut(session, options, step, accepts, ref rest, before.Recipients);
            Promise.That(session.Recipients <= options.MaxRecipients && (session.Mail is not null || session.Recipients == 0));
            Promise.That(session.IsTls || !before.IsTls);
            Promise.That(session.State is not (SessionState.RcptGiven or SessionState.Chunks) || session.Recipients > 0);
            Promise.That(session.State == SessionState.MailGiven == (session.Mail is not null && session.Recipients == 0) || session.State == SessionState.Closed);
            Promise.That(session.State != SessionState.Connected || session.User is null || !session.IsTls);
        }
    }

    private static void CarryOut(ServerSession session, ServerSessionOptions options, ServerStep step, bool accepts, ref ReadOnlySpan<byte> rest, int recipients)
    {
        var yes = SmtpReply.Of(250, "2.0.0", "OK");
        var decision = accepts ? yes : SmtpReply.Of(550, "5.7.1", "No");
        switch (step)
        {
            case ServerStep.Reply { Answer: var answer }:
                Sound(answer);
                Promise.That(session.State != SessionState.Closed);
                break;
            case ServerStep.Close { Answer: var answer }:
                Sound(answer);
                Promise.That(session.State == SessionState.Closed && answer.Code is 221 or 421 or 500 or 501 or 502 or 503 or 552 or 554);
                break;
            case ServerStep.Challenge { Answer: var answer }:
                Promise.That(session.State == SessionState.Authenticating && answer.Code == 334);
                break;
            case ServerStep.CheckSender { Command: var command }:
                Promise.That(session.ClientName is not null && command.Size is null or <= 5000);
                Sound(session.Answer(decision));
                break;
            case ServerStep.CheckRecipient { Command: var command }:
                Promise.That(session.Mail is not null && (session.Mail.SmtpUtf8 || command.Recipient.IsAscii));
                Sound(session.Answer(decision));
                break;
            case ServerStep.Authenticate { User: var user, Password: var password }:
                Promise.That(options.AuthAvailable && (session.IsTls || !options.AuthRequiresTls) && session.User is null && user.Length > 0 && password.Length > 0);
                session.Answer(accepts ? SmtpReply.Of(235, "2.7.0", "Welcome") : SmtpReply.Of(535, "5.7.8", "No"));
                break;
            case ServerStep.UpgradeToTls:
                Promise.That(options.StartTlsAvailable && !session.IsTls);
                session.TlsStarted();
                Promise.That(session is { State: SessionState.Connected, ClientName: null, User: null, IsExtended: false, IsTls: true });
                break;
            case ServerStep.BeginContent { Answer.Code: 354 }:
                Promise.That(recipients > 0);
                Skip(ref rest, 40);
                Sound(session.ContentEnded(decision));
                Promise.That(session.State == SessionState.Greeted);
                break;
            case ServerStep.BeginChunk { Size: var size, Last: var last }:
                Promise.That(options.Chunking && recipients > 0 && size <= 5000);
                Skip(ref rest, size);
                Sound(session.ContentEnded(decision));
                Promise.That(session.State == (accepts && !last ? SessionState.Chunks : SessionState.Greeted));
                break;
            case ServerStep.DropChunk { Size: var size, Answer: var answer }:
                Promise.That(size <= 10_001 && !answer.IsPositive);
                Skip(ref rest, size);
                break;
            default:
                throw new BrokenPromiseException($"an unexpected step: {step}");
        }
    }

    private static void Sound(SmtpReply reply) => Promise.That(Encoding.UTF8.GetByteCount(reply.ToString()) < 600);

    private static void Skip(ref ReadOnlySpan<byte> rest, long count) => rest = rest[(int)Math.Min(count, rest.Length)..];

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf("\r\n"u8);
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 2)..];
        return line;
    }
}
