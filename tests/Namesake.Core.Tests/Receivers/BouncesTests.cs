using System.Text;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Bounces;
using Namesake.Core.Receivers.Replies;

namespace Namesake.Core.Tests.Receivers;

/// <summary>Files of refusals as servers and people write them.</summary>
public sealed class BouncesTests
{
    [Theory]
    [InlineData("550 5.1.1 no such user", 550, "5.1.1", null, null, "no such user")]
    [InlineData("host mx.sink.test[192.0.2.9] said: 450 4.7.1 Helo command rejected: Host not found (in reply to RCPT TO command)", 450, "4.7.1", SessionPhase.Rcpt, "mx.sink.test", "Helo command rejected: Host not found")]
    [InlineData("host mx.sink.test[192.0.2.9] refused to talk to me: 554 no PTR", 554, null, SessionPhase.Greeting, "mx.sink.test", "no PTR")]
    [InlineData("SMTP error from remote mail server after end of data: host mx.sink.test [192.0.2.9]: 550-5.7.25 no 550 5.7.25 PTR", 550, "5.7.25", SessionPhase.FinalDot, "mx.sink.test", "no|PTR")]
    [InlineData("smtp; 550 #5.1.1 unknown", 550, "5.1.1", null, null, "unknown")]
    [InlineData("Sorry, no mailbox here by that name. (#5.1.1)", 550, "5.1.1", null, null, "Sorry, no mailbox here by that name. (#5.1.1)")]
    [InlineData("2026-11-26 04:00:00 mx1 postfix/smtp[1]: 4711: to=<a@b.test>, status=bounced (host mx.sink.test[192.0.2.9] said: 550 no (in reply to end of DATA command))", 550, null, SessionPhase.FinalDot, "mx.sink.test", "no")]
    public void A_line_is_read_for_the_reply_it_quotes(string line, int code, string? enhanced, SessionPhase? phase, string? host, string text)
    {
        var heard = Assert.Single(Read(line).Replies);
        Assert.Equal((code, enhanced, phase, host), (heard.Reply.Code, heard.Reply.Enhanced?.ToString(), heard.Scene.Phase, heard.Scene.Host));
        Assert.Equal(text, string.Join('|', heard.Reply.Lines));
    }

    [Fact]
    public void Lines_of_one_reply_are_one_reply()
    {
        var read = Read("550-5.7.25 one\r\n550-5.7.25 two\r\n550 5.7.25 three\r\n# remark\r\n\r\nnothing\r\n421 busy\r\n");
        Assert.Equal([1, 7], read.Replies.Select(heard => heard.Place));
        Assert.Equal(["one", "two", "three"], read.Replies[0].Reply.Lines);
        Assert.Equal(1, read.Unread);
    }

    [Fact]
    public void A_bounce_in_words_has_its_reply_put_together()
    {
        var read = Read("From: mailer-daemon@acme.test\nSubject: failed\n\n  bob@sink.test\n    host mx1.sink.test [192.0.2.9]\n    SMTP error from remote mail server after RCPT TO:<bob@sink.test>:\n    host mx1.sink.test [192.0.2.9]: 550-Your server has no\n    550 reverse DNS\n");
        var heard = Assert.Single(read.Replies);
        Assert.Equal((SessionPhase.Rcpt, "mx1.sink.test", ReplySubclass.PtrMissing), (heard.Scene.Phase!.Value, heard.Scene.Host, ReplyClassifier.Classify(heard.Reply, heard.Scene).Subclass));
    }

    [Fact]
    public void A_report_without_a_reply_stands_for_its_status()
    {
        var read = Read("From: a@b.test\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.test\n\n"
            + "Final-Recipient: rfc822; eve@sink.test\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; ann@sink.test\nAction: delivered\nStatus: 2.0.0\n\n--b--\n");
        var heard = Assert.Single(read.Replies);
        Assert.Equal((550, "5.1.1", "eve@sink.test"), (heard.Reply.Code, heard.Reply.Enhanced?.ToString(), heard.Recipient));
        Assert.Equal(ReplySubclass.MailboxUnknown, ReplyClassifier.Classify(heard.Reply, heard.Scene).Subclass);
    }

    [Fact]
    public void A_folded_diagnostic_is_one_line_without_the_blanks_of_its_folding()
    {
        var read = Read("From: a@b.test\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.test\n\n"
            + "Final-Recipient: rfc822; eve@sink.test\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 <mail.b.test>: Helo command rejected:\n     Host not found\n\n--b--\n");
        Assert.Equal("<mail.b.test>: Helo command rejected: Host not found", Assert.Single(Assert.Single(read.Replies).Reply.Lines));
    }

    [Fact]
    public void Carriage_returns_alone_end_lines_too() => Assert.Equal(2, Read("550 a\r421 b\r").Replies.Length);

    [Fact]
    public void A_byte_order_mark_is_no_reply() => Assert.Single(Read("\ufeff550 a").Replies);

    [Fact]
    public void More_than_may_be_read_is_refused_before_it_is_looked_at()
    {
        Assert.False(ReplyDocument.TryRead(new byte[ReplyDocument.MostOctets + 1], out _, out var error));
        Assert.Contains("64 MiB", error, StringComparison.Ordinal);
    }

    private static ReplyDocument Read(string text)
    {
        Assert.True(ReplyDocument.TryRead(Encoding.UTF8.GetBytes(text), out var document, out var error), error);
        return document;
    }
}
