using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Spool;

/// <param name="Waiting">Recipients in it, claimed ones included.</param>
/// <param name="EarliestDue">Of those not claimed; null when there is none.</param>
public sealed record QueueSummary(QueueId Id, QueueKey Key, long Waiting, DateTimeOffset? EarliestDue);
