namespace Namesake.Core.Pipeline;

/// <summary>A verb at work on many queues, as it stands now.</summary>
/// <param name="Id">Counts up from 1 since the start of the relay.</param>
/// <param name="By">Who gave the command.</param>
/// <param name="Queues">Matched when it began, and <paramref name="QueuesDone"/> of them looked through.</param>
/// <param name="Changed">Recipients changed so far: durable, whatever becomes of the rest.</param>
/// <param name="Ended">Null while it runs.</param>
/// <param name="Trouble">Why it ended early; null when it didn't. What it did stays done, and given again it does the rest.</param>
public sealed record QueueJob(
    int Id, QueueOrder Order, QueueFilter Filter, string By, DateTimeOffset Started, int Queues, int QueuesDone, long Changed, DateTimeOffset? Ended, string? Trouble);
