using System.Collections.Immutable;

namespace Namesake.Web.Queue;

/// <summary>What waits, summed over the queues that matched.</summary>
/// <param name="By">What the groups are: "brand", "source", "domain", "site", "state" or "reason".</param>
/// <param name="Groups">Those with most recipients first, by name where they have as many.</param>
/// <param name="Others">The groups that found no place, summed; null when all are shown.</param>
public sealed record QueueCountView(string By, QueueSumView Total, ImmutableArray<QueueGroupView> Groups, QueueOthersView? Others);

/// <param name="Name">Null: the site isn't known (nothing was sent there since the start).</param>
public sealed record QueueGroupView(string? Name, QueueSumView Sum);

/// <param name="Groups">How many they are.</param>
public sealed record QueueOthersView(int Groups, QueueSumView Sum);

/// <param name="Queues">Queues in which something waits.</param>
/// <param name="Waiting">Recipients, those being tried now included.</param>
/// <param name="Held">Of them, those whose identity is held or whose lane is suspended, and those kept back by somebody.</param>
/// <param name="Resting">Of them, those whose lane rests.</param>
/// <param name="EarliestDue">Null when all of them are being tried now or kept back.</param>
public sealed record QueueSumView(long Queues, long Waiting, long Held, long Resting, DateTimeOffset? EarliestDue);
