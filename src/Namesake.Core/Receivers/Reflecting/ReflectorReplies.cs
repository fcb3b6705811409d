using Namesake.Core.Identity;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Reflecting;

/// <summary>What a reflector says besides its form.</summary>
internal static class ReflectorReplies
{
    public static readonly SmtpReply Done = SmtpReply.Of(250, "2.0.0", "OK");
    public static readonly SmtpReply Bye = SmtpReply.Of(221, "2.0.0", "Bye");
    public static readonly SmtpReply StartTls = SmtpReply.Of(220, "2.0.0", "Ready to start TLS");
    public static readonly SmtpReply Help = SmtpReply.Of(214, "2.0.0", "This host takes no mail. It tells which address you come from and whether it agrees with your EHLO name", "Say EHLO with your mail server's name, then QUIT");

    public static readonly SmtpReply EhloFirst = SmtpReply.Of(503, "5.5.1", "Say EHLO first");
    public static readonly SmtpReply NothingHere = SmtpReply.Of(503, "5.5.1", "This host takes no mail");
    public static readonly SmtpReply NotImplemented = SmtpReply.Of(502, "5.5.1", "Command not implemented");
    public static readonly SmtpReply Unknown = SmtpReply.Of(500, "5.5.1", "Command unknown");
    public static readonly SmtpReply NotMail = SmtpReply.Of(554, "5.5.1", "This is a mail server");
    public static readonly SmtpReply LineTooLong = SmtpReply.Of(500, "5.5.2", "Line too long");
    public static readonly SmtpReply BareLineEnd = SmtpReply.Of(500, "5.5.2", "Lines end with CRLF: a bare CR or LF was sent (RFC 5321 2.3.8)");
    public static readonly SmtpReply TooMany = SmtpReply.Of(421, "4.7.0", "Too many commands or errors");
    public static readonly SmtpReply TimedOut = SmtpReply.Of(421, "4.4.2", "Time-out: closing the connection");
    public static readonly SmtpReply ShuttingDown = SmtpReply.Of(421, "4.3.2", "Server is going down; try again later");

    /// <summary>The verdict in words, for whoever tries to send here by hand.</summary>
    public static SmtpReply NoMail(ReflectedIdentity identity) => SmtpReply.Of(550, "5.7.1",
    [
        "This host takes no mail; it tells what receivers see of you",
        ReflectorForm.Line($"[{identity.Address}], {identity.Pointer ?? "PTR not known"}, EHLO {identity.Heard}: {identity.Verdict}{(identity.Trouble is { } trouble ? $" ({trouble})" : "")}"),
        .. identity.Findings.Take(ReflectorForm.MostFindings).Select(finding => ReflectorForm.Line($"{finding.Check}: {finding.Seen}; expected {finding.Expected}")),
        .. identity.Findings.Take(1).Where(finding => finding is { Severity: FindingSeverity.Hold, Fix.Length: > 0 }).Select(finding => ReflectorForm.Line($"To put it right: {finding.Fix}")),
    ]);
}
