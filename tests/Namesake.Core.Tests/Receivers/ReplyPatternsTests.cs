using Namesake.Core.Receivers;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Receivers;

public sealed class ReplyPatternsTests
{
    [Theory]
    [InlineData("greylisted", 450, "4.2.0", "<a@b.test>: Recipient address rejected: Greylisted, try again in 300 seconds", true)]
    [InlineData("greylisted", 451, "4.7.1", "Greylisting in action, please come back later", true)]
    [InlineData("greylisted", 450, "4.7.1", "you are graylisted", false)]
    [InlineData("busy-recipient", 450, "4.2.1", "The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.", true)]
    [InlineData("address-deferred", 421, "4.7.0", "[TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints", false)]
    [InlineData("address-deferred", 451, "4.7.650", "The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation.", false)]
    [InlineData("address-deferred", 451, "4.7.500", "Server busy. Please try again later from [192.0.2.1]. (S77719)", true)]
    [InlineData("address-deferred", 421, "4.7.28", "Our system has detected an unusual rate of unsolicited mail originating from your IP address.", false)]
    [InlineData("too-many-connections", 421, "4.7.0", "mail.test Error: too many connections from 192.0.2.1", false)]
    [InlineData("too-many-connections", 421, "4.7.1", "mwinf5c04 ME Service refuse. Veuillez essayer plus tard. OFR004_104", false)]
    [InlineData("too-many-connections", 421, "4.3.2", "The maximum number of concurrent connections has exceeded a limit, closing channel", false)]
    [InlineData("too-many-messages", 421, "4.7.0", "comcast 192.0.2.1 Throttled - try again later. RL000001", false)]
    [InlineData("too-many-messages", 450, "4.7.1", "Error: too much mail, rate limit for your address reached", false)]
    [InlineData(null, 450, "4.7.1", "rate limit for <a@b.test> reached", true)]
    [InlineData(null, 451, "4.7.1", "Message temporarily deferred for its content", false)]
    [InlineData(null, 452, "4.2.2", "mailbox full", true)]
    [InlineData(null, 421, "4.3.2", "down for maintenance", false)]
    [InlineData(null, 550, "5.7.1", "too many connections", false)]
    [InlineData(null, 421, "4.7.23", "The IP address sending this message does not have a PTR record", false)]
    [InlineData(null, 450, "4.7.25", "too many connections from an unknown client", false)]
    public void A_reply_means_what_its_rule_says(string? rule, int code, string enhanced, string text, bool toRecipient) =>
        Assert.Equal(rule, ReplyPatterns.Find(SmtpReply.Of(code, enhanced, text), toRecipient)?.Name);

    [Fact]
    public void Rules_have_names_of_their_own() => Assert.Equal(ReplyPatterns.All.Length, ReplyPatterns.All.Select(pattern => pattern.Name).Distinct().Count());

    [Fact]
    public void A_hostile_reply_is_read_in_linear_time()
    {
        var long1 = string.Concat(Enumerable.Repeat("too many user receiving exceeded ip maximum ", 20_000));
        Assert.Null(ReplyPatterns.Find(SmtpReply.Of(450, "4.0.0", long1), true));
    }
}
