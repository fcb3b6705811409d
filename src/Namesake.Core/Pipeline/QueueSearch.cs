using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline;

/// <summary>Finds the mail a filter means: queues a page at a time, and recipients in them only where the filter asks for more than queues keep numbers of.</summary>
/// <param name="learnWays">Has DNS asked for the ways of these queues that aren't known: a receiver's mail is all that goes there, not what went there since the start.</param>
public sealed class QueueSearch(ISpoolView view, IQueueControl control, Func<QueueKey, QueueStanding> standingOf, TimeProvider time, Func<IEnumerable<QueueKey>, CancellationToken, Task<bool>>? learnWays = null)
{
    /// <summary>Queues read at once.</summary>
    public const int PageSize = 1000;

    /// <summary>One page of queues; those that aren't meant are left out.</summary>
    /// <returns><c>Next</c> is where to go on; null: that was all.</returns>
    public async Task<(ImmutableArray<FoundQueue> Queues, QueueId? Next)> PageAsync(QueueFilter filter, QueueId after, int limit, CancellationToken cancellation)
    {
        var (queues, next, _) = await PageAsync(filter, after, limit, mayLearn: true, cancellation);
        return (queues, next);
    }

    private async Task<(ImmutableArray<FoundQueue> Queues, QueueId? Next, bool MayLearn)> PageAsync(QueueFilter filter, QueueId after, int limit, bool mayLearn, CancellationToken cancellation)
    {
        var page = await view.QueuesAsync(filter.Spool, after, limit, cancellation);
        if (filter.Site is not null && learnWays is not null && mayLearn)
            mayLearn = await learnWays(page.Select(queue => queue.Key), cancellation);
        var found = ImmutableArray.CreateBuilder<FoundQueue>(page.Length);
        foreach (var queue in page)
        {
            var standing = standingOf(queue.Key);
            if (filter.Within(queue, standing) is { } within)
                found.Add(new FoundQueue(queue, standing, within));
        }

        return (found.ToImmutable(), page.Length < limit ? null : page[^1].Id, mayLearn);
    }

    public async IAsyncEnumerable<ImmutableArray<FoundQueue>> PagesAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        QueueId? after = new QueueId(0);
        var mayLearn = true; // Of a resolver that is silent every page would wait.
        while (after is { } from)
        {
            (var queues, after, mayLearn) = await PageAsync(filter, from, PageSize, mayLearn, cancellation);
            if (!queues.IsEmpty)
                yield return queues;
        }
    }

    /// <summary>What of each queue is meant. Where messages are asked for, those being sent are not counted: they are nobody's to change.</summary>
    public async Task<ImmutableArray<WaitingCount>> CountAsync(ImmutableArray<FoundQueue> queues, CancellationToken cancellation)
    {
        var kept = await control.CountWaitingAsync([.. queues.Select(queue => queue.Summary.Id)], time.GetUtcNow(), cancellation);
        var counts = ImmutableArray.CreateBuilder<WaitingCount>(queues.Length);
        for (var i = 0; i < queues.Length; i++)
            counts.Add(queues[i].Within is { SelectsRecipients: true } within && within != new SpoolFilter(within.Brand, within.Source, within.Domain) { State = within.State }
                ? await CountAsync(queues[i], cancellation) : Of(kept[i], queues[i].Within.State));
        return counts.MoveToImmutable();
    }

    /// <summary>The recipients meant, a page at a time; what is being sent is not among them.</summary>
    public async IAsyncEnumerable<ImmutableArray<FoundRecipient>> RecipientsAsync(FoundQueue queue, [EnumeratorCancellation] CancellationToken cancellation)
    {
        RecipientPlace? place = null;
        do
        {
            var page = await control.FindAsync(queue.Summary.Id, queue.Within, time.GetUtcNow(), place, IQueueControl.MostAtOnce, cancellation);
            if (!page.Recipients.IsEmpty)
                yield return page.Recipients;
            place = page.Next;
        }
        while (place is not null);
    }

    private async Task<WaitingCount> CountAsync(FoundQueue queue, CancellationToken cancellation)
    {
        var count = new WaitingCount();
        await foreach (var page in RecipientsAsync(queue, cancellation))
            foreach (var recipient in page)
                count += Of(new WaitingCount(1, 1, 1, 1), recipient.State);
        return count;
    }

    private static WaitingCount Of(WaitingCount count, RecipientState? state) => state switch
    {
        null => count,
        RecipientState.Due => new WaitingCount(count.Due, 0, 0),
        RecipientState.Later => new WaitingCount(0, count.Later, 0),
        RecipientState.Sending => new WaitingCount(0, 0, count.Sending),
        RecipientState.Held => new WaitingCount(0, 0, 0, count.Held),
        _ => default,
    };
}
