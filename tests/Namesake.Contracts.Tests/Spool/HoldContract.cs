using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>Mail that somebody keeps back, lets go, ends or moves, chosen recipient by recipient.</summary>
public abstract class HoldContract(SpoolHouse house) : SpoolContract(house)
{
    private readonly Dictionary<MessageId, Consignment> _known = [];

    private IQueueControl Control => (IQueueControl)Spool;

    private MailHold Hold(string reason = "stolen mailbox") => new(new HoldId(Spool.NextId().Value), reason, "ann", Now, Now.AddHours(6));

    [Fact]
    public async Task Held_mail_is_not_claimed_and_is_counted_and_shown_with_its_reason_and_since_when()
    {
        var mail = await AcceptAsync(claimed: false, recipients: 2);
        await AcceptAsync(claimed: false);
        var hold = Hold();

        Assert.Equal(2, await Control.HoldAsync(mail.Queue, Ids(mail), hold));

        var other = Assert.Single(await ClaimDueAsync());
        Assert.NotEqual(mail.Message, other.Message);
        var queue = Assert.Single(await View.QueuesAsync(All, First, 10, Cancellation));
        Assert.Equal((3L, 2L, null), (queue.Waiting, queue.Held, queue.EarliestDue));
        Assert.Equal([new WaitingCount(0, 0, 1, 2)], await Control.CountWaitingAsync([mail.Queue], Now, Cancellation));
        Assert.Equal((3L, 2L), ((await View.TotalsAsync(Cancellation)).Recipients, (await View.TotalsAsync(Cancellation)).Held));
        var shown = (await View.MessageAsync(mail.Message, Cancellation))!;
        Assert.Equal(("held", hold), (shown.Summary!.State, shown.Summary.Hold));
        Assert.All(shown.Recipients, recipient => Assert.Equal(("held", hold), (recipient.State, recipient.Hold)));
        Assert.Equal([new HoldSummary(hold, 2)], await View.HoldsAsync(All, Cancellation));
        Assert.Empty(await View.HoldsAsync(new SpoolFilter(Source: new SourceId("other")), Cancellation));
    }

    [Fact]
    public async Task Held_mail_is_held_after_a_restart_and_after_a_power_cut()
    {
        var mail = await AcceptAsync(claimed: false);
        var hold = Hold();
        await Control.HoldAsync(mail.Queue, Ids(mail), hold);

        await House.RestartAsync();
        Assert.Empty(await ClaimDueAsync());
        await House.CrashAsync();
        Assert.Empty(await ClaimDueAsync());

        Assert.Equal([new HoldSummary(hold, 1)], await View.HoldsAsync(All, Cancellation));
        Assert.Equal(1, await Control.ReleaseAsync(mail.Queue, Ids(mail)));
        Assert.Single(await ClaimDueAsync());
        Assert.Empty(await View.HoldsAsync(All, Cancellation));
    }

    [Fact]
    public async Task Holds_whose_end_has_come_are_found_as_long_as_they_hold_something()
    {
        var (soon, late, open) = (Hold(), Hold() with { Until = Now.AddHours(9) }, Hold() with { Until = null });
        var mail = new List<Consignment>();
        foreach (var hold in new[] { soon, late, open })
        {
            mail.Add(await AcceptAsync(claimed: false, recipients: 2));
            await Control.HoldAsync(mail[^1].Queue, Ids(mail[^1]), hold);
        }

        Assert.Empty(await View.EndedHoldsAsync(soon.Until!.Value - TimeSpan.FromMicroseconds(1), Cancellation));
        Assert.Equal([soon], await View.EndedHoldsAsync(soon.Until.Value, Cancellation));
        Assert.Equal([soon, late], await View.EndedHoldsAsync(Now.AddDays(100), Cancellation));
        await Control.ReleaseAsync(mail[0].Queue, Ids(mail[0])[..1]);
        Assert.Equal([soon], await View.EndedHoldsAsync(soon.Until.Value, Cancellation));
        await Control.ReleaseAsync(mail[0].Queue, Ids(mail[0])[1..]);
        Assert.Equal([late], await View.EndedHoldsAsync(Now.AddDays(100), Cancellation));
    }

    [Fact]
    public async Task What_is_released_waits_as_before_and_is_due_when_it_was()
    {
        var tried = await AcceptAsync();
        await SettleAsync(tried, RecipientFate.Waiting, "450 later", Now.AddHours(3));
        await Control.HoldAsync(tried.Queue, Ids(tried), Hold());

        Assert.Equal(1, await Control.ReleaseAsync(tried.Queue, Ids(tried)));

        Assert.Empty(await DueAsync());
        House.Time.Advance(TimeSpan.FromHours(3));
        var claimed = Assert.Single(await ClaimDueAsync());
        Assert.Equal((2, "450 later", null), (claimed.Recipients[0].Attempts, claimed.Recipients[0].LastReply, claimed.Hold));
        Assert.Equal(tried.Expires, claimed.Expires);
    }

