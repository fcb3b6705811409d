using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>What operators do to queued mail, in pieces small enough not to keep anybody waiting. What is being sent is never touched.</summary>
/// <remarks>Recipients are found by readers, a page at a time, and changed by the writer, which looks again whether they still wait in that queue: those that don't are passed over.
/// A change given again after an unknown outcome does what is left.</remarks>
public interface IQueueControl
{
    /// <summary>Recipients one change may touch: above it acceptances begin to feel it.</summary>
    const int MostAtOnce = 500;

    /// <summary>Of each of these queues, in their order; one that isn't there has nothing.</summary>
    Task<ImmutableArray<WaitingCount>> CountWaitingAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Looks through a queue for recipients that nobody has claimed: those due soonest first, then the held ones, oldest message first.</summary>
    /// <param name="filter">Its brand, source and domain are not looked at: they are the queue's.</param>
    /// <param name="now">What is due before or then is due.</param>
    /// <param name="after">Where the page before ended; null: at the beginning.</param>
    /// <param name="limit">At most so many; 1 to <see cref="MostAtOnce"/>. A page may have fewer, or none, and not be the last: the rows looked at are limited as well.</param>
    Task<RecipientPage> FindAsync(QueueId queue, SpoolFilter filter, DateTimeOffset now, RecipientPlace? after, int limit, CancellationToken cancellation);

    /// <summary>Makes recipients of a queue due now that were due later, those due soonest first. Attempts already counted stay counted.</summary>
    /// <param name="limit">At most so many; 1 to <see cref="MostAtOnce"/>.</param>
    /// <returns>How many; fewer than <paramref name="limit"/> when there are no more.</returns>
    Task<int> RetryAsync(QueueId queue, DateTimeOffset now, int limit);

    /// <summary>The same for these recipients, at most <see cref="MostAtOnce"/>. Held ones stay held.</summary>
    Task<int> RetryAsync(QueueId queue, ImmutableArray<RecipientId> recipients, DateTimeOffset now);

    /// <summary>Keeps waiting recipients back: they are not claimed any more, but by <see cref="ISpool.ClaimExpiredAsync"/>. Over restarts. At most <see cref="MostAtOnce"/>.</summary>
    /// <returns>How many; those held before are not among them and keep their reason.</returns>
    Task<int> HoldAsync(QueueId queue, ImmutableArray<RecipientId> recipients, MailHold hold);

    /// <summary>Lets held recipients go: they wait as before, and are due when they were. At most <see cref="MostAtOnce"/>.</summary>
    Task<int> ReleaseAsync(QueueId queue, ImmutableArray<RecipientId> recipients);

    /// <summary>Claims recipients, held or not, whatever their time, so that <see cref="ISpool.SettleAsync"/> can end them. No attempt is counted. At most <see cref="MostAtOnce"/>.</summary>
    Task<ImmutableArray<Consignment>> TakeAsync(QueueId queue, ImmutableArray<RecipientId> recipients);

    /// <summary>Moves recipients, held or not, to the queue of another source of their brand. At most <see cref="MostAtOnce"/>.</summary>
    /// <returns>How many.</returns>
    Task<int> MoveAsync(QueueId queue, ImmutableArray<RecipientId> recipients, SourceId to);
}
