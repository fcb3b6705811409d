using Microsoft.Extensions.Logging;

namespace Namesake.Storage.Sqlite;

/// <summary>What the spool tells its operator. Event ids 600 to 699.</summary>
internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Information, "Spool opened: {Directory}, run {Run}, {Queues} queues, {Recovered} recipients claimed by earlier runs are due now, {Swept} unused content files removed")]
    public static partial void Opened(ILogger log, string directory, long run, int queues, int recovered, int swept);

    [LoggerMessage(601, LogLevel.Error, "The outcome of a batch of {Operations} operations is unknown")]
    public static partial void Broken(ILogger log, int operations, Exception failure);

    [LoggerMessage(602, LogLevel.Warning, "Spool opened again after an error; {Operations} operations of unknown outcome were resolved")]
    public static partial void Reopened(ILogger log, int operations);

    [LoggerMessage(603, LogLevel.Error, "{Operation} can't be stored and was left out of its batch")]
    public static partial void OperationFailed(ILogger log, string operation, Exception failure);

    [LoggerMessage(604, LogLevel.Error, "A batch could not be rolled back")]
    public static partial void RollbackFailed(ILogger log, Exception failure);

    [LoggerMessage(605, LogLevel.Error, "Upkeep of the spool failed; it is opened again with the next message")]
    public static partial void UpkeepFailed(ILogger log, Exception failure);

    [LoggerMessage(606, LogLevel.Warning, "The spool's connection did not close cleanly")]
    public static partial void CloseFailed(ILogger log, Exception failure);

    [LoggerMessage(607, LogLevel.Warning, "The spool did not end cleanly; nothing is lost, the next start takes a little longer")]
    public static partial void StopTrouble(ILogger log, Exception failure);

    [LoggerMessage(608, LogLevel.Information, "The attempt events of {Table} are gone")]
    public static partial void EventsDropped(ILogger log, string table);

    [LoggerMessage(609, LogLevel.Warning, "The content file of message {Message} could not be removed; the next start does")]
    public static partial void FileNotRemoved(ILogger log, string message, Exception failure);

    [LoggerMessage(610, LogLevel.Warning, "Attempt events take {Megabytes} MB, more than the {Limit} MB they may: those of {Table} and before go before their {Days} days. Raise spool.eventBytes where there is room")]
    public static partial void EventsTooMany(ILogger log, long megabytes, long limit, string table, int days);

    [LoggerMessage(611, LogLevel.Warning, "The disk is short of room, so attempt events of {Table} and before go before their {Days} days; they take {Megabytes} MB. Mail is still accepted. Free some space")]
    public static partial void EventsMakeRoom(ILogger log, string table, int days, long megabytes);

    [LoggerMessage(612, LogLevel.Information, "{Messages} messages that nobody could be told of had been undeliverable for {Days} days and are gone")]
    public static partial void UndeliverableGone(ILogger log, int messages, int days);

    [LoggerMessage(613, LogLevel.Warning, "A content file of a failed {Operation} could not be removed; the next start does")]
    public static partial void FileLeft(ILogger log, string operation, Exception failure);

    [LoggerMessage(614, LogLevel.Error, "Clients were told that these messages are not taken, but whether they were stored could not be found out before the end: the next start sends those that were, and their clients may send them again: {Messages}")]
    public static partial void LeftOpen(ILogger log, string messages, Exception failure);
}
