using Microsoft.Extensions.Logging;

namespace Namesake.Storage.Postgres;

/// <summary>What the spool tells its operator. Event ids 650 to 699.</summary>
internal static partial class Log
{
    [LoggerMessage(650, LogLevel.Information, "Spool opened on PostgreSQL: schema {Schema}, node {Node} ({Number}), run {Run}")]
    public static partial void Opened(ILogger log, string schema, string node, short number, long run);

    [LoggerMessage(651, LogLevel.Error, "A batch of {Operations} operations failed or its outcome is unknown")]
    public static partial void Broken(ILogger log, int operations, Exception failure);

    [LoggerMessage(652, LogLevel.Error, "{Operation} can't be stored and was left out of its batch")]
    public static partial void OperationFailed(ILogger log, string operation, Exception failure);

    [LoggerMessage(653, LogLevel.Error, "This node's sign of life failed")]
    public static partial void BeatFailed(ILogger log, Exception failure);

    [LoggerMessage(654, LogLevel.Warning, "This node was silent for longer than its lease and others took over its mail; it goes on with run {Run}")]
    public static partial void JoinedAgain(ILogger log, long run);

    [LoggerMessage(655, LogLevel.Warning, "{Recipients} recipients were sent to by {Source} before its outcome could be written, and another node holds that source since: two nodes may have sent from it at once")]
    public static partial void SentWithoutLease(ILogger log, string source, int recipients);

    [LoggerMessage(656, LogLevel.Warning, "{Message} was delivered by {Source}, but this node had been silent for so long that others took its mail over: they may deliver it a second time")]
    public static partial void OutcomeOfTakenMail(ILogger log, string message, string source);

    [LoggerMessage(657, LogLevel.Information, "The attempt events of {Table} are gone")]
    public static partial void EventsDropped(ILogger log, string table);

    [LoggerMessage(658, LogLevel.Warning, "Attempt events take {Megabytes} MB, more than the {Limit} MB they may: those of {Table} go before their {Days} days. Raise spool.eventBytes where there is room")]
    public static partial void EventsTooMany(ILogger log, long megabytes, long limit, string table, int days);

    [LoggerMessage(659, LogLevel.Warning, "Attempt events of today alone take {Megabytes} MB, more than the {Limit} MB they may: they stay until tomorrow")]
    public static partial void EventsOfToday(ILogger log, long megabytes, long limit);

    [LoggerMessage(660, LogLevel.Warning, "The attempt events of {Table} should go, but a query or backup holds their table; tried again in an hour")]
    public static partial void EventsInUse(ILogger log, string table);

    [LoggerMessage(661, LogLevel.Information, "{Recipients} recipients that nobody could be told of had been undeliverable for {Days} days and are gone")]
    public static partial void UndeliverableGone(ILogger log, int recipients, int days);

    [LoggerMessage(662, LogLevel.Warning, "Tidying up failed; tried again in an hour")]
    public static partial void TidyFailed(ILogger log, Exception failure);

    [LoggerMessage(663, LogLevel.Warning, "The server undid a batch of {Operations} operations so that another could go on ({SqlState}); it is begun anew")]
    public static partial void BegunAnew(ILogger log, int operations, string sqlState);

    [LoggerMessage(664, LogLevel.Debug, "A queue was removed as empty while mail was on its way into it; it is made anew")]
    public static partial void QueueGone(ILogger log);

    [LoggerMessage(665, LogLevel.Error, "Clients were told that these messages are not taken, but whether they were stored could not be found out before the end: the next start sends those that were, and their clients may send them again: {Messages}")]
    public static partial void LeftOpen(ILogger log, string messages, Exception? trouble);
}
