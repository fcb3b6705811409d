using System.Globalization;
using System.Net;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Receivers.Replies;

public sealed class ReplyClassifierTests
{
    [Fact]
    public void Identity_refusals_are_recognised_with_their_subclass()
    {
        var all = ReplyFixture.Load("identity.txt");
        var wrong = all.Select(reply => (reply, verdict: reply.Classify())).Where(pair => Label(pair.verdict) != pair.reply.Label).ToList();
        Assert.True(wrong.Count * 20 <= all.Length, Confusions(wrong.Select(pair => (pair.reply, pair.verdict))));
        Assert.All(all, reply => Assert.Equal(ReplyClass.Identity, reply.Classify().Class));
    }

    [Fact]
    public void Nothing_that_only_looks_like_identity_is_taken_for_it()
    {
        var wrong = ReplyFixture.Load("traps.txt").Select(reply => (reply, verdict: reply.Classify())).Where(pair => ReplyNames.Of(pair.verdict.Class) != pair.reply.Label).ToList();
        Assert.True(wrong.Count == 0, Confusions(wrong));
    }

    [Fact]
    public void No_ordinary_refusal_is_taken_for_identity()
    {
        var all = ReplyFixture.Load("ordinary.txt");
        Assert.True(all.Length >= 250, $"{all.Length} lines");
        var identity = all.Select(reply => (reply, verdict: reply.Classify())).Where(pair => pair.verdict.Class == ReplyClass.Identity).ToList();
        Assert.True(identity.Count == 0, Confusions(identity));
        // Nor where nobody knows what was answered.
        var blind = all.Select(reply => (reply, verdict: ReplyClassifier.Classify(reply.Reply))).Where(pair => pair.verdict.Class == ReplyClass.Identity).ToList();
        Assert.True(blind.Count == 0, Confusions(blind));
    }

    [Fact]
    public void Ordinary_refusals_have_their_class()
    {
        var all = ReplyFixture.Load("ordinary.txt");
        var wrong = all.Select(reply => (reply, verdict: reply.Classify())).Where(pair => ReplyNames.Of(pair.verdict.Class) != pair.reply.Label).ToList();
        Assert.True(wrong.Count * 20 <= all.Length, Confusions(wrong));
    }

    [Theory]
    [InlineData(SessionPhase.Ehlo, true)]
    [InlineData(SessionPhase.Rcpt, false)]
    [InlineData(SessionPhase.FinalDot, false)]
    public void A_bare_rejection_of_ehlo_is_a_suspicion_and_no_more(SessionPhase phase, bool suspect)
    {
        var verdict = ReplyClassifier.Classify(new SmtpReply(550, null, ["Rejected"]), new ReplyScene(phase));
        Assert.Equal(suspect, verdict.IsIdentitySuspect);
        Assert.False(verdict.IsIdentity);
    }

    [Fact]
    public void Before_mail_nothing_is_about_recipient_or_content()
    {
        foreach (var reply in ReplyFixture.Load("ordinary.txt"))
            Assert.DoesNotContain(ReplyClassifier.Classify(reply.Reply, new ReplyScene(SessionPhase.Greeting)).Class, new[] { ReplyClass.Recipient, ReplyClass.Content, ReplyClass.Sender });
    }

    [Theory]
    [InlineData("550-5.7.25 [192.0.2.1] no PTR // 550 5.7.25 see https://help.test/a?x=1", "192.0.2.1", null, "https://help.test/a?x=1", null)]
    [InlineData("450 4.7.1 <mail.acme.test>: Helo command rejected: Host not found", null, "mail.acme.test", null, null)]
    [InlineData("504 5.5.2 <mta>: Helo command rejected: need fully-qualified hostname", null, "mta", null, null)]
    [InlineData("550 5.7.0 HELO argument [localhost.localdomain] is malformed.", null, "localhost.localdomain", null, null)]
    [InlineData("550 5.7.25 the sending IPv6 address [2001:DB8::25] must have a reverse DNS record", "2001:db8::25", null, null, null)]
    [InlineData("554 IP=192.0.2.1 - None/bad reputation. (NOWL)", "192.0.2.1", null, null, null)]
    [InlineData("554 Bad DNS PTR resource record. https://postmaster.gmx.test/x?ip=192.0.2.9&c=rdns", "192.0.2.9", null, "https://postmaster.gmx.test/x?ip=192.0.2.9&c=rdns", null)]
    [InlineData("554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1", "192.0.2.1", null, "https://www.spamhaus.org/query/ip/192.0.2.1", "zen.spamhaus.org")]
    [InlineData("550 blocked, 999.1.1.1 and 1.2.3 and 0x7f.1 are no addresses", null, null, null, null)]
    public void Values_are_taken_out(string text, string? address, string? name, string? url, string? list)
    {
        var quoted = ReplyClassifier.Classify(ReplyText.Read(text.Replace(" // ", "\n", StringComparison.Ordinal))!).Quoted;
        Assert.Equal(address is null ? null : IPAddress.Parse(address), quoted.Address);
        Assert.Equal((name, url, list), (quoted.Name, quoted.Url, quoted.List));
    }

