using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Pipeline.Reporting;

public sealed class DsnTests
{
    private readonly ReportScene _scene = new();

    [Fact]
    public async Task A_failure_is_told_in_three_parts_for_people_for_programs_and_for_memory()
    {
        var report = await _scene.ReportAsync(_scene.Consignment());

        Assert.Equal("delivery-status", report.Parts.ReportType);
        Assert.Equal(["text/plain", "message/delivery-status", "text/rfc822-headers"], report.Parts.Select(part => part.ContentType.MimeType));
        Assert.Contains("bob@sink.test", report.Words, StringComparison.Ordinal);
        Assert.Contains("550 5.1.1 no such user", report.Words, StringComparison.Ordinal);
        Assert.Equal(("rfc822; bob@sink.test", "failed", "5.1.1", "smtp; 550 5.1.1 no such user"),
            (report.Status[1]["Final-Recipient"], report.Status[1]["Action"], report.Status[1]["Status"], report.Status[1]["Diagnostic-Code"]));
        Assert.Equal("Mon, 03 Aug 2026 09:00:00 +0000", report.Status[0]["Arrival-Date"]);
        Assert.DoesNotContain(report.Raw, character => character > '~');
        Assert.All(report.Raw.Split("\r\n"), line => Assert.True(line.Length <= 998 && !line.Contains('\n', StringComparison.Ordinal) && !line.Contains('\r', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_comes_from_the_brand_under_the_brands_own_name_to_the_sender_alone()
    {
        var report = await _scene.ReportAsync(_scene.Consignment());

        Assert.Null(report.Stored.Envelope.Sender);
        Assert.Equal((ReportScene.Acme, true), (report.Stored.Envelope.Brand, report.Stored.IsDsn));
        var to = Assert.Single(report.Stored.Envelope.Recipients);
        Assert.Equal(("ann@acme.test", DsnNotify.Never), (to.Address.ToString(), to.Notify)); // RFC 3461 §6.2: nobody is told about a report
        Assert.Equal("ann@acme.test", Assert.Single(report.Message.To.Mailboxes).Address);
        Assert.Equal("postmaster@bounces.acme.test", Assert.Single(report.Message.From.Mailboxes).Address);
        Assert.EndsWith("@bounces.acme.test", report.Message.MessageId, StringComparison.Ordinal);
        Assert.Equal("auto-replied", report.Message.Headers[MimeKit.HeaderId.AutoSubmitted]);
        Assert.Equal("dns; mail.acme.test", report.Status[0]["Reporting-MTA"]);
        Assert.DoesNotContain("bravo", report.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("node1", report.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_became_another_brands_does_not_lend_its_name_to_the_report()
    {
        var consignment = _scene.Consignment() with { Key = new QueueKey(ReportScene.Acme, ReportScene.BravoSource, DomainName.Parse("sink.test")) };

        var report = await _scene.ReportAsync(consignment);

        Assert.Equal("dns; mail.acme.test", report.Status[0]["Reporting-MTA"]);
        Assert.DoesNotContain("bravo", report.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_brand_that_is_gone_reports_no_more_and_its_refused_mail_is_kept_and_shown()
    {
        var consignment = _scene.Consignment();
        _scene.Model = _scene.Model with { Brands = new BrandDirectory([_scene.Model.Brands.Find(new BrandId("bravo"))!]) };

        Assert.Empty((await _scene.EndAsync(consignment, ReportScene.NoSuchUser())).Spawned);
        Assert.Equal(RecipientFate.Undeliverable, Assert.Single(_scene.Settled.Results).Fate);
    }

    /// <summary>RFC 5321 §4.5.3.1.10.</summary>
    [Fact]
    public async Task Recipients_above_what_a_receiver_takes_at_once_come_in_its_next_transaction_at_once()
    {
        var tooMany = new Deferred(SessionPhase.Rcpt, FailureScope.Recipient, SmtpReply.Of(452, "4.5.3", "too many recipients"), "452 4.5.3 too many recipients")
        { Verdict = Namesake.Core.Receivers.Replies.ReplyClassifier.Classify(SmtpReply.Of(452, "4.5.3", "too many recipients")) };
        var consignment = _scene.Consignment("ann@acme.test", ReportScene.Recipient("bob@sink.test"), ReportScene.Recipient("carl@sink.test", ordinal: 1), ReportScene.Recipient("dora@sink.test", ordinal: 2));

        await EndedAsync(new Delivered(SmtpReply.Of(250, "2.0.0", "ok")), tooMany, ReportScene.Busy);
        Assert.Equal([(null, true), (_scene.Time.GetUtcNow(), false), (null, true)], _scene.Settled.Results.Select(result => (result.NextDue, result.CountAttempt)));

        // It takes none at all: that is no matter of how many.
        await EndedAsync(ReportScene.Busy, tooMany, tooMany);
        Assert.All(_scene.Settled.Results, result => Assert.Equal((null, true), (result.NextDue, result.CountAttempt)));

        Task EndedAsync(params Outcome[] outcomes) => _scene.Reporter.AttemptEndedAsync(consignment, [.. outcomes], null, false, null, TestContext.Current.CancellationToken);
    }

    /// <summary>A rest must bring nothing back earlier than its schedule: greylisting counts the minutes.</summary>
    [Fact]
    public async Task What_was_deferred_keeps_its_schedule_when_others_of_its_message_had_no_turn()
    {
        var rest = _scene.Time.GetUtcNow() + TimeSpan.FromSeconds(15);
        var consignment = _scene.Consignment("ann@acme.test", ReportScene.Recipient("bob@sink.test"), ReportScene.Recipient("carl@sink.test", ordinal: 1));

        await _scene.Reporter.AttemptEndedAsync(consignment, [ReportScene.Busy, new Abandoned(SessionPhase.Mail, "the session ended")], null, false, rest, TestContext.Current.CancellationToken);

        Assert.Equal([null, rest], _scene.Settled.Results.Select(result => result.NextDue));
    }

    [Fact]
    public async Task What_the_sender_gave_to_recognise_its_message_comes_back_decoded()
    {
        var recipient = ReportScene.Recipient("bob@sink.test", original: new OriginalRecipient("rfc822", "bob+list@lists.test"));

        var report = await _scene.ReportAsync(_scene.Consignment("ann@acme.test", recipient) with { EnvelopeId = "QQ=314+159" });

        Assert.Equal("QQ=314+159", report.Status[0]["Original-Envelope-Id"]);
        Assert.Equal("rfc822; bob+list@lists.test", report.Status[1]["Original-Recipient"]);
    }

    [Fact]
    public async Task Quoted_local_parts_keep_every_blank()
    {
        var report = await _scene.ReportAsync(_scene.Consignment("\"ann  of acme\"@acme.test", ReportScene.Recipient("\"a  b\"@sink.test")));

        Assert.Contains("Final-Recipient: rfc822; \"a  b\"@sink.test\r\n", report.Raw, StringComparison.Ordinal);
        Assert.Equal("\"ann  of acme\"@acme.test", Assert.Single(report.Message.To.Mailboxes).Address);
    }

    /// <summary>A report that can't be written would keep its message in the spool for ever.</summary>
    [Fact]
    public async Task Any_address_that_mail_was_taken_from_and_for_can_be_reported_to_and_about()
    {
        var random = new Random(20260803);
        const string Odd = "ab.. \"\\@<>,;:()[]=+'`|~\u00e9\u4e2d\t";
        for (var i = 0; i < 500; i++)
        {
            var (sender, recipient) = (Any(), Any());

            var report = await _scene.ReportAsync(_scene.Consignment(sender.ToString(), ReportScene.Recipient(recipient.ToString())) with { SmtpUtf8 = sender.NeedsSmtpUtf8 || recipient.NeedsSmtpUtf8 });

            Assert.Equal(sender, Mailbox.Parse(Assert.Single(report.Message.To.Mailboxes).Address));
            Assert.Equal(sender, Assert.Single(report.Stored.Envelope.Recipients).Address);
            if (!recipient.NeedsSmtpUtf8)
                Assert.Contains($"\r\nFinal-Recipient: rfc822; {recipient}\r\n", report.Raw, StringComparison.Ordinal);
        }

        Mailbox Any()
        {
            while (true)
                if (Mailbox.TryCreate(new string([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Odd[random.Next(Odd.Length)])]), DomainName.Parse("odd.test"), out var mailbox, out _))
                    return mailbox;
        }
    }

    [Fact]
    public async Task The_host_that_said_it_is_named()
    {
        var report = await _scene.ReportAsync(_scene.Consignment(), attempt: Attempt("mx.sink.test"));

        Assert.Equal("dns; mx.sink.test", report.Status[1]["Remote-MTA"]);
    }

    [Fact]
    public async Task Each_recipient_has_its_own_group()
    {
        var consignment = _scene.Consignment("ann@acme.test", ReportScene.Recipient("bob@sink.test"), ReportScene.Recipient("carl@sink.test", ordinal: 1), ReportScene.Recipient("dora@sink.test", ordinal: 2));
        await _scene.Reporter.AttemptEndedAsync(
            consignment, [ReportScene.NoSuchUser(), new Delivered(SmtpReply.Of(250, "2.0.0", "ok")), ReportScene.NoSuchUser("also unknown")], null, false, null, TestContext.Current.CancellationToken);

        var report = Report.Read(Assert.Single(_scene.Settled.Spawned));
        Assert.Equal(["rfc822; bob@sink.test", "rfc822; dora@sink.test"], report.Status.Skip(1).Select(group => group["Final-Recipient"]));
        Assert.DoesNotContain("carl", report.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_of_many_lines_and_long_words_is_folded_and_ends_no_field()
    {
        var reply = new SmtpReply(550, EnhancedStatusCode.Parse("5.7.1"), [new string('x', 3000), "and\r\nAction: delivered", "ünd mehr"]);

        var report = await _scene.ReportAsync(_scene.Consignment(), new Refused(SessionPhase.Rcpt, FailureScope.Recipient, reply, reply.ToString()));

        Assert.All(report.Raw.Split("\r\n"), line => Assert.True(line.Length <= 998));
        Assert.Equal("failed", report.Status[1]["Action"]);
        Assert.Equal(1, report.Status[1].Count(field => field.Field == "Action"));
        Assert.DoesNotContain(report.Raw, character => character > '~');
    }

    [Fact]
    public async Task Forwarded_mail_is_reported_to_who_wrote_it_not_to_our_own_return_path()
    {
        Assert.True(new Srs("a secret of some length", DomainName.Parse("bounces.acme.test")).TryRewrite(Mailbox.Parse("zoe@outside.test"), _scene.Time.GetUtcNow(), out var returnPath, out _));
        // The listener asks for reports to its peer, but the peer is not the author's server.
        _scene.Model = _scene.Model with { Listeners = [new ListenerModel(new IPEndPoint(IPAddress.Any, 25), null, [IPRange.Parse("10.0.0.0/8")], null, false, null, DsnToPeer: true)] };

        var report = await _scene.ReportAsync(_scene.Consignment(returnPath.ToString()));

        Assert.Equal("zoe@outside.test", Assert.Single(report.Stored.Envelope.Recipients).Address.ToString());
        Assert.Equal("zoe@outside.test", Assert.Single(report.Message.To.Mailboxes).Address);
        Assert.Null(Assert.Single(report.Stored.Consignments).Key.Via);
        Assert.Equal("10.0.0.9:25", Assert.Single((await _scene.ReportAsync(_scene.Consignment())).Stored.Consignments).Key.Via);
    }

    [Fact]
    public async Task A_forged_return_path_of_ours_is_an_address_like_any_other()
    {
        var report = await _scene.ReportAsync(_scene.Consignment("SRS0=AAAAAA=BB=outside.test=zoe@bounces.acme.test"));

        Assert.Equal("SRS0=AAAAAA=BB=outside.test=zoe@bounces.acme.test", Assert.Single(report.Stored.Envelope.Recipients).Address.ToString());
    }

    [Fact]
    public async Task Mail_that_expired_held_says_why_without_telling_what_others_see()
    {
        var hold = new Core.Identity.Hold(ReportScene.AcmeSource, null, "EH-08", "misaligned", "192.0.2.5 also says mail.bravo.test", "one name", _scene.Time.GetUtcNow(), "ends when the configuration is corrected");
        await _scene.Reporter.ExpiredAsync(_scene.Consignment(), $"held since 2026-08-01: {hold.ToSender()}", null, TestContext.Current.CancellationToken);

        var report = Report.Read(Assert.Single(_scene.Settled.Spawned));
        Assert.Contains("EH-08", report.Words, StringComparison.Ordinal);
        Assert.Equal(("failed", "4.4.7"), (report.Status[1]["Action"], report.Status[1]["Status"]));
        Assert.DoesNotContain("bravo", report.Raw, StringComparison.Ordinal);
        Assert.Equal(RecipientFate.Failed, Assert.Single(_scene.Settled.Results).Fate);
    }

    private static AttemptEvent Attempt(string mx) => new()
    {
        Time = DateTimeOffset.UnixEpoch, Attempt = "1", Message = "1", Node = "node1", Brand = "acme", RecipientDomain = "sink.test", Source = "acme-v4", Family = "ipv4", ExpectedPublic = "192.0.2.5",
        Ehlo = "mail.acme.test", Verdict = "aligned", Policy = "strict", Route = "MX", Site = "sink.test", MX = mx, Phase = "rcpt", Outcome = "refused", Explanation = "", Recipients = 1, Delivered = 0, Bytes = 1,
    };
}
