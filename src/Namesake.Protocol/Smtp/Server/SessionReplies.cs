using System.Collections.Immutable;
using System.Globalization;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Server;

/// <summary>The replies a session gives by itself.</summary>
internal static class SessionReplies
{
    public static readonly SmtpReply Done = SmtpReply.Of(250, "2.0.0", "OK");
    public static readonly SmtpReply Bye = SmtpReply.Of(221, "2.0.0", "Bye");
    public static readonly SmtpReply Unverified = SmtpReply.Of(252, "2.0.0", "Not verified; send it and see");
    public static readonly SmtpReply Help = SmtpReply.Of(214, "2.0.0", "See RFC 5321");
    public static readonly SmtpReply SendContent = SmtpReply.Plain(354, "End content with <CRLF>.<CRLF>");
    public static readonly SmtpReply StartTls = SmtpReply.Of(220, "2.0.0", "Ready to start TLS");

    public static readonly SmtpReply EhloFirst = SmtpReply.Of(503, "5.5.1", "Say EHLO first");
    public static readonly SmtpReply MailFirst = SmtpReply.Of(503, "5.5.1", "Say MAIL first");
    public static readonly SmtpReply RcptFirst = SmtpReply.Of(503, "5.5.1", "Say RCPT first");
    public static readonly SmtpReply NoRecipients = SmtpReply.Of(554, "5.5.1", "No valid recipients");
    public static readonly SmtpReply NotNow = SmtpReply.Of(503, "5.5.1", "Not inside a transaction: end it with RSET or finish it");
    public static readonly SmtpReply NoTransaction = SmtpReply.Of(503, "5.5.1", "BDAT needs MAIL and an accepted RCPT");
    public static readonly SmtpReply NotImplemented = SmtpReply.Of(502, "5.5.1", "Command not implemented");
    public static readonly SmtpReply Unknown = SmtpReply.Of(500, "5.5.1", "Command unknown");
    public static readonly SmtpReply NotMail = SmtpReply.Of(554, "5.5.1", "This is a mail server");
    public static readonly SmtpReply LineTooLong = SmtpReply.Of(500, "5.5.2", "Line too long");
    public static readonly SmtpReply AuthLineTooLong = SmtpReply.Of(500, "5.5.6", "Authentication exchange line is too long");

    public static readonly SmtpReply TlsActive = SmtpReply.Of(503, "5.5.1", "TLS is active already");
    public static readonly SmtpReply AuthNeedsTls = SmtpReply.Of(538, "5.7.11", "Encryption required: say STARTTLS first");
    public static readonly SmtpReply AuthTwice = SmtpReply.Of(503, "5.5.1", "Authenticated already");
    public static readonly SmtpReply MechanismUnknown = SmtpReply.Of(504, "5.5.4", $"Mechanism not offered; there are: {AuthExchange.Mechanisms}");
    public static readonly SmtpReply TooLarge = SmtpReply.Of(552, "5.3.4", "Message is larger than this server takes");
    public static readonly SmtpReply TooManyRecipients = SmtpReply.Of(452, "4.5.3", "Too many recipients; send the message again for the rest");
    public static readonly SmtpReply NoBinary = SmtpReply.Of(555, "5.5.4", "BODY=BINARYMIME is not offered");
    public static readonly SmtpReply NoDsn = SmtpReply.Of(555, "5.5.4", "DSN parameters are not offered");
    public static readonly SmtpReply NoAuthParameter = SmtpReply.Of(555, "5.5.4", "Parameter AUTH is not offered");

    public static readonly SmtpReply TooManyErrors = SmtpReply.Of(421, "4.7.0", "Too many errors");
    public static readonly SmtpReply TooManyLogins = SmtpReply.Of(421, "4.7.0", "Too many failed logins");
    public static readonly SmtpReply TooIdle = SmtpReply.Of(421, "4.7.0", "Too many commands without a message");
    public static readonly SmtpReply TimedOut = SmtpReply.Of(421, "4.4.2", "Time-out: closing the connection");
    public static readonly SmtpReply ShuttingDown = SmtpReply.Of(421, "4.3.2", "Server is going down; try again later");

    /// <summary>The keywords in the order that people expect them.</summary>
    public static SmtpReply Ehlo(ServerSessionOptions options, bool tls)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(FirstLine(options));
        lines.Add("PIPELINING");
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"SIZE {options.MaxMessageBytes}"));
        lines.Add("8BITMIME");
        lines.Add("SMTPUTF8");
        lines.Add("ENHANCEDSTATUSCODES");
        if (options.StartTlsAvailable && !tls) // RFC 3207 §4.2
            lines.Add("STARTTLS");
        if (options.AuthAvailable && (tls || !options.AuthRequiresTls))
            lines.Add("AUTH " + AuthExchange.Mechanisms);
        if (options.Chunking)
            lines.Add("CHUNKING");
        if (options.Dsn)
            lines.Add("DSN");
        return new SmtpReply(250, null, lines.ToImmutable());
    }

    public static SmtpReply Helo(ServerSessionOptions options) => SmtpReply.Plain(250, FirstLine(options));

    private static string FirstLine(ServerSessionOptions options) =>
        options.EhloText is null ? options.ServerName.Value : $"{options.ServerName} {options.EhloText}";
}
