using Microsoft.Extensions.Logging;

namespace Namesake.Core.Suppression;

/// <remarks>Event ids 700 to 719.</remarks>
public sealed partial class Suppressions
{
    [LoggerMessage(700, LogLevel.Information, "{Address} is suppressed for {Brand} after {Refusals} refusals, until {Until:yyyy-MM-dd HH:mm} UTC: message {Message} ({Rule}): {Reply}")]
    private partial void LogSuppressed(string address, string brand, int refusals, DateTimeOffset until, string message, string rule, string reply);

    [LoggerMessage(701, LogLevel.Warning, "{By} suppressed {Address} for {Brand} {Until}: {Reason}")]
    private partial void LogAdded(string by, string address, string brand, string until, string reason);

    [LoggerMessage(702, LogLevel.Warning, "{By} imported {Entries} suppressions")]
    private partial void LogImported(string by, int entries);

    [LoggerMessage(703, LogLevel.Warning, "{Address} is no longer suppressed for {Brand}: {By}")]
    private partial void LogLifted(string address, string brand, string by);

    [LoggerMessage(704, LogLevel.Information, "{Listed} recipients are suppressed; refusals of {Counted} others are counted")]
    private partial void LogLoaded(int listed, int counted);

    [LoggerMessage(705, LogLevel.Error, "Whether {Address} is suppressed could not be read; its mail goes on: {Trouble}")]
    private partial void LogNotRead(string address, string trouble);

    [LoggerMessage(706, LogLevel.Error, "What its receiver said of {Address} could not be counted: {Trouble}")]
    private partial void LogNotCounted(string address, string trouble);

    [LoggerMessage(707, LogLevel.Error, "The lists of suppressed recipients could not be looked through, it is tried again: {Trouble}")]
    private partial void LogNotKept(string trouble);

    [LoggerMessage(708, LogLevel.Error, "{Address} is not suppressed: there are {Most} entries, and no more are taken")]
    private partial void LogFull(string address, int most);
}
