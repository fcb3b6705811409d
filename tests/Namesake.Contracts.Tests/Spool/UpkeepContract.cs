using System.Security.Cryptography;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>What doesn't stay for ever: events of attempts, and what nobody could be told of.</summary>
public abstract class UpkeepContract(SpoolHouse house) : SpoolContract(house)
{
    [Fact]
    public async Task Events_past_their_days_go_without_a_word_of_too_many()
    {
        var old = await DeliverAsync();
        House.Time.Advance(TimeSpan.FromDays(House.EventDays - 1));
        var young = await DeliverAsync();

        House.Time.Advance(TimeSpan.FromDays(1));
        await House.TidyAsync();

        await UntilAsync(async () => await View.MessageAsync(old, Cancellation) is null, "the first day's events are gone");
        Assert.Single((await View.MessageAsync(young, Cancellation))!.Events);
        Assert.Null((await View.TotalsAsync(Cancellation)).EventsFrom);
    }

    [Fact]
    public async Task Events_that_take_too_much_go_before_their_days_the_oldest_first_and_it_is_told()
    {
        var ids = new List<MessageId>();
        for (var day = 0; day < 3; day++)
        {
            if (day > 0)
                House.Time.Advance(TimeSpan.FromDays(1));
            ids.AddRange(await Task.WhenAll(Enumerable.Range(0, 600).Select(_ => DeliverAsync(bulk: 1_500))));
        }
        var all = await EventBytesAsync(2_000_000);
        Assert.Null((await View.TotalsAsync(Cancellation)).EventsFrom);
        House.EventBytes = all / 2;
        await House.RestartAsync();

        await House.TidyAsync();

        await UntilAsync(async () => await View.TotalsAsync(Cancellation) is { EventBytes: > 0 } totals && totals.EventBytes <= House.EventBytes, "events take no more than they may");
        Assert.Null(await View.MessageAsync(ids[0], Cancellation));
        Assert.Single((await View.MessageAsync(ids[^1], Cancellation))!.Events);
        var from = (await View.TotalsAsync(Cancellation)).EventsFrom;
        Assert.InRange(from!.Value, Now.AddDays(-2), Now);
        Assert.Contains(House.Log.Told, told => told.Text.Contains("Raise spool.eventBytes", StringComparison.Ordinal));

        House.Time.Advance(TimeSpan.FromDays(House.EventDays)); // by then it would have gone anyway
        Assert.Null((await View.TotalsAsync(Cancellation)).EventsFrom);
    }

    [Fact]
    public async Task Undeliverable_mail_goes_after_as_many_days_as_events_do_with_its_content()
    {
        var old = await AcceptAsync();
        await SettleAsync(old, RecipientFate.Undeliverable, "550 no such user");
        var half = await AcceptAsync(recipients: 2, life: TimeSpan.FromDays(60));
        await Spool.SettleAsync(new Settlement(half, [new RecipientResult(0, RecipientFate.Undeliverable, "550 no"), new RecipientResult(1, RecipientFate.Waiting, "450 later", Now)], null, []));
        var late = await AcceptAsync(life: TimeSpan.FromDays(60)); // as old as the others, but tried for longer
        House.Time.Advance(TimeSpan.FromDays(House.EventDays - 1));
        await SettleAsync(late, RecipientFate.Undeliverable, "550 no such user");

        House.Time.Advance(TimeSpan.FromDays(1));
        await House.TidyAsync();

        await UntilAsync(async () => (await View.TotalsAsync(Cancellation)) is { Messages: 2, Recipients: 1, Undeliverable: 1 }, "what was undeliverable for fourteen days is gone");
        Assert.Null(await View.MessageAsync(old.Message, Cancellation));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => Spool.OpenContentAsync(old.Message, Cancellation));
        Assert.Equal("waiting", Assert.Single((await View.MessageAsync(half.Message, Cancellation))!.Recipients).State);
        Assert.NotEmpty(await ContentAsync(half.Message));
        Assert.Equal("undeliverable", Assert.Single((await View.MessageAsync(late.Message, Cancellation))!.Recipients).State);
        Assert.NotEmpty(await ContentAsync(late.Message));
    }

    [Fact]
    public async Task Thousands_of_undeliverable_messages_go_and_the_young_among_them_stay()
    {
        var young = new List<Consignment>();
        for (var turn = 0; turn < 3; turn++)
        {
            var accepted = await Task.WhenAll(Enumerable.Range(0, 600).Select(i => AcceptAsync(Key(domain: $"d{i % 7}.example"), life: TimeSpan.FromDays(60))));
            if (turn == 1)
                young.AddRange(accepted);
            else
                await Task.WhenAll(accepted.Select(consignment => SettleAsync(consignment, RecipientFate.Undeliverable, "550 no")));
        }
        House.Time.Advance(TimeSpan.FromDays(House.EventDays));
        await Task.WhenAll(young.Select(consignment => SettleAsync(consignment, RecipientFate.Undeliverable, "550 no")));

        await House.TidyAsync();

        await UntilAsync(async () => (await View.TotalsAsync(Cancellation)) is { Messages: 600, Undeliverable: 600 }, "the old ones are gone");
        var left = new List<MessageId>();
        while (await View.MessagesAsync(All, left.LastOrDefault(), 500, Cancellation) is { IsEmpty: false } page)
            left.AddRange(page.Select(message => message.Id));
        Assert.Equal(young.Select(consignment => consignment.Message).Order(), left);
    }

    private async Task<MessageId> DeliverAsync(int bulk = 0)
    {
        var consignment = await AcceptAsync();
        var told = Event(consignment, Now) with { Reply = "250 ok " + Convert.ToHexString(RandomNumberGenerator.GetBytes(bulk / 2)) };
        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Delivered, "250")], told, []));
        return consignment.Message;
    }

    private async Task<long> EventBytesAsync(long atLeast)
    {
        var bytes = 0L;
        await UntilAsync(async () => (bytes = (await View.TotalsAsync(Cancellation)).EventBytes) >= atLeast, $"{atLeast} bytes of events are known");
        return bytes;
    }
}
