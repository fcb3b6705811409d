using System.Diagnostics;
using System.Globalization;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

/// <summary>What a minute costs while so many messages wait for a suspended site, all of them tried and young, and the brand has another open source: the relay's looks, as its loops ask them.</summary>
internal static class Suspended
{
    private const int Minutes = 20;
    private const int QueuesPerPage = 200;
    private static readonly SourceId Other = new("acme-v6");

    public static async Task RunAsync(IRelaySpool spool, int messages, Cluster? cluster)
    {
        Console.WriteLine("suspended   queues   looks   ms a minute   CPU ms a minute   of the server");
        await MeasureAsync(); // compiles
        await MeasureAsync();
        await Lives.QueueAsync(spool, messages, TimeSpan.Zero);
        await TryOnceAsync(spool);
        await MeasureAsync();
        await MeasureAsync();

        async Task MeasureAsync()
        {
            var (cpu, server, watch, looks) = (Process.GetCurrentProcess().TotalProcessorTime, cluster?.ProcessorTime() ?? default, Stopwatch.StartNew(), 0);
            for (var minute = 0; minute < Minutes; minute++)
                looks += await MinuteAsync(spool);
            var took = watch.Elapsed;
            (cpu, server) = (Process.GetCurrentProcess().TotalProcessorTime - cpu, (cluster?.ProcessorTime() ?? default) - server);
            var totals = await spool.TotalsAsync(CancellationToken.None);
            var queues = totals.Recipients == 0 ? 0 : Lives.Queues;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{totals.Recipients,-12}{queues,6}{looks / Minutes,8}{took.TotalMilliseconds / Minutes,14:0.0}{cpu.TotalMilliseconds / Minutes,18:0.0}{(cluster is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{server.TotalMilliseconds / Minutes:0.0}")),16}"));
        }
    }

    /// <summary>A look for due mail each second; once a minute one for mail that may change its source, one for what has expired and one for delays to be told.</summary>
    private static async Task<int> MinuteAsync(IRelaySpool spool)
    {
        var (now, looks) = (TimeProvider.System.GetUtcNow(), 0);
        for (; looks < 60; looks++)
            if (!(await spool.DueQueuesAsync(now, default, QueuesPerPage)).IsEmpty)
                throw new InvalidOperationException("A queue that is put off was found due.");
        for (QueueId after = default; ;)
        {
            var page = await spool.UnclaimedQueuesAsync(after, QueuesPerPage);
            var movable = page.IsEmpty ? [] : await spool.WithMovableAsync([.. page.Select(queue => (queue.Id, (DateTimeOffset?)(now - TimeSpan.FromHours(4))))]);
            foreach (var queue in movable)
                await spool.MoveWaitingAsync(queue, Other, now - TimeSpan.FromHours(4), 500);
            looks += 1 + (page.IsEmpty ? 0 : 1) + movable.Length;
            if (page.Length < QueuesPerPage)
                break;
            after = page[^1].Id;
        }

        await spool.ClaimExpiredAsync(now, 200);
        await spool.UntoldDelaysAsync(now - TimeSpan.FromHours(4) - TimeSpan.FromMinutes(1), now - TimeSpan.FromHours(4), 200);
        return looks + 2;
    }

    private static async Task TryOnceAsync(IRelaySpool spool)
    {
        var watch = Stopwatch.StartNew();
        var tried = 0;
        while (await spool.DueQueuesAsync(TimeProvider.System.GetUtcNow(), default, 1_000) is { IsEmpty: false } due)
        {
            var later = TimeProvider.System.GetUtcNow().AddHours(1);
            var claimed = await spool.ClaimAsync([.. due.Select(queue => queue.Id)], TimeProvider.System.GetUtcNow(), 100, (_, _) => later);
            await Task.WhenAll(claimed.Select(consignment => spool.SettleAsync(new Settlement(
                consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Waiting, "451 4.7.1 greylisted"))], null, []))));
            tried += claimed.Length;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tried} messages tried once in {watch.Elapsed.TotalSeconds:0.0} s"));
        await spool.PutOffAsync([.. (await spool.UnclaimedQueuesAsync(default, 1_000)).Select(queue => queue.Id)]);
    }
}