    [Fact]
    public void Of_several_values_ours_is_the_one_quoted()
    {
        var scene = new ReplyScene(SessionPhase.Rcpt, "mx.sink.test", IPAddress.Parse("192.0.2.7"), "mail.acme.test");
        var quoted = ReplyClassifier.Classify(ReplyText.Read("550 mx.sink.test: HELO other.test from [198.51.100.1] via [192.0.2.7] as MAIL.acme.test does not resolve")!, scene).Quoted;
        Assert.Equal(("192.0.2.7", "mail.acme.test"), (quoted.Address?.ToString(), quoted.Name));
    }

    /// <summary>A forwarder quotes the next hop, a filter the body, a resolver the recipient's domain: none speaks of us.</summary>
    [Theory]
    [InlineData("550 5.1.1 Forward of message to user@x.example failed: mx[192.0.2.5] said: 550 user unknown")]
    [InlineData("550 5.1.2 Unable to resolve address")]
    [InlineData("550 5.1.2 unable to resolve address of mailserver for domain corp.example")]
    [InlineData("550 5.4.0 Could not forward to backup host, connection failed [198.51.100.7]")]
    [InlineData("550 forwarding loop; forward failed: remote said 192.0.2.1 mailbox full")]
    [InlineData("550 Blocked: The hostname in the URL is dynamic")]
    [InlineData("554 Spam: hostname in body is generic")]
    public void What_speaks_of_other_hosts_is_not_about_our_identity(string reply) =>
        Assert.NotEqual(ReplyClass.Identity, ReplyFixture.Parse($"unclassified | rcpt | - | {reply}").Classify().Class);

    [Fact]
    public void A_name_spoken_of_beside_a_pointer_is_meant_when_it_is_quoted()
    {
        Assert.Equal(ReplySubclass.EhloUnresolvable, ReplyClassifier.Classify(ReplyText.Read("550 HELO [mail.acme.test] does not resolve, and no PTR")!).Subclass);
        var unquoted = ReplyClassifier.Classify(ReplyText.Read("550 your HELO does not resolve and you have no PTR")!);
        Assert.Equal(ReplySubclass.PtrMissing, unquoted.Subclass);
    }

    [Fact]
    public void All_lines_are_read_as_one_text()
    {
        var reply = ReplyText.Read("554-mx.test ESMTP\n554-no service here\n554-Your server has no reverse\n554 DNS record")!;
        Assert.Equal(ReplySubclass.PtrMissing, ReplyClassifier.Classify(reply).Subclass);
    }

    [Fact]
    public void A_positive_reply_is_no_refusal() => Assert.Equal(ReplyClass.Unclassified, ReplyClassifier.Classify(SmtpReply.Of(250, "2.0.0", "no PTR")).Class);

    [Fact]
    public void Names_are_spelled_as_documents_spell_them()
    {
        Assert.Equal("PTR_MISSING", ReplyNames.Of(ReplySubclass.PtrMissing));
        Assert.Equal("EHLO_IP_MISMATCH", ReplyNames.Of(ReplySubclass.EhloIPMismatch));
        Assert.Equal("V6_IDENTITY", ReplyNames.Of(ReplySubclass.V6Identity));
        Assert.Equal("REPUTATION_IDENTITY_GATED", ReplyNames.Of(ReplySubclass.ReputationIdentityGated));
        Assert.Equal("greylisted", ReplyNames.Of(ReplyClass.Greylisted));
    }

    private static string Label(ReplyVerdict verdict) => verdict.Class == ReplyClass.Identity ? ReplyNames.Of(verdict.Subclass) : ReplyNames.Of(verdict.Class);

    private static string Confusions(IEnumerable<(ReplyFixture Reply, ReplyVerdict Verdict)> wrong) =>
        string.Join('\n', wrong.Select(pair => string.Create(CultureInfo.InvariantCulture, $"\n{pair.Reply.Label} taken for {ReplyNames.Of(pair.Verdict.Class)} {ReplyNames.Of(pair.Verdict.Subclass)} by {pair.Verdict.Rule}: {pair.Reply.Text}")));
}
