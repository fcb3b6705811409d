using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>Mail whose time is over, and mail whose sender must be told that it takes longer.</summary>
public abstract class LateMailContract(SpoolHouse house) : SpoolContract(house)
{
    [Fact]
    public async Task Expired_mail_is_taken_due_or_not_and_no_attempt_is_counted()
    {
        var waiting = await AcceptAsync(claimed: false, due: TimeSpan.FromDays(9), life: TimeSpan.FromDays(5));
        House.Time.Advance(TimeSpan.FromDays(5));

        var expired = Assert.Single(await Spool.ClaimExpiredAsync(Now, 10));

        Assert.Equal(waiting.Message, expired.Message);
        Assert.Equal(0, expired.Recipients[0].Attempts);
        Assert.True(expired.Claimed);
        Assert.Empty(await Spool.ClaimExpiredAsync(Now, 10));
        Assert.Empty(await DueAsync());
    }

    [Fact]
    public async Task Mail_claimed_by_this_run_does_not_expire_under_its_attempt()
    {
        await AcceptAsync(life: TimeSpan.FromHours(1));
        House.Time.Advance(TimeSpan.FromHours(2));

        Assert.Empty(await Spool.ClaimExpiredAsync(Now, 10));

        await House.RestartAsync();
        Assert.Single(await Spool.ClaimExpiredAsync(Now, 10));
    }

