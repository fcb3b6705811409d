using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Spool;

/// <param name="Waiting">Recipients in it, claimed and held ones included.</param>
/// <param name="EarliestDue">Of those neither claimed nor held; null when there is none.</param>
/// <param name="Held">Of them, those kept back by a <see cref="MailHold"/>.</param>
public sealed record QueueSummary(QueueId Id, QueueKey Key, long Waiting, DateTimeOffset? EarliestDue, long Held = 0);
