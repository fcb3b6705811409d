using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Contracts.Tests.Spool;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

/// <summary>What operators' verbs cost with so many messages waiting, and what whole lives per second remain meanwhile: the spool's part, slice by slice as the relay's jobs go.</summary>
internal static class Verbs
{
    private static readonly SpoolFilter Everything = new();

    // All but retry go in these.
    private static readonly int Slice = new QueueOrder.Release().Slice;

    public static async Task RunAsync(IRelaySpool spool)
    {
        await Lives.RunAsync(spool, producers: 20, TimeSpan.FromSeconds(2), CancellationToken.None); // warms up
        Console.WriteLine("verb                recipients       s    lives/s   p50 ms   p99 ms   (of one accept, 20 producers, meanwhile)");
        await MeasureAsync("(none)", async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
            return 0;
        });
        await MeasureAsync("dry run, by sender", () => EachAsync(new SpoolFilter { Sender = "nobody@acme.example" }, 500, (_, found) => Task.FromResult(found.Length)));
        await MeasureAsync("retry", RetryAsync);
        await MeasureAsync("hold", () =>
        {
            var hold = new MailHold(new HoldId(spool.NextId().Value), "bench", "bench", TimeProvider.System.GetUtcNow(), null);
            return EachAsync(new SpoolFilter { State = RecipientState.Due }, Slice, (queue, found) => spool.HoldAsync(queue, found, hold));
        });
        await MeasureAsync("release", () => EachAsync(new SpoolFilter { State = RecipientState.Held }, Slice, spool.ReleaseAsync));
        await MeasureAsync("move", () => EachAsync(Everything, Slice, (queue, found) => spool.MoveAsync(queue, found, new SourceId("acme-v6"))));
        await MeasureAsync("purge", () => EachAsync(Everything, Slice, EndAsync));

        // As a retry of whole queues goes: without looking for anything.
        async Task<long> RetryAsync()
        {
            var (changed, now) = (0L, TimeProvider.System.GetUtcNow());
            foreach (var queue in await QueuesAsync())
            {
                int slice;
                do
                    changed += slice = await spool.RetryAsync(queue, now, IQueueControl.MostAtOnce);
                while (slice == IQueueControl.MostAtOnce);
            }
            return changed;
        }

        async Task<long> EachAsync(SpoolFilter filter, int slice, Func<QueueId, ImmutableArray<RecipientId>, Task<int>> change)
        {
            var (changed, started) = (0L, TimeProvider.System.GetUtcNow());
            foreach (var queue in await QueuesAsync())
                for (RecipientPlace? place = null; ;)
                {
                    var page = await spool.FindAsync(queue, filter with { AcceptedBefore = started }, started, place, slice, CancellationToken.None);
                    if (!page.Recipients.IsEmpty)
                        changed += await change(queue, [.. page.Recipients.Select(found => found.Id)]);
                    if (page.Next is null)
                        break;
                    place = page.Next;
                }
            return changed;
        }

        async Task<int> EndAsync(QueueId queue, ImmutableArray<RecipientId> found)
        {
            var taken = await spool.TakeAsync(queue, found);
            await Task.WhenAll(taken.Select(consignment => spool.SettleAsync(new Settlement(
                consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Failed, null))],
                SampleMail.Event(consignment, TimeProvider.System.GetUtcNow(), "purged"), []))));
            return taken.Sum(consignment => consignment.Recipients.Length);
        }

        async Task<List<QueueId>> QueuesAsync()
        {
            var queues = new List<QueueId>();
            while (await spool.QueuesAsync(Everything, queues.LastOrDefault(), 1_000, CancellationToken.None) is { IsEmpty: false } page)
                queues.AddRange(page.Select(queue => queue.Id));
            return queues;
        }

        async Task MeasureAsync(string verb, Func<Task<long>> work)
        {
            using var done = new CancellationTokenSource();
            var lives = Lives.RunAsync(spool, producers: 20, TimeSpan.FromHours(1), done.Token);
            var watch = Stopwatch.StartNew();
            var changed = await work();
            var took = watch.Elapsed;
            await done.CancelAsync();
            var result = await lives;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{verb,-20}{changed,10}{took.TotalSeconds,8:0.0}{result.PerSecond,11:0}{result.P50.TotalMilliseconds,9:0.00}{result.P99.TotalMilliseconds,9:0.00}"));
        }
    }
}
