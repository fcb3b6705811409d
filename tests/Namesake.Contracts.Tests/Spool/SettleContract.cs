using System.Text.Json;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

public abstract class SettleContract(SpoolHouse house) : SpoolContract(house)
{
    [Theory]
    [InlineData(RecipientFate.Delivered)]
    [InlineData(RecipientFate.Failed)]
    public async Task With_its_last_recipient_the_message_goes(RecipientFate fate)
    {
        var consignment = await AcceptAsync(recipients: 2);

        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, fate, "250 ok")], null, []));
        Assert.Equal(1, (await View.TotalsAsync(Cancellation)).Messages);
        Assert.NotEmpty(await ContentAsync(consignment.Message));

        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(1, fate, "250 ok")], null, []));
        Assert.Equal(0, (await View.TotalsAsync(Cancellation)).Messages);
        Assert.Equal(0, await WaitingAsync());
        Assert.Null(await View.MessageAsync(consignment.Message, Cancellation));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => Spool.OpenContentAsync(consignment.Message, Cancellation));
    }

    [Fact]
    public async Task Recipients_not_named_keep_their_claim()
    {
        var consignment = await AcceptAsync(recipients: 2);

        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Waiting, "450 later", Now)], null, []));

        Assert.Equal([0], Assert.Single(await ClaimDueAsync()).Recipients.Select(recipient => recipient.Ordinal));
    }

    [Fact]
    public async Task Waiting_mail_comes_back_when_it_is_due_again()
    {
        var consignment = await AcceptAsync();

        await SettleAsync(consignment, RecipientFate.Waiting, "450 4.2.0 greylisted", Now.AddMinutes(20));

        Assert.Empty(await DueAsync());
        House.Time.Advance(TimeSpan.FromMinutes(20));
        var again = Assert.Single(await ClaimDueAsync());
        Assert.Equal(2, again.Recipients[0].Attempts);
        Assert.Equal("450 4.2.0 greylisted", again.Recipients[0].LastReply);
        Assert.Null(again.Content);
    }

    [Fact]
    public async Task Without_a_new_time_the_one_stored_with_the_claim_holds()
    {
        var consignment = await AcceptAsync(due: TimeSpan.FromMinutes(5));

        await SettleAsync(consignment, RecipientFate.Waiting);

        var queue = Assert.Single(await View.QueuesAsync(All, First, 10, Cancellation));
        Assert.Equal(consignment.Due, queue.EarliestDue);
    }

    [Fact]
    public async Task An_attempt_given_back_was_never_made()
    {
        var consignment = await AcceptAsync();

        await SettleAsync(consignment, RecipientFate.Waiting, due: Now, count: false);

        var again = Assert.Single(await ClaimDueAsync());
        Assert.Equal(1, again.Recipients[0].Attempts);
    }

    [Fact]
    public async Task A_reply_once_heard_stays_until_a_newer_one_comes()
    {
        var consignment = await AcceptAsync();
        await SettleAsync(consignment, RecipientFate.Waiting, "421 go away", Now);

        var second = Assert.Single(await ClaimDueAsync());
        await SettleAsync(second, RecipientFate.Waiting, reply: null, Now);

        Assert.Equal("421 go away", Assert.Single(await ClaimDueAsync()).Recipients[0].LastReply);
    }

    [Fact]
    public async Task A_life_is_only_ever_shortened()
    {
        var consignment = await AcceptAsync(life: TimeSpan.FromHours(10));

        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Waiting, null, Now, Expires: Now.AddHours(20))], null, []));
        var second = Assert.Single(await ClaimDueAsync());
        Assert.Equal(consignment.Expires, second.Expires);

        await Spool.SettleAsync(new Settlement(second, [new RecipientResult(0, RecipientFate.Waiting, null, Now, Expires: Now.AddHours(1))], null, []));
        Assert.Equal(Now.AddHours(1), Assert.Single(await ClaimDueAsync()).Expires);
    }

    [Fact]
    public async Task Undeliverable_mail_is_kept_and_shown_and_never_tried_again()
    {
        var consignment = await AcceptAsync();

        await SettleAsync(consignment, RecipientFate.Undeliverable, "550 no such user");
        House.Time.Advance(TimeSpan.FromDays(House.EventDays - 1));
        await House.RestartAsync();

        Assert.Empty(await DueAsync());
        Assert.Empty(await Spool.ClaimExpiredAsync(Now, 100));
        var totals = await View.TotalsAsync(Cancellation);
        Assert.Equal((1, 0, 1), (totals.Messages, totals.Recipients, totals.Undeliverable));
        var details = await View.MessageAsync(consignment.Message, Cancellation);
        var recipient = Assert.Single(details!.Recipients);
        Assert.Equal(("undeliverable", "550 no such user"), (recipient.State, recipient.LastReply));
        Assert.NotEmpty(await ContentAsync(consignment.Message));
    }

    [Fact]
    public async Task A_DSN_is_there_in_the_moment_its_mail_is_gone()
    {
        var consignment = await AcceptAsync();
        var dsn = Mail(Key("acme-v6", "acme.example"), claimed: true) with { IsDsn = true, Client = "dsn" };
        var waiting = Mail(Key("acme-v6", "acme.example"), claimed: false) with { IsDsn = true, Client = "dsn" };

        var spawned = await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Failed, "550 no")], null, [dsn, waiting]));

        Assert.Equal([dsn.Id, waiting.Id], spawned.Select(found => found.Message));
        Assert.Equal([true, false], spawned.Select(found => found.Claimed));
        Assert.Equal(dsn.Content, spawned[0].Content);
        Assert.Equal(2, (await View.TotalsAsync(Cancellation)).Messages);
        Assert.Equal(waiting.Id, Assert.Single(await ClaimDueAsync()).Message);
    }

    [Fact]
    public async Task A_spawned_message_that_cannot_be_stored_leaves_the_mail_as_it_was()
    {
        var consignment = await AcceptAsync();
        var impossible = Mail() with { Consignments = [new NewConsignment(Key(), [0, 0], true, Now)] }; // one recipient twice

        await Assert.ThrowsAnyAsync<Exception>(() => Spool.SettleAsync(
            new Settlement(consignment, [new RecipientResult(0, RecipientFate.Failed, "550 no")], Event(consignment, Now), [impossible])));

        Assert.Equal(1, await WaitingAsync());
        var details = await View.MessageAsync(consignment.Message, Cancellation);
        Assert.Equal("claimed", Assert.Single(details!.Recipients).State);
        Assert.Empty(details.Events);
    }

    [Fact]
    public async Task A_settlement_given_twice_happens_once()
    {
        var consignment = await AcceptAsync();
        var dsn = Mail(claimed: true) with { IsDsn = true };
        var settlement = new Settlement(consignment, [new RecipientResult(0, RecipientFate.Failed, "550 no")], Event(consignment, Now, "refused"), [dsn]);

        await Spool.SettleAsync(settlement);
        var again = await Spool.SettleAsync(settlement);

        Assert.Equal(dsn.Id, Assert.Single(again).Message);
        Assert.Equal(1, await WaitingAsync());
        Assert.Single((await View.MessageAsync(consignment.Message, Cancellation))!.Events);
    }

    [Fact]
    public async Task A_settlement_given_twice_does_not_end_a_newer_claim_of_a_later_run()
    {
        var consignment = await AcceptAsync();
        await House.RestartAsync();
        var newer = Assert.Single(await ClaimDueAsync());

        // Another process's late settlement cannot come here; the same process's can only name its own run, which the spool knows.
        await SettleAsync(newer, RecipientFate.Waiting, "450 later", Now.AddMinutes(9));
        await SettleAsync(consignment, RecipientFate.Waiting, "stale", Now.AddMinutes(1), count: false);

        var details = await View.MessageAsync(consignment.Message, Cancellation);
        var recipient = Assert.Single(details!.Recipients);
        Assert.Equal(("waiting", 2, "450 later", Now.AddMinutes(9)), (recipient.State, recipient.Attempts, recipient.LastReply, recipient.Due));
    }

    [Fact]
    public async Task Events_tell_the_story_of_a_message_after_it_is_gone()
    {
        var consignment = await AcceptAsync();
        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Waiting, "450", Now)], Event(consignment, Now, "deferred"), []));
        House.Time.Advance(TimeSpan.FromDays(1));
        var again = Assert.Single(await ClaimDueAsync());
        await Spool.SettleAsync(new Settlement(again, [new RecipientResult(0, RecipientFate.Delivered, "250")], Event(again, Now), []));

        var details = await View.MessageAsync(consignment.Message, Cancellation);

        Assert.Null(details!.Summary);
        var outcomes = details.Events.Select(json => JsonDocument.Parse(json).RootElement).ToList();
        Assert.Equal(["deferred", "delivered"], outcomes.Select(json => json.GetProperty("outcome").GetString()));
        Assert.Equal("Grüße aus dem Test – \"quoted\"", outcomes[0].GetProperty("explanation").GetString());
    }

    [Fact]
    public async Task An_event_without_results_is_written_down()
    {
        var consignment = await AcceptAsync();

        await Spool.SettleAsync(new Settlement(consignment, [], Event(consignment, Now, "abandoned"), []));

        Assert.Single((await View.MessageAsync(consignment.Message, Cancellation))!.Events);
        Assert.Equal(1, await WaitingAsync());
    }
}
