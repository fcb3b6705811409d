using Microsoft.Extensions.Logging;

namespace Namesake.Core.Pipeline;

/// <summary>Event ids 150 to 159: what operators did to the queue, and who.</summary>
internal static partial class QueueJobsLog
{
    [LoggerMessage(150, LogLevel.Information, "queue {Verb} began as job {Job}: {Filter}, by {By}")]
    public static partial void Started(ILogger log, string verb, int job, string filter, string by);

    [LoggerMessage(151, LogLevel.Information, "queue {Verb}, job {Job} by {By}, changed {Changed} recipients in {QueuesDone} of {Queues} queues: {End}")]
    public static partial void Ended(ILogger log, string verb, int job, string by, long changed, int queuesDone, int queues, string end);

    [LoggerMessage(152, LogLevel.Error, "Job {Job} on the queue failed; what it did stays done")]
    public static partial void Failed(ILogger log, int job, Exception failure);
}
