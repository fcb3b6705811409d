using System.Collections.Immutable;
using System.Diagnostics;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

internal sealed record LivesResult(double PerSecond, double CpuMillisecondsPerThousand, TimeSpan P50, TimeSpan P99);

internal static class Lives
{
    private const int Domains = 200;
    private static readonly byte[] Content = CreateContent();
    private static readonly Mailbox Sender = Mailbox.Parse("ann@acme.example");
    private static readonly ImmutableArray<Mailbox> Recipients = [.. Enumerable.Range(0, Domains).Select(i => Mailbox.Parse($"bob@d{i}.example"))];

    public static async Task<LivesResult> RunAsync(SqliteSpool spool, int producers, TimeSpan time)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var accepts = await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Run(() => LiveAsync(spool, producer, end))));
        var took = watch.Elapsed;
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var sorted = accepts.SelectMany(list => list).Order().ToList();
        return new LivesResult(sorted.Count / took.TotalSeconds, cpu.TotalMilliseconds * 1000 / sorted.Count, Percentile(sorted, 0.5), Percentile(sorted, 0.99));
    }

    public static async Task<TimeSpan> QueueAsync(SqliteSpool spool, int messages)
    {
        var watch = Stopwatch.StartNew();
        var left = messages;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(producer => Task.Run(async () =>
        {
            for (var i = producer; Interlocked.Decrement(ref left) >= 0; i++)
                await spool.AcceptAsync(Message(spool.NextId(), i, claimed: false));
        })));
        return watch.Elapsed;
    }

    private static async Task<List<long>> LiveAsync(SqliteSpool spool, int producer, long end)
    {
        var took = new List<long>();
        for (var i = producer; Stopwatch.GetTimestamp() < end; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var consignments = await spool.AcceptAsync(Message(spool.NextId(), i, claimed: true));
            took.Add(Stopwatch.GetTimestamp() - start);
            await spool.SettleAsync(new Settlement(consignments[0], [new RecipientResult(0, RecipientFate.Delivered, "250 2.0.0 queued")], Event(consignments[0]), []));
        }
        return took;
    }

    private static NewMessage Message(MessageId id, int i, bool claimed)
    {
        var recipient = Recipients[i % Domains];
        var key = new QueueKey(new BrandId("acme"), new SourceId("acme-v4"), recipient.Domain);
        var due = DateTimeOffset.UtcNow.AddMinutes(5);
        return new NewMessage(
            id, new Envelope(key.Brand, Sender, [new EnvelopeRecipient(recipient)]), [new NewConsignment(key, [0], claimed, due)], due.AddDays(5), "10.0.0.9", Content, null);
    }

    private static AttemptEvent Event(Consignment consignment) => new()
    {
        Time = DateTimeOffset.UtcNow,
        Attempt = consignment.Message + "-1",
        Message = consignment.Message.ToString(),
        Node = "relay1",
        Brand = consignment.Key.Brand.Value,
        SenderDomain = "acme.example",
        RecipientDomain = consignment.Key.Domain.Value,
        Source = consignment.Key.Source.Value,
        Family = "IPv4",
        Local = "10.0.0.5:41234",
        ExpectedPublic = "203.0.113.5",
        ObservedPublic = "203.0.113.5",
        Evidence = "echo",
        Ehlo = "mail.acme.example",
        Verdict = "aligned",
        Policy = "strict",
        Route = "mx",
        Site = consignment.Key.Domain.Value,
        MX = "mx1." + consignment.Key.Domain.Value,
        Remote = "198.51.100.7:25",
        Tls = "1.3",
        Cipher = "TLS_AES_256_GCM_SHA384",
        Phase = "FinalDot",
        Code = 250,
        Enhanced = "2.0.0",
        Reply = "250 2.0.0 queued as 4F2A31C7",
        Outcome = "delivered",
        Explanation = "The receiver took it.",
        Recipients = 1,
        Delivered = 1,
        Bytes = consignment.Size,
        TransactionMilliseconds = 12.5,
    };

    private static TimeSpan Percentile(List<long> sorted, double share) =>
        sorted.Count == 0 ? default : Stopwatch.GetElapsedTime(0, sorted[(int)((sorted.Count - 1) * share)]);

    private static byte[] CreateContent()
    {
        var content = new byte[10 * 1024];
        new Random(1).NextBytes(content);
        return content;
    }
}
