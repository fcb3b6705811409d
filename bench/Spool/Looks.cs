using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

/// <summary>What <c>queue list</c>, <c>queue count</c> and a dry run read, by the relay's own search, as its API asks it.</summary>
internal sealed class Looks(IRelaySpool spool)
{
    /// <summary>Queues of one answer, the API's default.</summary>
    private const int PageSize = 100;

    private readonly QueueSearch _search = new(spool, spool, _ => new QueueStanding(null, null, null), TimeProvider.System);

    /// <summary>All pages, with the words of who keeps something back.</summary>
    /// <returns>Recipients that wait in the queues listed.</returns>
    public async Task<long> ListAsync(QueueFilter filter)
    {
        var recipients = 0L;
        for (QueueId? after = new QueueId(0); after is { } from;)
        {
            (var page, after) = await _search.PageAsync(filter, from, PageSize, CancellationToken.None);
            recipients += await SumAsync([.. page]);
            foreach (var queue in page.Where(queue => queue.Summary.Held > 0))
                await HoldsAsync(queue);
        }

        return recipients;
    }

    /// <summary>By brand, source, domain or site: from what the queues' rows keep, or by looking through their recipients where the filter asks for more.</summary>
    public async Task<long> CountAsync(QueueFilter filter)
    {
        var recipients = 0L;
        await foreach (var page in _search.PagesAsync(filter, CancellationToken.None))
            recipients += await SumAsync([.. page]);
        return recipients;
    }

    /// <summary>By reason: what is kept back stands under the words of who keeps it.</summary>
    public async Task<long> CountByReasonAsync()
    {
        var recipients = 0L;
        await foreach (var page in _search.PagesAsync(QueueFilter.All, CancellationToken.None))
            foreach (var queue in page.Where(queue => queue.Summary.Held > 0))
                recipients += await HoldsAsync(queue);
        return recipients;
    }

    private async Task<long> SumAsync(List<FoundQueue> queues)
    {
        if (!queues.Exists(queue => queue.Within.SelectsRecipients))
            return queues.Sum(queue => queue.Summary.Waiting);
        return (await _search.CountAsync([.. queues], CancellationToken.None)).Sum(count => count.Due + count.Later + count.Sending + count.Held);
    }

    private async Task<long> HoldsAsync(FoundQueue queue)
    {
        var key = queue.Summary.Key;
        return (await spool.HoldsAsync(new SpoolFilter(key.Brand, key.Source, key.Domain), CancellationToken.None)).Sum(hold => hold.Recipients);
    }
}
