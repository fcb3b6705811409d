using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;

namespace Namesake.Core.Tests.Receivers.Replies;

public sealed class ReplyPolicyTests
{
    [Theory]
    [InlineData("550 5.7.25 no PTR", SessionPhase.FinalDot, true, LaneRest.None, false)]
    [InlineData("550 HELO argument is malformed", SessionPhase.Rcpt, true, LaneRest.None, false)]
    [InlineData("550 5.1.1 user unknown", SessionPhase.Rcpt, false, LaneRest.None, true)]
    [InlineData("550 5.1.1 user unknown", SessionPhase.Mail, false, LaneRest.None, false)]
    [InlineData("550 5.1.1 user unknown", SessionPhase.Data, false, LaneRest.None, false)]
    [InlineData("550 5.1.1 user unknown", SessionPhase.FinalDot, false, LaneRest.None, true)]
    [InlineData("550 5.2.1 account disabled", SessionPhase.Rcpt, false, LaneRest.None, true)]
    [InlineData("552 5.2.2 mailbox full", SessionPhase.FinalDot, false, LaneRest.None, false)]
    [InlineData("450 4.1.1 user unknown", SessionPhase.Rcpt, true, LaneRest.None, false)]
    [InlineData("552 too many recipients", SessionPhase.Rcpt, true, LaneRest.None, false)]
    [InlineData("554 5.7.1 blocked using zen.spamhaus.org", SessionPhase.Rcpt, false, LaneRest.None, false)]
    [InlineData("451 4.7.1 192.0.2.1 temporarily blocked, blocked using zen.spamhaus.org", SessionPhase.Mail, true, LaneRest.BackOff, false)]
    [InlineData("451 4.7.1 192.0.2.1 temporarily blocked, blocked using zen.spamhaus.org", SessionPhase.Rcpt, true, LaneRest.SlowDown, false)]
    [InlineData("451 4.7.1 your domain acme.test has a poor reputation", SessionPhase.Mail, true, LaneRest.None, false)]
    [InlineData("550 5.7.1 this is spam", SessionPhase.FinalDot, false, LaneRest.None, false)]
    [InlineData("554 too many connections from your IP", SessionPhase.Mail, true, LaneRest.SlowDown, false)]
    [InlineData("451 4.7.650 limited", SessionPhase.Mail, true, LaneRest.BackOff, false)]
    [InlineData("450 4.7.1 rate limit exceeded", SessionPhase.Mail, true, LaneRest.SlowDown, false)]
    [InlineData("450 4.7.1 rate limit exceeded", SessionPhase.Rcpt, true, LaneRest.None, false)]
    [InlineData("451 4.7.1 greylisted", SessionPhase.Rcpt, true, LaneRest.None, false)]
    [InlineData("554 5.3.0 internal server error", SessionPhase.FinalDot, true, LaneRest.None, false)]
    [InlineData("554 5.7.1 service unavailable", SessionPhase.Rcpt, false, LaneRest.None, false)]
    [InlineData("530 5.7.0 authentication required", SessionPhase.Mail, true, LaneRest.None, false)]
    [InlineData("550 5.7.1 authentication required", SessionPhase.Rcpt, false, LaneRest.None, false)]
    [InlineData("550 5.7.26 DMARC", SessionPhase.FinalDot, false, LaneRest.None, false)]
    [InlineData("550 rejected", SessionPhase.Rcpt, false, LaneRest.None, false)]
    [InlineData("450 rejected", SessionPhase.Rcpt, true, LaneRest.None, false)]
    public void What_follows_is_decided_by_the_class(string text, SessionPhase phase, bool kept, LaneRest rest, bool maySuppress)
    {
        var reply = ReplyText.Read(text)!;
        Assert.Equal(new ReplyTreatment(kept, rest, maySuppress), ReplyPolicy.For(ReplyClassifier.Classify(reply, new ReplyScene(phase)), reply, phase));
    }

    [Fact]
    public void No_identity_refusal_ever_ends_a_message_or_a_recipient()
    {
        foreach (var reply in ReplyFixture.Load("identity.txt"))
        {
            var treatment = ReplyPolicy.For(reply.Classify(), reply.Reply, SessionPhase.Rcpt);
            Assert.True(treatment.IsKept, reply.Text);
            Assert.False(treatment.MaySuppress);
        }
    }
}