    [Fact]
    public async Task Mail_whose_time_ended_first_is_taken_first_and_none_before_its_time()
    {
        var longer = await AcceptAsync(claimed: false, life: TimeSpan.FromHours(1));
        House.Time.Advance(TimeSpan.FromMinutes(1));
        var shorter = await AcceptAsync(claimed: false, life: TimeSpan.FromMinutes(2));
        await AcceptAsync(claimed: false, life: TimeSpan.FromDays(1));

        House.Time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromMicroseconds(1));
        Assert.Empty(await Spool.ClaimExpiredAsync(Now, 10));
        House.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(shorter.Message, Assert.Single(await Spool.ClaimExpiredAsync(Now, 1)).Message);
        Assert.Equal(longer.Message, Assert.Single(await Spool.ClaimExpiredAsync(Now, 10)).Message);
        Assert.Empty(await Spool.ClaimExpiredAsync(Now, 10));
    }

    [Fact]
    public async Task A_life_that_was_shortened_ends_at_its_new_time()
    {
        var consignment = await AcceptAsync();
        await Spool.SettleAsync(new Settlement(
            consignment, [new RecipientResult(0, RecipientFate.Waiting, "550 5.7.25 no PTR", Now.AddDays(4), Expires: Now.AddHours(1))], null, []));

        House.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(await Spool.ClaimExpiredAsync(Now, 10));
        House.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(consignment.Message, Assert.Single(await Spool.ClaimExpiredAsync(Now, 10)).Message);
    }

    [Fact]
    public async Task A_message_to_thousands_whose_time_is_over_hides_no_other()
    {
        var many = Mail(claimed: false, recipients: 12_000, life: TimeSpan.FromHours(1));
        await Spool.AcceptAsync(many);
        var one = await AcceptAsync(claimed: false, life: TimeSpan.FromHours(1));
        House.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal([many.Id, one.Message], (await Spool.ClaimExpiredAsync(Now, 10)).Select(consignment => consignment.Message));
    }

    [Fact]
    public async Task Expired_mail_comes_in_pages()
    {
        for (var i = 0; i < 25; i++)
            await AcceptAsync(Key(domain: $"d{i % 3}.example"), claimed: false, life: TimeSpan.FromHours(1));
        House.Time.Advance(TimeSpan.FromHours(2));

        var pages = new List<int>();
        while (await Spool.ClaimExpiredAsync(Now, 10) is { IsEmpty: false } page)
            pages.Add(page.Length);

        Assert.Equal([10, 10, 5], pages);
    }

    [Fact]
    public async Task Giving_back_the_attempt_of_an_expiry_takes_none_away()
    {
        var consignment = await AcceptAsync(life: TimeSpan.FromHours(1));
        await SettleAsync(consignment, RecipientFate.Waiting, "450", Now);
        House.Time.Advance(TimeSpan.FromHours(2));
        var expired = Assert.Single(await Spool.ClaimExpiredAsync(Now, 10));

        await SettleAsync(expired, RecipientFate.Waiting, due: Now, count: false);

        Assert.Equal(2, Assert.Single(await ClaimDueAsync()).Recipients[0].Attempts); // one tried, one begun now
    }

    [Fact]
    public async Task A_delay_is_told_once()
    {
        var waiting = await AcceptAsync(claimed: false, recipients: 2, due: TimeSpan.FromHours(9));
        var from = Now;
        House.Time.Advance(TimeSpan.FromHours(4));

        var late = Assert.Single(await Spool.UntoldDelaysAsync(from, Now, 10));
        Assert.False(late.Claimed);
        var dsn = Mail(Key("acme-v6", "acme.example"), claimed: false, due: TimeSpan.FromHours(1)) with { IsDsn = true };
        var spawned = await Spool.SettleAsync(new Settlement(
            late, [.. late.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Noted, null, DelayTold: true))], null, [dsn]));

        Assert.Equal(dsn.Id, Assert.Single(spawned).Message);
        Assert.Empty(await Spool.UntoldDelaysAsync(from, Now, 10));
        var queue = Assert.Single(await View.QueuesAsync(All with { Domain = waiting.Key.Domain }, First, 10, Cancellation));
        Assert.Equal(waiting.Due, queue.EarliestDue); // nothing else changed
        House.Time.Advance(TimeSpan.FromHours(9));
        Assert.All((await ClaimDueAsync()).Single(found => found.Message == waiting.Message).Recipients, recipient => Assert.True(recipient.DelayTold));
    }

    [Fact]
    public async Task A_delay_is_not_told_twice_when_two_tell_it()
    {
        await AcceptAsync(claimed: false, due: TimeSpan.FromHours(9));
        House.Time.Advance(TimeSpan.FromHours(4));
        var late = Assert.Single(await Spool.UntoldDelaysAsync(DateTimeOffset.UnixEpoch, Now, 10));
        Settlement Tell() => new(
            late, [new RecipientResult(0, RecipientFate.Noted, null, DelayTold: true)], null, [Mail(Key("acme-v6", "acme.example"), due: TimeSpan.FromHours(1)) with { IsDsn = true }]);

        Assert.Single(await Spool.SettleAsync(Tell()));
        Assert.Empty(await Spool.SettleAsync(Tell()));

        Assert.Equal(2, await WaitingAsync());
    }

    [Fact]
    public async Task A_note_about_claimed_mail_keeps_its_claim()
    {
        var consignment = await AcceptAsync();

        await Spool.SettleAsync(new Settlement(
            consignment, [new RecipientResult(0, RecipientFate.Noted, "550 5.7.25 no PTR", Now.AddDays(9), Expires: Now.AddDays(1), DelayTold: true)], null, []));

        var recipient = Assert.Single((await View.MessageAsync(consignment.Message, Cancellation))!.Recipients);
        Assert.Equal(("claimed", 1, consignment.Due, Now.AddDays(1), "550 5.7.25 no PTR"), (recipient.State, recipient.Attempts, recipient.Due, recipient.Expires, recipient.LastReply));
        await SettleAsync(consignment, RecipientFate.Waiting, due: Now);
        Assert.True(Assert.Single(await ClaimDueAsync()).Recipients[0].DelayTold);
    }

    [Fact]
    public async Task Telling_a_delay_leaves_an_attempt_under_way_alone()
    {
        await AcceptAsync(claimed: false);
        House.Time.Advance(TimeSpan.FromHours(4));
        var late = Assert.Single(await Spool.UntoldDelaysAsync(DateTimeOffset.UnixEpoch, Now, 10));
        var underWay = Assert.Single(await ClaimDueAsync());

        await Spool.SettleAsync(new Settlement(late, [new RecipientResult(0, RecipientFate.Noted, null, DelayTold: true)], null, []));

        var recipient = Assert.Single((await View.MessageAsync(late.Message, Cancellation))!.Recipients);
        Assert.Equal(("claimed", 1), (recipient.State, recipient.Attempts));
        await SettleAsync(underWay, RecipientFate.Delivered);
        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task A_delay_of_mail_that_left_meanwhile_is_not_told()
    {
        await AcceptAsync(claimed: false);
        House.Time.Advance(TimeSpan.FromHours(4));
        var late = Assert.Single(await Spool.UntoldDelaysAsync(DateTimeOffset.UnixEpoch, Now, 10));
        await SettleAsync(Assert.Single(await ClaimDueAsync()), RecipientFate.Delivered);

        var spawned = await Spool.SettleAsync(new Settlement(
            late, [new RecipientResult(0, RecipientFate.Noted, null, DelayTold: true)], null, [Mail() with { IsDsn = true }]));

        Assert.Empty(spawned);
        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task Unclaimed_mail_cannot_be_settled_otherwise()
    {
        var waiting = await AcceptAsync(claimed: false);

        await Assert.ThrowsAsync<ArgumentException>(() => SettleAsync(waiting, RecipientFate.Delivered));
        Assert.Equal(1, await WaitingAsync());
    }

    [Fact]
    public async Task Untold_delays_come_in_id_order_within_their_range()
    {
        var accepted = new List<DateTimeOffset>();
        for (var i = 0; i < 5; i++)
        {
            accepted.Add((await AcceptAsync(claimed: false)).AcceptedAt);
            await AcceptAsync(claimed: true); // under way: told when its attempt ends
            House.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var found = await Spool.UntoldDelaysAsync(accepted[1], accepted[4], 2);
        Assert.Equal(accepted[1..3], found.Select(consignment => consignment.AcceptedAt));
        found = await Spool.UntoldDelaysAsync(accepted[1], accepted[4], 10);
        Assert.Equal(accepted[1..4], found.Select(consignment => consignment.AcceptedAt));
    }
}
