using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>The durable heart: what was accepted is here until it is delivered, bounced or shown as undeliverable.</summary>
/// <remarks>Every method that changes something completes after the change is on stable storage, in batches shared with whatever else waits.
/// All throw <see cref="SpoolUnavailableException"/> when the outcome is unknown or the disk is in trouble; nothing is half done then.</remarks>
public interface ISpool : IAsyncDisposable
{
    /// <summary>Unique and monotone, also over restarts and clocks that went back.</summary>
    MessageId NextId();

    /// <summary>How far ids, read as times, are ahead of the clock: what is asked for by the time of acceptance is asked for so much later. Zero but after a clock that was ahead by days or years.</summary>
    TimeSpan IdsAhead { get; }

    /// <summary>Why a message of this size would not be taken now; null when it would. Said at MAIL, so that nobody sends content in vain; accepting asks again.</summary>
    /// <param name="size">As the client declares it (RFC 1870); 0 when it doesn't.</param>
    string? Shortage(long size);

    /// <summary>Opens a place for content too large for memory (above 256 KB). Disposing without <see cref="IContentFile.CompleteAsync"/> removes it.</summary>
    IContentFile CreateContentFile(MessageId message);

    /// <summary>Stores message, recipients and content in one transaction. When it completes, 250 may be said.</summary>
    /// <returns>One consignment for each of the message's queues, in the order given, contents still attached.</returns>
    Task<ImmutableArray<Consignment>> AcceptAsync(NewMessage message);

    /// <summary>Queues with something due, by id after <paramref name="after"/>, so that pages go round all of them. Claimed mail does not count, and what is put off costs nothing.</summary>
    Task<ImmutableArray<QueueSummary>> DueQueuesAsync(DateTimeOffset now, QueueId after, int limit);

    /// <summary>Queues with unclaimed mail, due or not, put off or not, by id after <paramref name="after"/>.</summary>
    Task<ImmutableArray<QueueSummary>> UnclaimedQueuesAsync(QueueId after, int limit);

    /// <summary>Leaves queues out of <see cref="DueQueuesAsync"/> until they are taken up, whatever comes into them. Their messages are not touched.</summary>
    /// <remarks>Not remembered beyond this process: at the next start, or when other nodes find this one gone, all of them are looked at again. Queues that aren't there are passed over.</remarks>
    Task PutOffAsync(ImmutableArray<QueueId> queues);

    /// <summary>Ends <see cref="PutOffAsync"/>. Nothing happens to queues that weren't put off.</summary>
    Task TakeUpAsync(ImmutableArray<QueueId> queues);

    /// <summary>Takes what is due out of these queues, oldest due first. The next attempt's time is stored, and the attempt counted, before this completes.</summary>
    /// <param name="perQueue">At most this many consignments of each queue.</param>
    /// <param name="nextDue">When the attempt after this one is due, given the message and the attempts begun including this one.</param>
    Task<ImmutableArray<Consignment>> ClaimAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue);

    /// <summary>Takes what outlived its time, held or not, claimed or not due, except what is claimed by this process now.</summary>
    /// <remarks>Those whose time ended first come first. Costs what it finds: mail that still has time is not looked at.</remarks>
    Task<ImmutableArray<Consignment>> ClaimExpiredAsync(DateTimeOffset now, int limit);

    /// <summary>Reads waiting mail accepted in [from, before) that nobody has claimed and whose delay was not yet told, in id order.</summary>
    Task<ImmutableArray<Consignment>> UntoldDelaysAsync(DateTimeOffset from, DateTimeOffset before, int limit);

    /// <summary>Writes down how an attempt ended, its event, and the DSNs it causes, in one transaction.</summary>
    /// <returns>The consignments of the spawned messages, claimed or not as they asked.</returns>
    Task<ImmutableArray<Consignment>> SettleAsync(Settlement settlement);

    /// <summary>Moves a claimed consignment to the queue of another source of its brand; it stays claimed.</summary>
    Task<Consignment> MoveAsync(Consignment consignment, SourceId to);

    /// <summary>Of these queues those from which <see cref="MoveWaitingAsync"/> would move something. Reads, and costs the same whatever waits in them.</summary>
    Task<ImmutableArray<QueueId>> WithMovableAsync(ImmutableArray<(QueueId Queue, DateTimeOffset? TriedBefore)> queues);

    /// <summary>Moves mail of a queue that was never tried to another source, oldest first, at most <paramref name="limit"/> recipients at once. Claimed mail stays.</summary>
    /// <param name="triedBefore">Mail already tried moves too when it was accepted before this; null: only untried mail.</param>
    /// <returns>How many recipients moved.</returns>
    Task<int> MoveWaitingAsync(QueueId queue, SourceId to, DateTimeOffset? triedBefore, int limit);

    /// <summary>The content of a message that is in the spool.</summary>
    /// <exception cref="SpoolUnavailableException">It can't be read, or is shorter than it was.</exception>
    Task<StoredContent> OpenContentAsync(MessageId message, CancellationToken cancellation);
}
