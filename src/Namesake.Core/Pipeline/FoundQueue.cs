using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline;

/// <summary>A queue that a filter means, or part of it.</summary>
/// <param name="Within">What of it is meant.</param>
public sealed record FoundQueue(QueueSummary Summary, QueueStanding Standing, SpoolFilter Within);
