using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>What operators do to queued mail.</summary>
public abstract class QueueControlContract(SpoolHouse house) : SpoolContract(house)
{
    private IQueueControl Control => (IQueueControl)Spool;

    [Fact]
    public async Task A_retry_makes_mail_due_that_was_due_later_and_changes_nothing_else_of_it()
    {
        var tried = await AcceptAsync();
        await SettleAsync(tried, RecipientFate.Waiting, "450 later", Now.AddHours(3));
        Assert.Empty(await DueAsync());

        Assert.Equal(1, await Control.RetryAsync(tried.Queue, Now, 500));

        var due = Assert.Single(await DueAsync());
        Assert.Equal((1L, Now), (due.Waiting, due.EarliestDue));
        var claimed = Assert.Single(await ClaimDueAsync());
        Assert.Equal((2, "450 later"), (claimed.Recipients[0].Attempts, claimed.Recipients[0].LastReply));
        Assert.Equal(tried.Expires, claimed.Expires);
    }

    [Fact]
    public async Task A_retry_leaves_alone_what_is_being_sent_what_is_due_and_what_is_undeliverable()
    {
        var queue = (await AcceptAsync()).Queue;
        await AcceptAsync(claimed: false);
        await SettleAsync(await AcceptAsync(), RecipientFate.Undeliverable, "550 never");

        Assert.Equal(0, await Control.RetryAsync(queue, Now, 500));

        Assert.Single(await ClaimDueAsync());
        Assert.Equal(2, await WaitingAsync());
    }

    [Fact]
    public async Task A_retry_goes_by_slices_until_nothing_is_left_and_other_queues_keep_their_time()
    {
        var queue = (await AcceptAsync(claimed: false, due: TimeSpan.FromHours(1), recipients: 3)).Queue;
        for (var i = 0; i < 4; i++)
            await AcceptAsync(claimed: false, due: TimeSpan.FromHours(2 + i));
        await AcceptAsync(Key("other"), claimed: false, due: TimeSpan.FromHours(1));

        var changed = (await Control.RetryAsync(queue, Now, 5), await Control.RetryAsync(queue, Now, 5), await Control.RetryAsync(queue, Now, 5));

        Assert.Equal((5, 2, 0), changed);

        Assert.Equal(5, (await ClaimDueAsync()).Length);
        Assert.Equal(0, await Control.RetryAsync(new QueueId(424242), Now, 5));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Control.RetryAsync(queue, Now, IQueueControl.MostAtOnce + 1));
    }

    [Fact]
    public async Task Mail_made_due_is_due_after_a_power_cut_too()
    {
        var queue = (await AcceptAsync(claimed: false, due: TimeSpan.FromHours(1))).Queue;
        await Control.RetryAsync(queue, Now, 500);

        await House.CrashAsync();

        Assert.Single(await ClaimDueAsync());
    }

    [Fact]
    public async Task A_queue_is_counted_by_what_is_due_what_is_later_and_what_is_being_sent()
    {
        var queue = (await AcceptAsync(recipients: 2)).Queue;
        await AcceptAsync(claimed: false);
        await AcceptAsync(claimed: false, due: TimeSpan.FromHours(1), recipients: 3);
        await SettleAsync(await AcceptAsync(), RecipientFate.Undeliverable, "550 never");

        var counts = await Control.CountWaitingAsync([new QueueId(424242), queue], Now, Cancellation);

        Assert.Equal([new WaitingCount(0, 0, 0), new WaitingCount(1, 3, 2)], counts);
    }
}
