using Microsoft.Extensions.Logging;

namespace Namesake.Core.Pipeline.Submission;

public sealed partial class Submitters
{
    [LoggerMessage(220, LogLevel.Error, "{Submitter} of brand {Brand} is frozen by {By} ({Rule}): {Reason}. It handed in {Messages} messages to {Recipients} recipients today; it may hand in no more, and what it has queued is held until it is thawed")]
    private partial void LogFrozen(string submitter, string brand, string by, string rule, string reason, long messages, long recipients);

    [LoggerMessage(221, LogLevel.Error, "{Submitter} of brand {Brand} is unlike itself ({Rule}): {Reason}. It handed in {Messages} messages to {Recipients} recipients today; nothing is stopped, since anomalies are only observed")]
    private partial void LogObserved(string submitter, string brand, string rule, string reason, long messages, long recipients);

    [LoggerMessage(222, LogLevel.Warning, "{Submitter} is thawed by {By}; its volume is not judged until {Until}")]
    private partial void LogThawed(string submitter, string by, string until);

    [LoggerMessage(223, LogLevel.Error, "{Submitter} is frozen, but that could not be stored yet and would be forgotten by a restart: {Trouble}; tried again")]
    private partial void LogUnstored(string submitter, string trouble);

    [LoggerMessage(224, LogLevel.Error, "What is stored of the submitter {Submitter} cannot be read: it is taken as not frozen. {Trouble}")]
    private partial void LogUnreadable(string submitter, string trouble);

    [LoggerMessage(225, LogLevel.Error, "The history of submitters could not be read: their volume is not judged for a week. {Trouble}")]
    private partial void LogHistoryUnread(string trouble);

    [LoggerMessage(226, LogLevel.Error, "What submitters handed in today before this start could not be read: their counts of today begin anew, so that it takes more to freeze one by its day. Who is frozen is known. {Trouble}")]
    private partial void LogTodayUnread(string trouble);
}