    [Fact]
    public async Task What_is_being_sent_is_not_held_and_a_second_hold_changes_nothing()
    {
        var sending = await AcceptAsync();
        var mail = await AcceptAsync(claimed: false);
        var first = Hold();
        await Control.HoldAsync(mail.Queue, Ids(mail), first);

        Assert.Equal(0, await Control.HoldAsync(mail.Queue, [.. Ids(mail), .. Ids(sending)], Hold("another")));
        Assert.Equal(0, await Control.HoldAsync(new QueueId(424242), Ids(mail), Hold()));
        Assert.Equal(0, await Control.ReleaseAsync(sending.Queue, Ids(sending)));
        Assert.Equal(0, await Control.RetryAsync(mail.Queue, Ids(mail), Now));

        Assert.Equal([new HoldSummary(first, 1)], await View.HoldsAsync(All, Cancellation));
        await SettleAsync(sending, RecipientFate.Delivered);
        Assert.Equal(1, await WaitingAsync());
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Control.HoldAsync(mail.Queue, [.. Enumerable.Range(0, 501).Select(i => new RecipientId(mail.Message, i))], first));
    }

    [Fact]
    public async Task Held_mail_still_expires_and_says_by_what_it_is_held()
    {
        var mail = await AcceptAsync(claimed: false, life: TimeSpan.FromHours(5), recipients: 2);
        var hold = Hold();
        await Control.HoldAsync(mail.Queue, Ids(mail), hold);
        House.Time.Advance(TimeSpan.FromHours(6));

        var expired = Assert.Single(await Spool.ClaimExpiredAsync(Now, 10));

        Assert.Equal((hold, 2), (expired.Hold, expired.Recipients.Length));
        await SettleAsync(expired, RecipientFate.Failed);
        Assert.Equal(new SpoolTotals(0, 0, 0, 0), (await View.TotalsAsync(Cancellation)) with { SizeBytes = 0, EventBytes = 0 });
        Assert.Empty(await View.QueuesAsync(All, First, 10, Cancellation));
    }

    [Fact]
    public async Task A_delay_of_held_mail_is_told_once_with_what_holds_it()
    {
        var mail = await AcceptAsync(claimed: false);
        var hold = Hold();
        await Control.HoldAsync(mail.Queue, Ids(mail), hold);
        House.Time.Advance(TimeSpan.FromHours(5));

        var late = Assert.Single(await Spool.UntoldDelaysAsync(Now.AddDays(-1), Now.AddHours(-4), 10));
        Assert.Equal(hold, late.Hold);
        await Spool.SettleAsync(new Settlement(late, [new RecipientResult(0, RecipientFate.Noted, null, DelayTold: true)], null, []));

        Assert.Empty(await Spool.UntoldDelaysAsync(Now.AddDays(-1), Now.AddHours(-4), 10));
        Assert.Equal(hold, (await View.MessageAsync(mail.Message, Cancellation))!.Summary!.Hold);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_taken_to_be_ended_is_ended_with_its_event_or_stays_as_it_was(bool held)
    {
        var mail = await AcceptAsync(claimed: false, recipients: 2, due: TimeSpan.FromHours(1));
        var others = await AcceptAsync(claimed: false);
        if (held)
            await Control.HoldAsync(mail.Queue, Ids(mail), Hold());

        var taken = Assert.Single(await Control.TakeAsync(mail.Queue, Ids(mail)));
        Assert.Equal((mail.Message, held, 0), (taken.Message, taken.Hold is not null, taken.Recipients[0].Attempts));
        Assert.Empty(await Control.TakeAsync(mail.Queue, Ids(mail)));
        Assert.Equal("claimed", (await View.MessageAsync(mail.Message, Cancellation))!.Summary!.State);

        await House.CrashAsync(); // nobody ended them
        Assert.Equal(held ? "held" : "waiting", (await View.MessageAsync(mail.Message, Cancellation))!.Summary!.State);
        Assert.Equal(held ? 1 : 2, (await ClaimDueAsync()).Length); // by a start everything claimed is due, but what is held

        if (!held)
            return;
        taken = Assert.Single(await Control.TakeAsync(mail.Queue, Ids(mail)));
        var story = Event(taken, Now, "removed");
        await Spool.SettleAsync(new Settlement(taken, [.. taken.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Failed, null))], story, []));
        await Spool.SettleAsync(new Settlement(taken, [.. taken.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Failed, null))], story, [])); // happens once
        Assert.Equal((1L, 0L), ((await View.TotalsAsync(Cancellation)).Recipients, (await View.TotalsAsync(Cancellation)).Held));
        Assert.Contains("removed", Assert.Single((await View.MessageAsync(mail.Message, Cancellation))!.Events), StringComparison.Ordinal);
        Assert.NotNull(await View.MessageAsync(others.Message, Cancellation));
    }

    [Fact]
    public async Task Chosen_recipients_move_to_another_source_and_held_ones_stay_held_there()
    {
        var waiting = await AcceptAsync(claimed: false);
        var held = await AcceptAsync(claimed: false);
        var sending = await AcceptAsync();
        await Control.HoldAsync(held.Queue, Ids(held), Hold());

        Assert.Equal(2, await Control.MoveAsync(waiting.Queue, [.. Ids(waiting), .. Ids(held), .. Ids(sending)], new SourceId("acme-v6")));
        Assert.Equal(0, await Control.MoveAsync(waiting.Queue, Ids(waiting), new SourceId("acme-v4")));

        var queues = (await View.QueuesAsync(All, First, 10, Cancellation)).ToDictionary(queue => queue.Key.Source.Value, queue => (queue.Waiting, queue.Held));
        Assert.Equal(((1L, 0L), (2L, 1L)), (queues["acme-v4"], queues["acme-v6"]));
        Assert.Equal(Key("acme-v6"), Assert.Single(await ClaimDueAsync()).Key);
        Assert.Equal("acme-v6", (await View.MessageAsync(held.Message, Cancellation))!.Summary!.Source.Value);
    }

    [Fact]
    public async Task Chosen_recipients_are_due_now()
    {
        var mail = await AcceptAsync(claimed: false, due: TimeSpan.FromHours(2), recipients: 3);

        Assert.Equal(2, await Control.RetryAsync(mail.Queue, [new(mail.Message, 0), new(mail.Message, 2), new(mail.Message, 7)], Now));

        Assert.Equal([0, 2], Assert.Single(await ClaimDueAsync()).Recipients.Select(recipient => recipient.Ordinal));
    }

    [Fact]
    public async Task A_queue_is_looked_through_by_every_part_of_a_filter()
    {
        var ann = await AcceptAsync(Mail() with { Submitter = "ann", Consignments = [new NewConsignment(Key(), [0], false, Now)] });
        House.Time.Advance(TimeSpan.FromHours(2));
        var bob = await AcceptAsync(Mail() with { Submitter = "bob", Consignments = [new NewConsignment(Key(), [0], false, Now.AddHours(1))] });
        var held = await AcceptAsync(Mail() with { Submitter = "bob", Consignments = [new NewConsignment(Key(), [0], false, Now)] });
        var hold = Hold("Stolen");
        await Control.HoldAsync(held.Queue, Ids(held), hold);
        await AcceptAsync(); // being sent

        Assert.Equal([ann, bob, held], await FindAsync(ann.Queue, new SpoolFilter()));
        Assert.Equal([ann], await FindAsync(ann.Queue, new SpoolFilter(Submitter: "ann")));
        Assert.Equal([bob, held], await FindAsync(ann.Queue, new SpoolFilter(Submitter: "bob")));
        Assert.Equal([ann, bob, held], await FindAsync(ann.Queue, new SpoolFilter { Sender = "Ann@Acme.example" }));
        Assert.Empty(await FindAsync(ann.Queue, new SpoolFilter { Sender = "<>" }));
        Assert.Equal([ann], await FindAsync(ann.Queue, new SpoolFilter { AcceptedBefore = Now.AddHours(-1) }));
        Assert.Equal([ann], await FindAsync(ann.Queue, new SpoolFilter { State = RecipientState.Due }));
        Assert.Equal([bob], await FindAsync(ann.Queue, new SpoolFilter { State = RecipientState.Later }));
        Assert.Equal([held], await FindAsync(ann.Queue, new SpoolFilter { State = RecipientState.Held }));
        Assert.Equal([held], await FindAsync(ann.Queue, new SpoolFilter { HoldReason = "stolen" }));
        Assert.Equal([held], await FindAsync(ann.Queue, new SpoolFilter { Hold = hold.Id }));
        Assert.Empty(await FindAsync(ann.Queue, new SpoolFilter { HoldReason = "stolen", State = RecipientState.Due }));
        Assert.Equal([bob, held], await FindAsync(ann.Queue, new SpoolFilter { Messages = [held.Message, bob.Message, new MessageId(7)] }));
        Assert.Equal([held], await FindAsync(ann.Queue, new SpoolFilter { Messages = [held.Message, bob.Message], State = RecipientState.Held }));
    }

    [Fact]
    public async Task The_few_that_are_meant_are_found_among_many_whatever_a_page_holds()
    {
        var meant = new List<RecipientId>();
        QueueId queue = default;
        for (var i = 0; i < 60; i++)
        {
            var mail = await AcceptAsync(Mail() with { Submitter = i % 17 == 3 ? "bob" : "ann", Consignments = [new NewConsignment(Key(), [0], false, Now.AddHours(i % 2))] });
            queue = mail.Queue;
            if (i % 17 == 3)
                meant.Add(new RecipientId(mail.Message, 0));
        }

        for (var limit = 1; limit <= 5; limit++)
        {
            var (found, pages, place) = (new List<RecipientId>(), 0, (RecipientPlace?)null);
            do
            {
                var page = await Control.FindAsync(queue, new SpoolFilter(Submitter: "bob"), Now, place, limit, Cancellation);
                Assert.InRange(page.Recipients.Length, 0, limit);
                found.AddRange(page.Recipients.Select(recipient => recipient.Id));
                place = page.Next;
                pages++;
            }
            while (place is not null);
            Assert.Equal(meant, found.OrderBy(recipient => recipient.Message.Value));
            Assert.InRange(pages, 1, (meant.Count / limit) + 1);
        }
    }

    [Fact]
    public async Task A_list_of_messages_goes_by_every_part_of_a_filter()
    {
        var ann = await AcceptAsync(Mail() with { Submitter = "ann", Consignments = [new NewConsignment(Key(), [0], false, Now)] });
        House.Time.Advance(TimeSpan.FromHours(2));
        var bob = await AcceptAsync(Mail(Key("other")) with { Submitter = "bob", Consignments = [new NewConsignment(Key("other"), [0], false, Now.AddHours(1))] });
        var held = Remember(await AcceptAsync(claimed: false));
        await Control.HoldAsync(held.Queue, Ids(held), Hold("Stolen"));
        var sending = Remember(await AcceptAsync());

        Assert.Equal([ann, bob, held, sending], await ListAsync(new SpoolFilter()));
        Assert.Equal([ann, bob, held, sending], await ListAsync(new SpoolFilter { Sender = "Ann@Acme.example" }));
        Assert.Equal([ann], await ListAsync(new SpoolFilter { AcceptedBefore = Now.AddHours(-1) }));
        Assert.Equal([ann], await ListAsync(new SpoolFilter { State = RecipientState.Due }));
        Assert.Equal([bob], await ListAsync(new SpoolFilter { State = RecipientState.Later }));
        Assert.Equal([held], await ListAsync(new SpoolFilter { State = RecipientState.Held }));
        Assert.Equal([sending], await ListAsync(new SpoolFilter { State = RecipientState.Sending }));
        Assert.Equal([held], await ListAsync(new SpoolFilter { HoldReason = "STOLEN" }));
        Assert.Equal([bob, sending], await ListAsync(new SpoolFilter { Messages = [sending.Message, bob.Message] }));
        Assert.Equal([bob.Queue], (await View.QueuesAsync(new SpoolFilter { Messages = [bob.Message] }, First, 10, Cancellation)).Select(queue => queue.Id));
        Assert.Equal([held.Queue], (await View.QueuesAsync(new SpoolFilter { State = RecipientState.Held }, First, 10, Cancellation)).Select(queue => queue.Id));
    }

    private static ImmutableArray<RecipientId> Ids(Consignment consignment) => [.. consignment.Recipients.Select(recipient => new RecipientId(consignment.Message, recipient.Ordinal))];

    private async Task<Consignment> AcceptAsync(NewMessage message) => Remember(Assert.Single(await Spool.AcceptAsync(message)));

    private Consignment Remember(Consignment consignment) => _known[consignment.Message] = consignment;

    // By pages of one, so that every place between two is gone on from.
    private async Task<List<Consignment>> FindAsync(QueueId queue, SpoolFilter filter)
    {
        var found = new List<FoundRecipient>();
        RecipientPlace? place = null;
        do
        {
            var page = await Control.FindAsync(queue, filter, Now, place, 1, Cancellation);
            found.AddRange(page.Recipients);
            place = page.Next;
        }
        while (place is not null);
        Assert.Equal(found, (await Control.FindAsync(queue, filter, Now, null, 500, Cancellation)).Recipients);
        return [.. found.Select(recipient => _known[recipient.Id.Message])];
    }

    private async Task<List<Consignment>> ListAsync(SpoolFilter filter) => [.. (await View.MessagesAsync(filter, default, 10, Cancellation)).Select(message => _known[message.Id])];
}
