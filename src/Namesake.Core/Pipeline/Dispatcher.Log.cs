using Microsoft.Extensions.Logging;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline;

/// <summary>Event ids 100 to 199.</summary>
internal static partial class DispatcherLog
{
    /// <summary>One line per attempt tells its whole story.</summary>
    public static void Attempt(ILogger log, AttemptEvent attempt)
    {
        if (log.IsEnabled(LogLevel.Information))
            Attempt(log, attempt.Message, attempt.Outcome, attempt.Brand, attempt.Source, attempt.Local, attempt.ObservedPublic ?? "-", attempt.Ehlo, attempt.Verdict,
                attempt.MX ?? attempt.Site, attempt.Remote ?? "-", attempt.Tls ?? "plain", attempt.RecipientDomain, attempt.Delivered, attempt.Recipients, attempt.TransactionMilliseconds, attempt.Explanation);
    }

    [LoggerMessage(100, LogLevel.Information,
        "{Message} {Outcome} brand={Brand} source={Source} local={Local} observed={Observed} ehlo={Ehlo} verdict={Verdict} mx={MX} remote={Remote} tls={Tls} domain={Domain} delivered={Delivered}/{Recipients} ms={Milliseconds}: {Explanation}")]
    private static partial void Attempt(ILogger log, string message, string outcome, string brand, string source, string? local, string observed, string ehlo, string verdict,
        string mx, string remote, string tls, string domain, int delivered, int recipients, double milliseconds, string explanation);

    [LoggerMessage(101, LogLevel.Warning, "The spool is in trouble, nothing is taken from it until it works again: {Trouble}")]
    public static partial void SpoolTrouble(ILogger log, string trouble);

    [LoggerMessage(102, LogLevel.Error, "A piece of work failed in a way that is a bug. Its mail goes back to the spool and is tried again.")]
    public static partial void Failed(ILogger log, Exception failure);

    [LoggerMessage(104, LogLevel.Warning, "How an attempt for message {Message} ended can't be written down; it is tried again every second, and nothing is sent twice for it: {Trouble}")]
    public static partial void NotSettled(ILogger log, string message, string trouble);

    [LoggerMessage(105, LogLevel.Error, "The content of message {Message} can't be read: its sender is told without it. {Trouble}")]
    public static partial void ToldWithoutOriginal(ILogger log, string message, string trouble);

    [LoggerMessage(106, LogLevel.Error, "Report {Message} could not be signed and goes out without a DKIM signature: {Trouble}")]
    public static partial void ReportNotSigned(ILogger log, string message, string trouble);

    [LoggerMessage(103, LogLevel.Error, "Message {Message} could not be given back to the spool. It is there, and is tried again after the next start.")]
    public static partial void Stranded(ILogger log, string message, Exception trouble);
}
