using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Contracts.Tests.Spool;

public abstract class ClaimContract(SpoolHouse house) : SpoolContract(house)
{
    [Fact]
    public async Task Mail_with_a_way_of_its_own_is_a_queue_of_its_own_also_after_a_restart()
    {
        var back = Key() with { Via = "10.0.0.9:25" };
        var byDomain = await AcceptAsync(Key(), claimed: false);
        var byPeer = await AcceptAsync(back, claimed: false);
        await House.RestartAsync();

        Assert.Equal([Key(), back], (await DueAsync()).Select(queue => queue.Key).OrderBy(key => key.Via));
        var claimed = Assert.Single(await Spool.ClaimAsync([byPeer.Queue], Now, 10, (_, _) => Now + TimeSpan.FromMinutes(10)));
        Assert.Equal((byPeer.Message, "10.0.0.9:25"), (claimed.Message, claimed.Via));
        Assert.Equal(back with { Source = new SourceId("acme-v6") }, (await Spool.MoveAsync(claimed, new SourceId("acme-v6"))).Key);
        Assert.Equal(byDomain.Message, Assert.Single(await ClaimDueAsync()).Message);
    }

    [Fact]
    public async Task Mail_is_offered_when_it_is_due_and_not_before()
    {
        await AcceptAsync(claimed: false, due: TimeSpan.FromMinutes(5));

        House.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMicroseconds(1));
        Assert.Empty(await DueAsync());
        House.Time.Advance(TimeSpan.FromMicroseconds(1));

