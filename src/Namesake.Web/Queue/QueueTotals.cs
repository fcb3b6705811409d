using System.Collections.Frozen;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Web.Queue;

/// <summary>Sums over all queues, for the status, the metrics and the alarms. Read at most every few seconds, whoever asks: a spool of a hundred thousand queues is paged through once.</summary>
internal sealed class QueueTotals(ISpoolView spool, TimeProvider time) : IDisposable
{
    private const int PageSize = 1000;

    /// <summary>How old sums may be.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private QueueSums? _sums;

    /// <summary>The newest sums without reading; empty before the first time.</summary>
    public QueueSums Known => Volatile.Read(ref _sums) ?? QueueSums.None;

    public async Task<QueueSums> ReadAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            if (_sums is { } known && time.GetElapsedTime(known.At) < Age)
                return known;
            var (byBrand, bySource) = (new Dictionary<BrandId, long>(), new Dictionary<SourceId, (long Waiting, HashSet<BrandId> Brands)>());
            var (kept, after) = (0L, new QueueId(0));
            while (await spool.QueuesAsync(new SpoolFilter(), after, PageSize, cancellation) is { IsEmpty: false } page)
            {
                foreach (var queue in page)
                {
                    kept += queue.Held;
                    byBrand[queue.Key.Brand] = byBrand.GetValueOrDefault(queue.Key.Brand) + queue.Waiting;
                    var source = bySource.TryGetValue(queue.Key.Source, out var sum) ? sum : (0, []);
                    if (queue.Waiting > 0)
                        source.Brands.Add(queue.Key.Brand);
                    bySource[queue.Key.Source] = (source.Waiting + queue.Waiting, source.Brands);
                }

                after = page[^1].Id;
                if (page.Length < PageSize)
                    break;
            }

            var sums = new QueueSums(time.GetTimestamp(), byBrand.ToFrozenDictionary(),
                bySource.ToFrozenDictionary(pair => pair.Key, pair => new SourceSum(pair.Value.Waiting, [.. pair.Value.Brands])), kept);
            Volatile.Write(ref _sums, sums);
            return sums;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();
}
