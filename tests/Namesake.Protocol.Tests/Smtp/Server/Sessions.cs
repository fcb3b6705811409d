using System.Text;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;
using Namesake.Protocol.Smtp.Server;

namespace Namesake.Protocol.Tests.Smtp.Server;

/// <summary>Sessions that have come as far as a test wants them.</summary>
internal static class Sessions
{
    public static readonly ServerSessionOptions Everything = new()
    {
        ServerName = HostName.Parse("mail.acme.example"),
        MaxMessageBytes = 1000,
        StartTlsAvailable = true,
        AuthAvailable = true,
        AuthRequiresTls = false,
        Chunking = true,
        Dsn = true,
    };

    public static readonly SmtpReply Ok = SmtpReply.Of(250, "2.0.0", "OK");
    public static readonly SmtpReply No = SmtpReply.Of(550, "5.7.1", "No");

    public static ServerSession At(SessionState state, ServerSessionOptions? options = null)
    {
        var session = new ServerSession(options ?? Everything);
        if (state == SessionState.Connected)
            return session;
        session.Say("EHLO client.example");
        if (state == SessionState.Authenticating)
            session.Say("AUTH LOGIN");
        if (state is SessionState.Greeted or SessionState.Authenticating)
            return session;
        session.Say("MAIL FROM:<ann@acme.example>", Ok);
        if (state == SessionState.MailGiven)
            return session;
        session.Say("RCPT TO:<bob@sink.example>", Ok);
        if (state == SessionState.Chunks)
            session.Say("BDAT 10", Ok);
        if (state == SessionState.Content)
            session.Say("DATA");
        Assert.Equal(state, session.State);
        return session;
    }

    public static ServerStep Say(this ServerSession session, string line) => session.Receive(Encoding.UTF8.GetBytes(line));

    /// <summary>Says a line that asks for a decision, and decides.</summary>
    public static SmtpReply Say(this ServerSession session, string line, SmtpReply decision)
    {
        var step = session.Say(line);
        Assert.True(step is ServerStep.CheckSender or ServerStep.CheckRecipient or ServerStep.Authenticate or ServerStep.BeginChunk or ServerStep.BeginContent, step.ToString());
        return session.Answer(decision);
    }

    /// <summary>A step in a few characters: what the caller must do, and the codes of the answer.</summary>
    public static string Short(this ServerStep step) => step switch
    {
        ServerStep.Reply r => Codes(r.Answer),
        ServerStep.Close c => "close " + Codes(c.Answer),
        ServerStep.CheckSender => "sender?",
        ServerStep.CheckRecipient => "recipient?",
        ServerStep.BeginContent c => "content " + Codes(c.Answer),
        ServerStep.BeginChunk c => $"chunk {c.Size}{(c.Last ? " last" : "")}",
        ServerStep.DropChunk c => $"drop {c.Size} {Codes(c.Answer)}",
        ServerStep.UpgradeToTls t => "tls " + Codes(t.Answer),
        ServerStep.Challenge c => "challenge " + Codes(c.Answer),
        ServerStep.Authenticate => "login?",
        _ => throw new NotSupportedException(step.ToString()),
    };

    public static string Codes(SmtpReply reply) => reply.Enhanced is { } enhanced ? $"{reply.Code} {enhanced}" : $"{reply.Code}";
}