        var queue = Assert.Single(await DueAsync());
        Assert.Equal(Now, queue.EarliestDue);
        Assert.Equal(1, queue.Waiting);
    }

    [Fact]
    public async Task A_claim_counts_the_attempt_and_stores_the_next_one_before_it_is_given_out()
    {
        var accepted = await AcceptAsync(claimed: false, recipients: 2);
        Assert.Equal(0, accepted.Recipients[0].Attempts);
        var asked = new List<(MessageId, int)>();

        var claimed = Assert.Single(await Spool.ClaimAsync([accepted.Queue], Now, 10, (message, attempts) =>
        {
            asked.Add((message, attempts));
            return Now.AddMinutes(7);
        }));

        Assert.Equal([(accepted.Message, 1)], asked);
        Assert.Equal(Now.AddMinutes(7), claimed.Due);
        Assert.True(claimed.Claimed);
        Assert.All(claimed.Recipients, recipient => Assert.Equal(1, recipient.Attempts));
        var details = await View.MessageAsync(accepted.Message, Cancellation);
        Assert.All(details!.Recipients, recipient => Assert.Equal(("claimed", 1, Now.AddMinutes(7)), (recipient.State, recipient.Attempts, recipient.Due)));
    }

    [Fact]
    public async Task Nothing_is_claimed_twice()
    {
        for (var i = 0; i < 20; i++)
            await AcceptAsync(claimed: false);
        var queue = Assert.Single(await DueAsync()).Id;

        var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Spool.ClaimAsync([queue], Now, 3, (_, _) => Now.AddMinutes(1))));

        var messages = claims.SelectMany(claim => claim).Select(consignment => consignment.Message).ToList();
        Assert.Equal(20, messages.Count);
        Assert.Equal(20, messages.Distinct().Count());
    }

    [Fact]
    public async Task Oldest_due_goes_first()
    {
        var late = await AcceptAsync(claimed: false, due: TimeSpan.FromMinutes(3));
        var early = await AcceptAsync(claimed: false, due: TimeSpan.FromMinutes(1));
        var middle = await AcceptAsync(claimed: false, due: TimeSpan.FromMinutes(2));
        House.Time.Advance(TimeSpan.FromMinutes(10));

        var claimed = await Spool.ClaimAsync([early.Queue], Now, 2, (_, _) => Now.AddHours(1));

        Assert.Equal([early.Message, middle.Message], claimed.Select(consignment => consignment.Message));
        Assert.Equal(late.Due, Assert.Single(await DueAsync()).EarliestDue);
    }

    [Fact]
    public async Task A_page_of_each_queue_is_claimed_however_long_the_first_one_is()
    {
        var crowded = Key(domain: "crowded.example");
        for (var i = 0; i < 50; i++)
            await AcceptAsync(crowded, claimed: false);
        await AcceptAsync(Key(domain: "quiet.example"), claimed: false);

        var claimed = await ClaimDueAsync(perQueue: 5);

        Assert.Equal(5, claimed.Count(consignment => consignment.Key == crowded));
        Assert.Equal(1, claimed.Count(consignment => consignment.Key != crowded));
    }

    [Fact]
    public async Task Due_queues_come_in_pages_that_go_round_all_of_them()
    {
        for (var i = 0; i < 7; i++)
            await AcceptAsync(Key(domain: $"d{i}.example"), claimed: false);

        var seen = new List<QueueId>();
        var after = First;
        while (await Spool.DueQueuesAsync(Now, after, 3) is { IsEmpty: false } page)
        {
            Assert.True(page.Length <= 3);
            seen.AddRange(page.Select(queue => queue.Id));
            after = page[^1].Id;
        }

        Assert.Equal(7, seen.Distinct().Count());
        Assert.Equal(seen.OrderBy(id => id.Value), seen);
    }

    [Fact]
    public async Task A_queue_with_nothing_but_claimed_mail_is_not_due()
    {
        await AcceptAsync(claimed: false);
        await ClaimDueAsync();
        House.Time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(await DueAsync());
        Assert.Null(Assert.Single(await View.QueuesAsync(All, First, 10, Cancellation)).EarliestDue);
    }

    [Fact]
    public async Task An_unknown_queue_gives_nothing()
    {
        await AcceptAsync(claimed: false);

        Assert.Empty(await Spool.ClaimAsync([new QueueId(999_999)], Now, 10, (_, _) => Now));
    }

    [Fact]
    public async Task A_recipient_with_a_shorter_life_travels_alone()
    {
        var consignment = await AcceptAsync(recipients: 3);
        await Spool.SettleAsync(new Settlement(
            consignment,
            [
                new RecipientResult(0, RecipientFate.Waiting, null, Now),
                new RecipientResult(1, RecipientFate.Waiting, "550 5.7.25 no PTR", Now, Expires: Now.AddDays(1)),
                new RecipientResult(2, RecipientFate.Waiting, null, Now),
            ],
            null,
            []));

        var claimed = await ClaimDueAsync();

        Assert.Equal(2, claimed.Length);
        Assert.Equal([0, 2], claimed.Single(found => found.Expires == consignment.Expires).Recipients.Select(recipient => recipient.Ordinal));
        Assert.Equal([1], claimed.Single(found => found.Expires == Now.AddDays(1)).Recipients.Select(recipient => recipient.Ordinal));
    }

    [Fact]
    public async Task A_message_that_travels_in_several_parts_leaves_no_room_for_more_than_was_asked_for()
    {
        var parts = await AcceptAsync(recipients: 4);
        await Spool.SettleAsync(new Settlement(
            parts, [.. Enumerable.Range(0, 4).Select(i => new RecipientResult(i, RecipientFate.Waiting, "450 later", Now, Expires: Now.AddDays(1 + i)))], null, []));
        for (var i = 0; i < 5; i++)
            await AcceptAsync(claimed: false, due: TimeSpan.FromMinutes(1));
        House.Time.Advance(TimeSpan.FromMinutes(1));

        var sizes = new List<int>();
        while (await ClaimDueAsync(perQueue: 3) is { IsEmpty: false } claimed)
            sizes.Add(claimed.Length);

        Assert.Equal([3, 3, 3], sizes);
    }

    [Fact]
    public async Task A_schedule_that_throws_claims_nothing_and_spoils_nothing()
    {
        await AcceptAsync(claimed: false);
        var queue = Assert.Single(await DueAsync()).Id;

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Spool.ClaimAsync([queue], Now, 10, (_, _) => throw new InvalidTimeZoneException()));

        Assert.Single(await ClaimDueAsync());
    }
}
