using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Contracts.Tests.Spool;

public abstract class ViewContract(SpoolHouse house) : SpoolContract(house)
{
    [Fact]
    public async Task Messages_come_in_pages_by_id()
    {
        var ids = new List<MessageId>();
        for (var i = 0; i < 7; i++)
            ids.Add((await AcceptAsync(claimed: i % 2 == 0)).Message);

        var seen = new List<MessageId>();
        while (await View.MessagesAsync(All, seen.LastOrDefault(), 3, Cancellation) is { IsEmpty: false } page)
            seen.AddRange(page.Select(message => message.Id));

        Assert.Equal(ids, seen);
    }

    [Fact]
    public async Task Filters_leave_out_what_does_not_match()
    {
        await AcceptAsync(Key("a-1", "one.example", "a"));
        await AcceptAsync(Key("a-2", "two.example", "a"));
        await AcceptAsync(Key("b-1", "one.example", "b"), claimed: false);

        Assert.Equal(2, (await View.MessagesAsync(new SpoolFilter(new BrandId("a")), default, 10, Cancellation)).Length);
        Assert.Equal(2, (await View.MessagesAsync(new SpoolFilter(Domain: DomainName.Parse("one.example")), default, 10, Cancellation)).Length);
        Assert.Single(await View.MessagesAsync(new SpoolFilter(Source: new SourceId("a-2")), default, 10, Cancellation));
        Assert.Empty(await View.MessagesAsync(new SpoolFilter(new BrandId("b"), new SourceId("a-1")), default, 10, Cancellation));
        var queue = Assert.Single(await View.QueuesAsync(new SpoolFilter(new BrandId("b")), First, 10, Cancellation));
        Assert.Equal((Key("b-1", "one.example", "b"), 1L, Now), (queue.Key, queue.Waiting, queue.EarliestDue));
        Assert.Equal(3, (await View.QueuesAsync(All, First, 10, Cancellation)).Length);
    }

    [Fact]
    public async Task Mail_is_found_by_who_handed_it_in_and_tells_so_wherever_it_shows()
    {
        var hers = Assert.Single(await Spool.AcceptAsync(Mail(claimed: false) with { Submitter = "ann" }));
        var mine = await AcceptAsync(claimed: false);

        var summary = Assert.Single(await View.MessagesAsync(new SpoolFilter(Submitter: "ann"), default, 10, Cancellation));
        var claimed = await ClaimDueAsync();

        Assert.Equal((hers.Message, "ann", "ann"), (summary.Id, summary.Submitter, hers.Submitter));
        Assert.Equal([(hers.Message, "ann"), (mine.Message, "10.0.0.9")], claimed.Select(consignment => (consignment.Message, consignment.Submitter)).Order());
    }

    [Fact]
    public async Task A_summary_tells_of_the_first_recipient_not_settled()
    {
        var consignment = await AcceptAsync(recipients: 3);
        await Spool.SettleAsync(new Settlement(
            consignment,
            [
                new RecipientResult(0, RecipientFate.Delivered, "250"),
                new RecipientResult(1, RecipientFate.Waiting, "450 4.7.1 later", Now.AddHours(1)),
                new RecipientResult(2, RecipientFate.Undeliverable, "550 never"),
            ],
            null,
            []));

        var summary = Assert.Single(await View.MessagesAsync(All, default, 10, Cancellation));

        Assert.Equal(
            new MessageSummary(
                consignment.Message, consignment.Key.Brand, "ann@acme.example", consignment.Size, 1, "waiting", consignment.Key.Source, consignment.Key.Domain, 1,
                Now.AddHours(1), consignment.Expires, "450 4.7.1 later", Submitter: "10.0.0.9"),
            summary);
    }

    [Fact]
    public async Task An_unknown_message_is_unknown()
    {
        await AcceptAsync();

        Assert.Null(await View.MessageAsync(new MessageId(1), Cancellation));
    }

    [Fact]
    public async Task Totals_count_messages_recipients_and_what_is_undeliverable()
    {
        await AcceptAsync(recipients: 3);
        await SettleAsync(await AcceptAsync(recipients: 2), RecipientFate.Undeliverable, "550");

        var totals = await View.TotalsAsync(Cancellation);

        Assert.Equal((2, 3, 2), (totals.Messages, totals.Recipients, totals.Undeliverable));
        Assert.True(totals.SizeBytes > 0);
    }
}
