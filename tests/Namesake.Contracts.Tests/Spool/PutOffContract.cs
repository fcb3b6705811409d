using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>Queues that may not move now are left out of the look for due mail, and are never left out for ever.</summary>
public abstract class PutOffContract(SpoolHouse house) : SpoolContract(house)
{
    [Fact]
    public async Task What_is_put_off_is_not_looked_at_until_it_is_taken_up_whatever_comes_into_it()
    {
        var queue = (await AcceptAsync(claimed: false)).Queue;
        await AcceptAsync(Key(domain: "other.example"), claimed: false);

        await Spool.PutOffAsync([queue]);
        await AcceptAsync(claimed: false);
        Assert.Equal("other.example", Assert.Single(await DueAsync()).Key.Domain.Value);
        await SettleAsync(await AcceptAsync(), RecipientFate.Waiting, "450 later", Now);
        Assert.Single(await DueAsync());

        await Spool.TakeUpAsync([queue]);
        Assert.Equal(2, (await DueAsync()).Length);
        Assert.Equal(4, (await ClaimDueAsync()).Length);
    }

    [Fact]
    public async Task It_is_still_shown_counted_moved_and_expired()
    {
        var queue = (await AcceptAsync(claimed: false, life: TimeSpan.FromHours(1))).Queue;
        await AcceptAsync(Key(domain: "other.example"), claimed: false);
        await Spool.PutOffAsync([queue]);

        Assert.Equal(2, (await View.QueuesAsync(All, First, 10, Cancellation)).Length);
        Assert.Equal([queue], (await Spool.UnclaimedQueuesAsync(First, 1)).Select(summary => summary.Id));
        Assert.Single(await Spool.UnclaimedQueuesAsync(queue, 10));
        Assert.Equal(1, await Spool.MoveWaitingAsync(queue, new SourceId("acme-v6"), Now, 10));
        Assert.Equal(2, (await DueAsync()).Length); // where it went nothing is put off

        await AcceptAsync(claimed: false, life: TimeSpan.FromHours(1));
        House.Time.Advance(TimeSpan.FromHours(2));
        Assert.Contains(queue, (await Spool.ClaimExpiredAsync(Now, 10)).Select(consignment => consignment.Queue));
    }

    [Fact]
    public async Task Queues_that_are_not_there_and_second_times_do_no_harm()
    {
        var queue = (await AcceptAsync(claimed: false)).Queue;
        await Spool.TakeUpAsync([queue, new QueueId(424242)]);
        Assert.Single(await DueAsync());

        await Spool.PutOffAsync([queue, new QueueId(424242)]);
        await Spool.PutOffAsync([queue]);
        Assert.Empty(await DueAsync());

        await Spool.TakeUpAsync([queue]);
        Assert.Single(await DueAsync());
        await Spool.PutOffAsync([]);
        await Spool.TakeUpAsync([]);
    }

    [Fact]
    public async Task After_a_restart_everything_is_looked_at_again()
    {
        await Spool.PutOffAsync([(await AcceptAsync(claimed: false)).Queue]);
        await House.RestartAsync();
        Assert.Single(await DueAsync());
    }

    [Fact]
    public async Task After_a_power_cut_too()
    {
        await Spool.PutOffAsync([(await AcceptAsync(claimed: false)).Queue]);
        await House.CrashAsync();
        Assert.Single(await DueAsync());
    }

    [Fact]
    public async Task A_thousand_put_off_at_once_leave_nothing_to_read_and_are_all_found_again()
    {
        var queues = new List<QueueId>();
        foreach (var message in Enumerable.Range(0, 10).Select(_ => Mail(recipients: 100)))
        {
            var spread = message with
            {
                Consignments = [.. Enumerable.Range(0, 100).Select(i => new NewConsignment(Key(domain: $"d{queues.Count}x{i}.example"), [i], Claimed: false, Now))],
            };
            queues.AddRange((await Spool.AcceptAsync(spread)).Select(consignment => consignment.Queue));
        }

        await Spool.PutOffAsync([.. queues]);
        Assert.Empty(await DueAsync());

        await Spool.TakeUpAsync([.. queues]);
        Assert.Equal(queues.ToHashSet(), (await DueAsync()).Select(queue => queue.Id).ToHashSet());
    }
}
