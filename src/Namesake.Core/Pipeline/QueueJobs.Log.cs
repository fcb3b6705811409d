using Microsoft.Extensions.Logging;

namespace Namesake.Core.Pipeline;

/// <summary>Event ids 150 to 159: what operators did to the queue, and who.</summary>
internal static partial class QueueJobsLog
{
    [LoggerMessage(150, LogLevel.Information, "queue {Verb} began as job {Job}: {Filter}, by {By}: {Why}")]
    public static partial void Started(ILogger log, string verb, int job, string filter, string by, string why);

    [LoggerMessage(151, LogLevel.Information, "queue {Verb}, job {Job} by {By}, changed {Changed} recipients in {QueuesDone} of {Queues} queues: {End}")]
    public static partial void Ended(ILogger log, string verb, int job, string by, long changed, int queuesDone, int queues, string end);

    [LoggerMessage(152, LogLevel.Error, "Job {Job} on the queue failed; what it did stays done")]
    public static partial void Failed(ILogger log, int job, Exception failure);

    [LoggerMessage(153, LogLevel.Information, "{Released} recipients are no longer kept back ({Reason}, by {By} since {Since}): that time is over")]
    public static partial void HoldEnded(ILogger log, long released, string reason, string by, DateTimeOffset since);

    [LoggerMessage(154, LogLevel.Warning, "Whether what is kept back may go can't be seen now; it is looked at again in half a minute: {Trouble}")]
    public static partial void HoldsNotSeen(ILogger log, string trouble);

    [LoggerMessage(155, LogLevel.Error, "A fault of the relay: what is kept back until now was not let go; it is looked at again in half a minute")]
    public static partial void HoldsFailed(ILogger log, Exception failure);
}
