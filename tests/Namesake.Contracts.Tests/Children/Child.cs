using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Children;

/// <summary>A process with a spool of its own, to be killed, traced or kept waiting. It tells on its standard output what it was promised, a line at a time.</summary>
internal static class Child
{
    private const int Producers = 8;
    private static readonly QueueKey Key = new(new BrandId("acme"), new SourceId("acme-v4"), DomainName.Parse("example.org"));
    private static readonly Lock Output = new();

    public static async Task<int> RunAsync(string name, string directory)
    {
        try
        {
            await using var spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = directory, MinimumFreeBytes = 0 }, TimeProvider.System);
            Say("open");
            return await RunAsync(name, spool);
        }
        catch (SpoolUnavailableException trouble)
        {
            Say($"unavailable {trouble.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    private static async Task<int> RunAsync(string name, SqliteSpool spool)
    {
        switch (name)
        {
            case "hold":
                await Console.In.ReadLineAsync();
                return 0;
            case "busy":
                await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(() => BusyAsync(spool, producer))));
                return 0;
            case "few":
                for (var i = 0; i < 5; i++)
                    await AcceptAsync(spool, size: i == 2 ? 400_000 : 10_000);
                return 0;
            case "stubborn":
                await StubbornAsync(spool);
                return 0;
            default:
                return 64;
        }
    }

    // Accepts and settles until it is killed. What it says was completed before it says so.
    private static async Task BusyAsync(SqliteSpool spool, int producer)
    {
        for (var i = 0; ; i++)
        {
            var consignment = await AcceptAsync(spool, size: (producer + i) % 50 == 0 ? 300_000 : 2_000);
            if (i % 3 == 0)
                continue;
            Say($"settling {consignment.Message}");
            await spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Delivered, "250 ok")], null, []));
            Say($"settled {consignment.Message}");
        }
    }

    // Meets failures of the disk and goes on: fifty acceptances in the end, and how many were refused on the way.
    private static async Task StubbornAsync(SqliteSpool spool)
    {
        for (var (accepted, tries) = (0, 0); accepted < 50 && tries < 1_000; tries++)
        {
            try
            {
                await AcceptAsync(spool, size: 5_000);
                accepted++;
            }
            catch (SpoolUnavailableException trouble)
            {
                Say($"refused {trouble.Message.ReplaceLineEndings(" ")}");
            }
        }
        Say("done");
    }

    private static async Task<Consignment> AcceptAsync(SqliteSpool spool, int size)
    {
        var id = spool.NextId();
        var envelope = new Envelope(Key.Brand, Mailbox.Parse("ann@acme.example"), [new EnvelopeRecipient(Mailbox.Parse("bob@example.org"))]);
        var accepted = await spool.AcceptAsync(new NewMessage(
            id, envelope, [new NewConsignment(Key, [0], true, id.AcceptedAt.AddMinutes(5))], id.AcceptedAt.AddDays(5), "10.0.0.9", new byte[size], null));
        Say($"accepted {id} {size}");
        return accepted[0];
    }

    private static void Say(string line)
    {
        lock (Output)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
