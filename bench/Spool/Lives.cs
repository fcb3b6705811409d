using System.Diagnostics;
using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

internal sealed record LivesResult(double PerSecond, double CpuMillisecondsPerThousand, TimeSpan P50, TimeSpan P99, TimeSpan Longest);

internal static class Lives
{
    public const int Queues = 200;

    private static readonly QueueKey[] Keys =
        [.. Enumerable.Range(0, Queues).Select(i => new QueueKey(new BrandId("acme"), new SourceId("acme-v4"), DomainName.Parse($"d{i}.example")))];

    private static readonly byte[] Content = CreateContent();

    /// <param name="unsettled">Messages of one producer whose outcome may be unwritten while it hands in the next, as a delivery session goes on; 0: it waits for each.</param>
    public static async Task<LivesResult> RunAsync(IRelaySpool spool, int producers, TimeSpan time, CancellationToken ended, int unsettled = 0)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var accepts = await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Run(() => LiveAsync(spool, producer, end, unsettled, ended))));
        var took = watch.Elapsed;
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var sorted = accepts.SelectMany(list => list).Order().ToList();
        return new LivesResult(sorted.Count / took.TotalSeconds, cpu.TotalMilliseconds * 1000 / sorted.Count, Percentile(sorted, 0.5), Percentile(sorted, 0.99), Percentile(sorted, 1));
    }

    /// <param name="due">From its acceptance on.</param>
    /// <param name="claimed">The first of them: under way when the relay stops.</param>
    public static async Task<TimeSpan> QueueAsync(IRelaySpool spool, int messages, TimeSpan due, int claimed = 0)
    {
        var watch = Stopwatch.StartNew();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < messages)
                await spool.AcceptAsync(Message(spool.NextId(), i, claimed: i < claimed, due));
        })));
        return watch.Elapsed;
    }

    private static async Task<List<long>> LiveAsync(IRelaySpool spool, int producer, long end, int unsettled, CancellationToken ended)
    {
        var (took, settling) = (new List<long>(), new Queue<Task>());
        for (var i = producer; Stopwatch.GetTimestamp() < end && !ended.IsCancellationRequested; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var consignments = await spool.AcceptAsync(Message(spool.NextId(), i, claimed: true, TimeSpan.FromMinutes(5)));
            took.Add(Stopwatch.GetTimestamp() - start);
            settling.Enqueue(spool.SettleAsync(new Settlement(
                consignments[0], [new RecipientResult(0, RecipientFate.Delivered, "250 2.0.0 queued")], SampleMail.Event(consignments[0], TimeProvider.System.GetUtcNow()), [])));
            if (settling.Count > unsettled)
                await settling.Dequeue();
        }

        await Task.WhenAll(settling);
        return took;
    }

    private static NewMessage Message(MessageId id, int i, bool claimed, TimeSpan due) =>
        SampleMail.New(id, Keys[i % Keys.Length], claimed, id.AcceptedAt + due, id.AcceptedAt.AddDays(5), Content);

    private static TimeSpan Percentile(List<long> sorted, double share) =>
        sorted.Count == 0 ? default : Stopwatch.GetElapsedTime(0, sorted[(int)((sorted.Count - 1) * share)]);

    private static byte[] CreateContent()
    {
        var content = new byte[10 * 1024];
        new Random(1).NextBytes(content);
        // A report on it looks for its header.
        "From: ann@acme.example\r\nSubject: bench\r\n\r\n"u8.CopyTo(content);
        return content;
    }
}
