using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Nodes that want the same rows at once.</summary>
public sealed class PostgresLockTests(PostgresCluster cluster) : PostgresPair(cluster)
{
    private const int BegunAnew = 663;

    [Theory]
    [InlineData("put off")]
    [InlineData("kept back")]
    [InlineData("forgotten")]
    public async Task A_batch_that_waits_for_a_queue_has_locked_none_behind_it(string what)
    {
        var mail = new List<Consignment>();
        for (var i = 0; i < 3; i++)
            mail.AddRange(await AcceptForLaterAsync(First, [i], claimed: what == "forgotten" && i == 2));
        var (queues, last) = (mail.ConvertAll(consignment => consignment.Queue), mail[2]);
        if (last.Claimed)
            await DeliverAsync(First, last);
        await using var one = await ConnectAsync();
        await using var two = await ConnectAsync();
        await LockAsync(one, queues[0]);
        await LockAsync(two, queues[1]);

        // While the first waits, the others come together into the next batch.
        var before = First.RetryAsync(queues[0], Now, 10);
        await UntilAsync(() => HasWaitersAsync(one));
        Task[] batch =
        [
            what switch
            {
                "put off" => First.PutOffAsync([queues[2]]),
                "kept back" => First.HoldAsync(queues[2], [new RecipientId(last.Message, last.Recipients[0].Ordinal)], new MailHold(new HoldId(7), "asked", "ann", Now, null)),
                _ => First.TidyAsync(),
            },
            First.ClaimAsync([queues[1]], Now, 10, (_, _) => Now.AddHours(1)),
        ];
        await RunAsync(one, "ROLLBACK");
        await before;
        await UntilAsync(() => HasWaitersAsync(two));

        await RunAsync(two, $"SELECT queue_id FROM queue WHERE queue_id = {queues[2].Value} FOR UPDATE NOWAIT");

        await RunAsync(two, "ROLLBACK");
        await Task.WhenAll(batch);
        Assert.DoesNotContain(Log.Told, told => told.Event == BegunAnew);
    }

    [Fact]
    public async Task A_batch_that_the_server_undid_to_end_a_deadlock_is_begun_anew_and_its_caller_does_not_notice()
    {
        var queues = new List<QueueId>();
        for (var i = 0; i < 3; i++)
            queues.Add((await AcceptForLaterAsync(First, [i]))[0].Queue);
        await using var one = await ConnectAsync();
        await using var two = await ConnectAsync();
        await using var watch = await ConnectAsync();
        await LockAsync(one, queues[1]);
        await RunAsync(two, "SET deadlock_timeout = '1h'"); // so that the server looks when the node begins to wait, and the node's transaction is the one undone
        await LockAsync(two, queues[2]);

        var putOff = First.PutOffAsync([.. queues]);
        await UntilAsync(() => HasWaitersAsync(one));
        var third = RunAsync(two, $"SELECT queue_id FROM queue WHERE queue_id = {queues[0].Value} FOR UPDATE");
        await UntilAsync(async () => (bool)(await RunAsync(watch, $"SELECT cardinality(pg_blocking_pids({two.ProcessID})) > 0"))!);
        await RunAsync(one, "ROLLBACK");
        await third.WaitAsync(Patience, TimeProvider.System, Cancellation);
        await RunAsync(two, "ROLLBACK");

        await putOff.WaitAsync(Patience, TimeProvider.System, Cancellation);
        Assert.Contains("40P01", Assert.Single(Log.Told, told => told.Event == BegunAnew).Text, StringComparison.Ordinal);
        Assert.Empty(await Second.DueQueuesAsync(Now.AddDays(1), default, 10));
    }

    [Fact]
    public async Task Two_nodes_that_do_everything_to_the_same_queues_never_stop_each_other()
    {
        const int Queues = 12;
        var seen = (await AcceptForLaterAsync(First, [.. Enumerable.Range(0, Queues)])).Select(consignment => consignment.Queue).ToArray();

        await Task.WhenAll(new[] { First, Second }.SelectMany(spool => Enumerable.Range(0, 6).Select(worker => Task.Run(() => WorkAsync(spool, worker)))));

        Assert.DoesNotContain(Log.Told, told => told.Event == BegunAnew);
        Assert.Empty((await PostgresCheck.RunAsync(Options("relay1"), repair: false, Time, Cancellation)).Findings);

        async Task WorkAsync(PostgresSpool spool, int worker)
        {
            var random = new Random((worker * 2) + (spool == First ? 1 : 0));
            for (var round = 0; round < 40; round++)
            {
                var some = seen.ToArray();
                random.Shuffle(some);
                var chosen = some.Take(random.Next(2, Queues)).ToImmutableArray();
                switch (random.Next(6))
                {
                    case 0:
                        await spool.PutOffAsync(chosen);
                        break;
                    case 1:
                        await spool.TakeUpAsync(chosen);
                        break;
                    case 2:
                        await spool.RetryAsync(chosen[0], Now, 10);
                        break;
                    case 3:
                        foreach (var claimed in await spool.ClaimAsync(chosen, Now, 2, (_, _) => Now.AddHours(1)))
                            await DeliverAsync(spool, claimed);
                        break;
                    default:
                        await AcceptForLaterAsync(spool, [.. Enumerable.Range(0, Queues).OrderBy(_ => random.Next()).Take(random.Next(1, Queues))]);
                        break;
                }
            }
        }
    }

    /// <summary>One message with a recipient for each of these queues.</summary>
    private Task<ImmutableArray<Consignment>> AcceptForLaterAsync(PostgresSpool spool, int[] queues, bool claimed = false) =>
        AcceptAsync(spool, [.. queues.Select(queue => $"d{queue}.example")], claimed, due: Now.AddMinutes(5));
}
