using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline;

/// <summary>What an order would find in one queue.</summary>
/// <param name="Count">What of it is meant.</param>
/// <param name="Changes">Recipients the order would change.</param>
public readonly record struct QueuePreview(FoundQueue Queue, WaitingCount Count, long Changes);
