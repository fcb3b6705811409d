using Namesake.Core.Pipeline;

namespace Namesake.Web.Queue;

/// <summary>An operator's verb at work on many queues.</summary>
/// <param name="State">"running", "done" or "stopped" (then <paramref name="Trouble"/> says why; the same command does what is left).</param>
/// <param name="Mail">Which mail is meant, in one line.</param>
/// <param name="Why">In the words of who gave it; null where none were asked for.</param>
/// <param name="Queues">Matched when it began.</param>
/// <param name="Changed">Recipients changed so far.</param>
public sealed record JobView(
    int Id, string Verb, string State, string Mail, string? Why, string By, DateTimeOffset Started, DateTimeOffset? Ended, int Queues, int QueuesDone, long Changed, string? Trouble)
{
    public static JobView Of(QueueJob job) => new(
        job.Id, job.Order.Verb, job.Ended is null ? "running" : job.Trouble is null ? "done" : "stopped",
        job.Filter.ToString(), job.Order.Why, job.By, job.Started, job.Ended, job.Queues, job.QueuesDone, job.Changed, job.Trouble);
}
