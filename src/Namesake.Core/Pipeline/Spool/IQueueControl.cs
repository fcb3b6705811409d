using System.Collections.Immutable;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>What operators do to queued mail, in pieces small enough not to keep anybody waiting. What is being sent is never touched.</summary>
public interface IQueueControl
{
    /// <summary>Recipients one change may touch: above it acceptances begin to feel it.</summary>
    const int MostAtOnce = 500;

    /// <summary>Of each of these queues, in their order; one that isn't there has nothing.</summary>
    Task<ImmutableArray<WaitingCount>> CountWaitingAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Makes recipients of a queue due now that were due later, those due soonest first. Attempts already counted stay counted.</summary>
    /// <param name="limit">At most so many; 1 to <see cref="MostAtOnce"/>.</param>
    /// <returns>How many; fewer than <paramref name="limit"/> when there are no more.</returns>
    Task<int> RetryAsync(QueueId queue, DateTimeOffset now, int limit);
}

/// <param name="Due">Recipients that may be taken now.</param>
/// <param name="Later">Those whose time is still to come.</param>
/// <param name="Sending">Claimed: being tried now.</param>
public readonly record struct WaitingCount(long Due, long Later, long Sending)
{
    public static WaitingCount operator +(WaitingCount a, WaitingCount b) => new(a.Due + b.Due, a.Later + b.Later, a.Sending + b.Sending);
}
