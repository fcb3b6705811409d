using System.Collections.Concurrent;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

public abstract class ConcurrencyContract(SpoolHouse house) : SpoolContract(house)
{
    private const int Producers = 50;
    private const int Each = 60;

    [Fact]
    public async Task Many_producers_and_consumers_handle_every_message_exactly_once()
    {
        var delivered = new ConcurrentDictionary<MessageId, int>();
        var accepted = new ConcurrentBag<MessageId>();
        var left = Producers * Each;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var producers = Enumerable.Range(0, Producers).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var claimed = (producer + i) % 2 == 0;
                var consignment = Assert.Single(await Spool.AcceptAsync(Mail(Key(domain: $"d{i % 7}.example"), claimed)));
                accepted.Add(consignment.Message);
                if (claimed)
                    await DeliverAsync(consignment);
            }
        })).ToList();
        var consumers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref left) > 0)
            {
                stop.Token.ThrowIfCancellationRequested();
                await Task.WhenAll((await ClaimDueAsync(perQueue: 5)).Select(DeliverAsync));
            }
        })).ToList();
        await Task.WhenAll(producers.Concat(consumers));

        Assert.Equal(Producers * Each, accepted.Distinct().Count());
        Assert.Equal(accepted.Order(), delivered.Keys.Order());
        Assert.All(delivered.Values, times => Assert.Equal(1, times));
        var totals = await View.TotalsAsync(Cancellation);
        Assert.Equal((0, 0, 0), (totals.Messages, totals.Recipients, totals.Undeliverable));
        Assert.Empty(await View.QueuesAsync(All, First, 100, Cancellation));

        async Task DeliverAsync(Consignment consignment)
        {
            delivered.AddOrUpdate(consignment.Message, 1, (_, times) => times + 1);
            await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Delivered, "250")], Event(consignment, Now), []));
            Interlocked.Decrement(ref left);
        }
    }

    [Fact]
    public async Task An_impossible_message_fails_alone()
    {
        var impossible = Mail() with { Consignments = [new NewConsignment(Key(), [0, 0], true, Now)] }; // one recipient twice

        var accepts = Enumerable.Range(0, 200).Select(i => Spool.AcceptAsync(i == 100 ? impossible : Mail())).ToList();

        await Assert.ThrowsAnyAsync<Exception>(() => accepts[100]);
        accepts.RemoveAt(100);
        Assert.Equal(199, (await Task.WhenAll(accepts)).Length);
        Assert.Equal(199, await WaitingAsync());
    }

    [Fact]
    public async Task Nothing_runs_on_the_writers_thread()
    {
        // A continuation that blocks until the next commit: on the writer's thread it would wait for itself for ever.
        var first = Spool.AcceptAsync(Mail());
        var blocked = first.ContinueWith(
            _ => Spool.AcceptAsync(Mail()).GetAwaiter().GetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        await blocked.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        Assert.Equal(2, await WaitingAsync());
    }

    [Fact]
    public async Task More_than_may_wait_at_once_is_stored_all_the_same()
    {
        var content = new byte[200_000];

        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Spool.AcceptAsync(Mail(content: content)))); // 80 MB against 64

        Assert.Equal(400, await WaitingAsync());
    }
}
