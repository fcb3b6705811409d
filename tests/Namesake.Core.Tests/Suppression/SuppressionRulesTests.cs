using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Suppression;

/// <summary>What makes a suppression, and what never does.</summary>
public sealed class SuppressionRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SuppressionRules Rules = new() { Mode = SuppressionMode.On };
    private static readonly SuppressionKey Key = SuppressionKey.Of(new BrandId("acme"), Mailbox.Parse("Bob@sink.test"));
    private int _messages;

    [Theory]
    [InlineData("550 5.1.1 <bob@sink.test>: Recipient address rejected: User unknown in local recipient table")]
    [InlineData("550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's address")]
    [InlineData("550 No such user here")]
    [InlineData("550 5.1.1 <bob@sink.test>")]
    [InlineData("554 5.2.1 mailbox disabled")]
    [InlineData("550 5.2.1 The email account that you tried to reach is disabled.")]
    public void A_mailbox_that_is_unknown_or_disabled_counts(string reply) => Assert.True(SaysNobody(reply));

    [Theory]
    [InlineData("550 5.7.25 [203.0.113.5] The IP address sending this message does not have a PTR record setup")] // identity
    [InlineData("554 5.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]")]
    [InlineData("550 5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org")] // reputation
    [InlineData("550 5.7.26 Unauthenticated email from acme.test is not accepted due to domain's DMARC policy")] // authentication
    [InlineData("550 5.7.1 Message rejected as spam")] // content
    [InlineData("530 5.7.0 Authentication required")] // infrastructure
    [InlineData("452 4.2.2 The email account that you tried to reach is over quota")]
    [InlineData("552 5.2.2 mailbox full")]
    [InlineData("450 4.1.1 <bob@sink.test>: Recipient address rejected: unverified address")] // not for good
    [InlineData("450 4.1.1 User unknown in local recipient table")]
    [InlineData("550 5.1.2 Host unknown")] // the domain is its own matter: it may be DNS
    [InlineData("550 5.1.8 Sender address rejected: Domain not found")]
    [InlineData("550 5.7.13 Account disabled")]
    [InlineData("550 5.7.1 User unknown or not allowed to receive mail from you")] // policy speaking of a mailbox
    [InlineData("550 5.4.1 Recipient address rejected: Access denied")]
    [InlineData("550 not today")]
    public void Nothing_else_does(string reply) => Assert.False(SaysNobody(reply));

    [Fact]
    public void Two_refusals_on_different_days_suppress_for_thirty_days_from_the_last()
    {
        var first = Next(null, Start);
        Assert.Null(first.Since);
        var second = Next(first, Start.AddHours(49));
        Assert.Equal((Start.AddHours(49), Start.AddHours(49).AddDays(30), 2), (second.Since, second.Until, second.Refusals));
        Assert.Equal(SuppressionOrigin.Reply, second.Origin);
        Assert.Equal((Start, Start.AddHours(49)), (second.FirstRefusal, second.LastRefusal));
    }

    [Fact]
    public void A_receivers_bad_days_suppress_nobody_however_often_it_refuses()
    {
        SuppressionEntry? entry = null;
        for (var hour = 0; hour < 48; hour++)
            entry = Next(entry, Start.AddHours(hour));
        Assert.Null(entry!.Since);
        Assert.Equal(48, entry.Refusals);
    }

    [Fact]
    public void One_message_told_twice_counts_once()
    {
        var first = Next(null, Start);
        Assert.Same(first, Rules.Next(Key, first, new Refusal(Start.AddDays(3), first.Message!.Value, Reply(), "r")));
    }

    [Fact]
    public void Refusals_too_far_apart_do_not_belong_together()
    {
        var second = Next(Next(null, Start), Start.AddDays(31));
        Assert.Null(second.Since);
        Assert.Equal(1, second.Refusals);

        var rules = Rules with { Refusals = 3 };
        var third = Next(Next(Next(null, Start, rules), Start.AddDays(20), rules), Start.AddDays(40), rules);
        Assert.Null(third.Since); // of the three only two lie within thirty days
        Assert.NotNull(Next(third, Start.AddDays(45), rules).Since);
    }

    [Fact]
    public void A_refusal_while_it_holds_makes_it_last_longer_and_one_after_its_end_begins_anew()
    {
        var held = Next(Next(null, Start), Start.AddDays(2));
        var longer = Next(held, Start.AddDays(10));
        Assert.Equal((held.Since, Start.AddDays(40)), (longer.Since, longer.Until));
        var anew = Next(longer, Start.AddDays(41));
        Assert.Equal((null, 1), (anew.Since, anew.Refusals));
    }

    [Fact]
    public void With_a_lifetime_shorter_than_the_window_the_trial_that_fails_suppresses_again()
    {
        var rules = Rules with { Lifetime = TimeSpan.FromDays(3) };
        var held = Next(Next(null, Start, rules), Start.AddDays(2), rules);
        var again = Next(held, Start.AddDays(6), rules);
        Assert.Equal((Start.AddDays(6), 3), (again.Since, again.Refusals));
    }

    [Fact]
    public void One_refusal_is_enough_where_the_brand_says_so() => Assert.NotNull(Next(null, Start, Rules with { Refusals = 1 }).Since);

    [Fact]
    public void A_persons_word_keeps_its_own_end_and_refusals_are_counted_beside_it()
    {
        var given = new SuppressionEntry(Key) { Since = Start, Origin = SuppressionOrigin.Hand, By = "anna", Reason = "asked us", Until = Start.AddDays(5) };
        var refused = Next(given, Start.AddDays(2));
        Assert.Equal((SuppressionOrigin.Hand, Start.AddDays(5), 1), (refused.Origin, refused.Until, refused.Refusals));
        var after = Next(refused, Start.AddDays(6)); // its word is over: from here on it is the receiver's
        Assert.Equal((SuppressionOrigin.Reply, null, Start.AddDays(6)), (after.Origin, after.Reason, after.Since));
    }

    [Fact]
    public void Upper_and_lower_case_are_one_recipient_and_brands_are_apart()
    {
        Assert.Equal(Key, SuppressionKey.Of(new BrandId("acme"), Mailbox.Parse("bOB@SINK.test")));
        Assert.NotEqual(Key, SuppressionKey.Of(new BrandId("bravo"), Mailbox.Parse("bob@sink.test")));
    }

    [Fact]
    public void The_answer_says_since_when_why_until_when_and_how_it_is_lifted()
    {
        var held = Next(Next(null, Start), Start.AddDays(2));
        Assert.Equal(
            "550 5.1.1 <bob@sink.test> is suppressed for acme since 2026-08-03 12:00 UTC: its receiver refused 2 messages, last on 2026-08-03 12:00 UTC: 550 5.1.1 No such user"
            + " / Nothing is sent there until 2026-09-02 12:00 UTC. Your provider lifts it with: namesake suppressions remove bob@sink.test --brand acme",
            held.Answer().ToString());
        var given = new SuppressionEntry(SuppressionKey.Of(new BrandId("acme"), Mailbox.Parse("o'brien@sink.test"))) { Since = Start, Origin = SuppressionOrigin.Hand, By = "anna@relay1", Reason = "asked us by telephone" };
        Assert.Equal(
            "550 5.7.1 <o'brien@sink.test> is suppressed for acme since 2026-08-01 12:00 UTC by anna@relay1: asked us by telephone"
            + " / Nothing is sent there until it is lifted. Your provider lifts it with: namesake suppressions remove \"o'brien@sink.test\" --brand acme",
            given.Answer().ToString());
    }

    [Fact]
    public void A_reply_of_any_length_is_kept_in_part()
    {
        var entry = Rules.Next(Key, null, new Refusal(Start, new MessageId(1), SmtpReply.Of(550, "5.1.1", new string('x', 5_000)), "r"));
        Assert.Equal(SuppressionEntry.MostText, entry.Reply!.Length);
    }

    private static bool SaysNobody(string text)
    {
        var reply = ReplyText.Read(text)!;
        return ReplyPolicy.MaySuppress(ReplyClassifier.Classify(reply, new ReplyScene(SessionPhase.Rcpt)), reply, SessionPhase.Rcpt);
    }

    private static SmtpReply Reply() => SmtpReply.Of(550, "5.1.1", "No such user");

    private SuppressionEntry Next(SuppressionEntry? known, DateTimeOffset at, SuppressionRules? rules = null) =>
        (rules ?? Rules).Next(Key, known, new Refusal(at, new MessageId(++_messages), Reply(), "mailbox-unknown"));
}
