using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Contracts.Tests.Spool;

public abstract class MoveContract(SpoolHouse house) : SpoolContract(house)
{
    private static readonly SourceId Other = new("acme-v6");

    [Fact]
    public async Task A_claimed_consignment_moves_and_stays_claimed()
    {
        var consignment = await AcceptAsync(recipients: 2);

        var moved = await Spool.MoveAsync(consignment, Other);

        Assert.Equal(Key("acme-v6"), moved.Key);
        Assert.NotEqual(consignment.Queue, moved.Queue);
        Assert.Equal(consignment.Recipients, moved.Recipients);
        House.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await DueAsync());
        var queue = Assert.Single(await View.QueuesAsync(All, First, 10, Cancellation));
        Assert.Equal((moved.Queue, 2L), (queue.Id, queue.Waiting));
        await SettleAsync(moved, RecipientFate.Delivered);
        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task A_move_may_be_given_again()
    {
        var consignment = await AcceptAsync();

        var first = await Spool.MoveAsync(consignment, Other);
        var second = await Spool.MoveAsync(consignment, Other);

        Assert.Equal(first.Queue, second.Queue);
        Assert.Equal(1, await WaitingAsync());
    }

    [Fact]
    public async Task A_settlement_under_the_old_queue_still_counts()
    {
        var consignment = await AcceptAsync();
        await Spool.MoveAsync(consignment, Other);

        await SettleAsync(consignment, RecipientFate.Delivered);

        Assert.Equal(0, await WaitingAsync());
        Assert.Empty(await View.QueuesAsync(All, First, 10, Cancellation));
    }

    [Fact]
    public async Task Untried_mail_of_a_queue_moves_and_tried_mail_stays()
    {
        var untried = await AcceptAsync(claimed: false);
        var tried = await AcceptAsync();
        await SettleAsync(tried, RecipientFate.Waiting, "450 greylisted", Now);
        await AcceptAsync(); // claimed

        Assert.Equal(1, await Spool.MoveWaitingAsync(untried.Queue, Other, null, 100));

        var claimed = await ClaimDueAsync();
        Assert.Equal(Key("acme-v6"), claimed.Single(found => found.Message == untried.Message).Key);
        Assert.Equal(Key(), claimed.Single(found => found.Message == tried.Message).Key);
        Assert.Equal(3, await WaitingAsync());
    }

    [Fact]
    public async Task Tried_mail_moves_when_it_is_old_enough()
    {
        var old = await AcceptAsync();
        await SettleAsync(old, RecipientFate.Waiting, "450 greylisted", Now);
        House.Time.Advance(TimeSpan.FromHours(4));
        var border = Now;
        var young = await AcceptAsync();
        await SettleAsync(young, RecipientFate.Waiting, "450 greylisted", Now);

        Assert.Equal(1, await Spool.MoveWaitingAsync(old.Queue, Other, border, 100));

        Assert.Equal(old.Message, (await ClaimDueAsync()).Single(found => found.Key.Source == Other).Message);
    }

    [Fact]
    public async Task Mail_that_was_stopped_before_it_was_tried_counts_as_untried()
    {
        var consignment = await AcceptAsync();
        await SettleAsync(consignment, RecipientFate.Waiting, due: Now, count: false);

        Assert.Equal(1, await Spool.MoveWaitingAsync(consignment.Queue, Other, null, 100));
    }

    [Fact]
    public async Task No_more_moves_than_asked_for()
    {
        var queue = (await AcceptAsync(claimed: false)).Queue;
        for (var i = 0; i < 9; i++)
            await AcceptAsync(claimed: false);

        Assert.Equal(4, await Spool.MoveWaitingAsync(queue, Other, null, 4));
        Assert.Equal(6, await Spool.MoveWaitingAsync(queue, Other, null, 100));
        Assert.Equal(0, await Spool.MoveWaitingAsync(queue, Other, null, 100));

        Assert.Equal(10, Assert.Single(await DueAsync()).Waiting);
    }

    [Fact]
    public async Task A_queue_is_said_to_have_movable_mail_when_some_would_move()
    {
        var tried = await AcceptAsync();
        await SettleAsync(tried, RecipientFate.Waiting, "450 greylisted", Now);
        var untried = await AcceptAsync(Key(domain: "untried.example"), claimed: false);
        var claimed = await AcceptAsync(Key(domain: "claimed.example"));
        var held = await AcceptAsync(Key(domain: "held.example"), claimed: false);
        await ((IQueueControl)Spool).HoldAsync(held.Queue, [new(held.Message, 0)], new(new(Spool.NextId().Value), "kept", "ann", Now, null));
        async Task<IEnumerable<QueueId>> FoundAsync(DateTimeOffset? triedBefore) =>
            (await Spool.WithMovableAsync([.. new[] { tried.Queue, untried.Queue, claimed.Queue, held.Queue, new(424242) }.Select(queue => (queue, triedBefore))])).OrderBy(queue => queue.Value);

        Assert.Equal([untried.Queue], await FoundAsync(null));
        Assert.Equal([untried.Queue], await FoundAsync(tried.AcceptedAt));
        Assert.Equal([tried.Queue, untried.Queue], await FoundAsync(tried.AcceptedAt.AddMicroseconds(1)));

        await SettleAsync(claimed, RecipientFate.Waiting, due: Now, count: false);
        await ((IQueueControl)Spool).ReleaseAsync(held.Queue, [new(held.Message, 0)]);
        Assert.Equal([untried.Queue, claimed.Queue, held.Queue], await FoundAsync(null));
        Assert.Equal(1, await Spool.MoveWaitingAsync(untried.Queue, Other, null, 10));
        Assert.Equal([claimed.Queue, held.Queue], await FoundAsync(null));
        Assert.Empty(await Spool.WithMovableAsync([]));
    }

    [Fact]
    public async Task Mail_moves_oldest_first_what_was_never_tried_before_what_was()
    {
        var tried = await AcceptAsync();
        await SettleAsync(tried, RecipientFate.Waiting, "450 greylisted", Now);
        House.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await AcceptAsync(claimed: false, due: TimeSpan.FromHours(1));
        var third = await AcceptAsync(claimed: false, due: TimeSpan.Zero);
        House.Time.Advance(TimeSpan.FromHours(5));

        foreach (var next in new[] { second, third, tried })
        {
            Assert.Equal(1, await Spool.MoveWaitingAsync(tried.Queue, Other, Now, 1));
            Assert.Equal(Other, (await View.MessageAsync(next.Message, Cancellation))!.Recipients[0].Source);
        }
        Assert.Equal(0, await Spool.MoveWaitingAsync(tried.Queue, Other, Now, 1));
    }

    [Fact]
    public async Task Moving_to_the_same_source_or_out_of_an_unknown_queue_moves_nothing()
    {
        var waiting = await AcceptAsync(claimed: false);

        Assert.Equal(0, await Spool.MoveWaitingAsync(waiting.Queue, waiting.Key.Source, null, 10));
        Assert.Equal(0, await Spool.MoveWaitingAsync(new(424242), Other, null, 10));
        Assert.Single(await ClaimDueAsync());
    }

    [Fact]
    public async Task Unclaimed_mail_is_not_moved_by_hand()
    {
        var waiting = await AcceptAsync(claimed: false);

        await Assert.ThrowsAsync<ArgumentException>(() => Spool.MoveAsync(waiting, Other));
    }
}
