using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Contracts.Tests.Spool;

public abstract class AcceptContract(SpoolHouse house) : SpoolContract(house)
{
    [Fact]
    public async Task An_accepted_message_comes_back_as_it_was_given()
    {
        var key = Key(domain: "xn--bcher-kva.example") with { Via = "relay.example:2525" };
        var mail = new NewMessage(
            Spool.NextId(),
            new Envelope(
                key.Brand,
                Mailbox.Parse("\"ann b\"@acme.example"),
                [
                    new EnvelopeRecipient(Mailbox.Parse("grüße@xn--bcher-kva.example"), DsnNotify.Success | DsnNotify.Delay, new OriginalRecipient("utf-8", "grüße;old@example.org")),
                    new EnvelopeRecipient(Mailbox.Parse("bob@xn--bcher-kva.example"), DsnNotify.Never),
                ],
                EightBit: true,
                SmtpUtf8: true,
                DsnReturn.Full,
                "envelope 7"),
            [new NewConsignment(key, [0, 1], Claimed: false, Now)],
            Now.AddDays(2),
            "10.0.0.9",
            "Subject: x\r\n\r\n"u8.ToArray(),
            null,
            IsDsn: true);

        var accepted = Assert.Single(await Spool.AcceptAsync(mail));
        var claimed = Assert.Single(await ClaimDueAsync());

        Assert.Equal(mail.Id, claimed.Message);
        Assert.Equal(key, claimed.Key);
        Assert.Equal(accepted.Queue, claimed.Queue);
        Assert.Equal(mail.Envelope.Sender, claimed.Sender);
        Assert.Equal((true, true, DsnReturn.Full, "envelope 7"), (claimed.EightBit, claimed.SmtpUtf8, claimed.Return, claimed.EnvelopeId));
        Assert.Equal((mail.Size, true, "relay.example:2525", "10.0.0.9"), (claimed.Size, claimed.IsDsn, claimed.Via, claimed.Client));
        Assert.Equal(mail.Expires, claimed.Expires);
        for (var i = 0; i < 2; i++)
        {
            var given = mail.Envelope.Recipients[i];
            Assert.Equal(new QueuedRecipient(i, given.Address, given.Notify, given.OriginalRecipient, 1, null, false), claimed.Recipients[i]);
        }
        Assert.Equal("Subject: x\r\n\r\n"u8.ToArray(), await ContentAsync(mail.Id));
    }

    [Fact]
    public async Task A_null_sender_stays_null()
    {
        var mail = Mail(claimed: false);
        await Spool.AcceptAsync(mail with { Envelope = mail.Envelope with { Sender = null } });

        var claimed = Assert.Single(await ClaimDueAsync());

        Assert.Null(claimed.Sender);
        Assert.Null(claimed.Return);
        Assert.Null(claimed.Recipients[0].Notify);
        Assert.Null(claimed.Recipients[0].OriginalRecipient);
    }

    [Fact]
    public async Task A_message_claimed_at_acceptance_has_its_content_attached_and_its_first_attempt_counted()
    {
        var mail = Mail();

        var consignment = Assert.Single(await Spool.AcceptAsync(mail));

        Assert.True(consignment.Claimed);
        Assert.Equal(1, consignment.Recipients[0].Attempts);
        Assert.Equal(mail.Consignments[0].Due, consignment.Due);
        Assert.Equal(mail.Content, consignment.Content);
    }

    [Fact]
    public async Task A_message_claimed_at_acceptance_is_not_offered_again()
    {
        await AcceptAsync();
        House.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await DueAsync());
        Assert.Equal(1, await WaitingAsync());
    }

    [Fact]
    public async Task Each_queue_of_a_message_gets_a_consignment_in_the_order_given()
    {
        var keys = new[] { Key(domain: "b.example"), Key(domain: "a.example"), Key("acme-v6", "a.example") };
        var mail = Mail(recipients: 3) with
        {
            Consignments = [.. keys.Select((key, i) => new NewConsignment(key, [2 - i], Claimed: i != 1, Now))],
        };

        var consignments = await Spool.AcceptAsync(mail);

        Assert.Equal(keys, consignments.Select(consignment => consignment.Key));
        Assert.Equal([2, 1, 0], consignments.Select(consignment => consignment.Recipients.Single().Ordinal));
        Assert.Equal([true, false, true], consignments.Select(consignment => consignment.Claimed));
        Assert.Equal(3, consignments.Select(consignment => consignment.Queue).Distinct().Count());
    }

    [Fact]
    public async Task Accepting_the_same_message_twice_stores_it_once()
    {
        var mail = Mail(recipients: 2);

        var first = Assert.Single(await Spool.AcceptAsync(mail));
        var second = Assert.Single(await Spool.AcceptAsync(mail));

        Assert.Equal((first.Message, first.Queue, first.Key, first.Claimed, first.Due), (second.Message, second.Queue, second.Key, second.Claimed, second.Due));
        Assert.Equal(first.Recipients, second.Recipients);
        Assert.Equal(2, await WaitingAsync());
        Assert.Single(await View.MessagesAsync(All, default, 10, Cancellation));
    }

    [Fact]
    public async Task Ids_grow_when_the_clock_stands_still()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => Spool.NextId()).ToList();

        Assert.Equal(ids.Distinct().Order(), ids);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Ids_are_unique_when_many_ask_at_once()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5000).Select(_ => Spool.NextId()).ToList())));

        Assert.Equal(40_000, ids.SelectMany(list => list).Distinct().Count());
        Assert.All(ids, list => Assert.Equal(list.Order(), list));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ids_grow_over_a_restart_with_a_clock_that_went_back(bool crash)
    {
        var consignment = await AcceptAsync();
        await SettleAsync(consignment, RecipientFate.Delivered); // gone: nothing but the mark remembers it
        House.Time.AdjustTime(Now.AddDays(-1));

        await (crash ? House.CrashAsync() : House.RestartAsync());

        Assert.True(Spool.NextId() > consignment.Message);
    }

    [Fact]
    public async Task Ids_follow_the_clock_within_seconds_after_a_restart()
    {
        await AcceptAsync();
        House.Time.Advance(TimeSpan.FromSeconds(2));

        await House.CrashAsync();

        Assert.Equal(MessageId.At(Now), Spool.NextId());
    }
}
