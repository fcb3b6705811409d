using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A real spool's control, with every change written down: which, and how many recipients at once.</summary>
internal sealed class CountedControl(IQueueControl spool) : IQueueControl
{
    public List<(string What, int Recipients)> Slices { get; } = [];

    /// <summary>Pages read, and the most one of them had.</summary>
    public List<int> Pages { get; } = [];

    /// <summary>Called before each change.</summary>
    public Action BeforeSlice { get; set; } = () => { };

    public Task<ImmutableArray<WaitingCount>> CountWaitingAsync(ImmutableArray<QueueId> queues, DateTimeOffset now, CancellationToken cancellation) =>
        spool.CountWaitingAsync(queues, now, cancellation);

    public async Task<RecipientPage> FindAsync(QueueId queue, SpoolFilter filter, DateTimeOffset now, RecipientPlace? after, int limit, CancellationToken cancellation)
    {
        var page = await spool.FindAsync(queue, filter, now, after, limit, cancellation);
        Pages.Add(page.Recipients.Length);
        return page;
    }

    public Task<int> RetryAsync(QueueId queue, DateTimeOffset now, int limit) => Counted("retry", limit, () => spool.RetryAsync(queue, now, limit));

    public Task<int> RetryAsync(QueueId queue, ImmutableArray<RecipientId> recipients, DateTimeOffset now) =>
        Counted("retry", recipients.Length, () => spool.RetryAsync(queue, recipients, now));

    public Task<int> HoldAsync(QueueId queue, ImmutableArray<RecipientId> recipients, MailHold hold) => Counted("hold", recipients.Length, () => spool.HoldAsync(queue, recipients, hold));

    public Task<int> ReleaseAsync(QueueId queue, ImmutableArray<RecipientId> recipients) => Counted("release", recipients.Length, () => spool.ReleaseAsync(queue, recipients));

    public Task<ImmutableArray<Consignment>> TakeAsync(QueueId queue, ImmutableArray<RecipientId> recipients) =>
        Counted("take", recipients.Length, () => spool.TakeAsync(queue, recipients));

    public Task<int> MoveAsync(QueueId queue, ImmutableArray<RecipientId> recipients, SourceId to) => Counted("move", recipients.Length, () => spool.MoveAsync(queue, recipients, to));

    private Task<T> Counted<T>(string what, int recipients, Func<Task<T>> change)
    {
        Slices.Add((what, recipients));
        BeforeSlice();
        return change();
    }
}
