using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Tests.Pipeline.Reporting;

/// <summary>Reports about and to addresses beyond ASCII: RFC 6533.</summary>
public sealed class DsnUtf8Tests
{
    private const string Bjoern = "bj\u00f6rn@sink.test";

    private readonly ReportScene _scene = new();

    [Fact]
    public async Task To_an_ASCII_sender_the_address_is_written_in_ASCII_and_the_report_can_go_anywhere()
    {
        var report = await _scene.ReportAsync(_scene.Consignment("ann@acme.test", ReportScene.Recipient(Bjoern, original: new OriginalRecipient("utf-8", "bj\u00f6rn+x@sink.test"))) with { SmtpUtf8 = true });

        Assert.Equal(("message/delivery-status", "delivery-status"), (report.StatusPart.ContentType.MimeType, report.Parts.ReportType));
        Assert.Equal("utf-8; bj\\x{F6}rn@sink.test", report.Status[1]["Final-Recipient"]);
        Assert.Equal("utf-8; bj\\x{F6}rn\\x{2B}x@sink.test", report.Status[1]["Original-Recipient"]);
        Assert.Contains(Bjoern, report.Words, StringComparison.Ordinal); // people read it as it is
        Assert.Equal((false, false), (report.Stored.Envelope.EightBit, report.Stored.Envelope.SmtpUtf8));
        Assert.DoesNotContain(report.Raw, character => character > '~');
    }

    [Fact]
    public async Task To_a_sender_beyond_ASCII_everything_is_said_in_UTF8()
    {
        _scene.Original = "From: j\u00fcrgen@acme.test\r\nSubject: Gr\u00fc\u00dfe\r\n\r\nbody\r\n";

        var report = await _scene.ReportAsync(_scene.Consignment("j\u00fcrgen@acme.test", ReportScene.Recipient(Bjoern, original: new OriginalRecipient("utf-8", "bj\u00f6rn+x@sink.test"))) with { SmtpUtf8 = true, EightBit = true });

        Assert.Equal((true, true), (report.Stored.Envelope.EightBit, report.Stored.Envelope.SmtpUtf8));
        Assert.Equal(("message/global-delivery-status", "global-delivery-status"), (report.StatusPart.ContentType.MimeType, report.Parts.ReportType));
        Assert.Contains($"Final-Recipient: utf-8; {Bjoern}\r\n", report.Raw, StringComparison.Ordinal);
        Assert.Contains("Original-Recipient: utf-8; bj\u00f6rn\\x{2B}x@sink.test\r\n", report.Raw, StringComparison.Ordinal);
        Assert.Equal("j\u00fcrgen@acme.test", Assert.Single(report.Message.To.Mailboxes).Address);
        Assert.Matches("\r\nTo: <?j\u00fcrgen@acme.test>?\r\n", report.Raw);
        Assert.Equal(("message/global-headers", "8bit"), (report.OriginalType, report.OriginalEncoding));
        Assert.Contains("Subject: Gr\u00fc\u00dfe", report.Original, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_a_sender_beyond_ASCII_an_ASCII_recipient_is_an_ordinary_one()
    {
        var report = await _scene.ReportAsync(_scene.Consignment("j\u00fcrgen@acme.test") with { SmtpUtf8 = true });

        Assert.Equal("rfc822; bob@sink.test", report.Status[1]["Final-Recipient"]);
        Assert.Equal("text/rfc822-headers", report.OriginalType);
        Assert.True(report.Stored.Envelope.SmtpUtf8);
    }

    [Theory]
    [InlineData(DsnReturn.Headers, "message/global-headers", "quoted-printable")]
    [InlineData(DsnReturn.Full, "message/global", "base64")]
    public async Task A_UTF8_header_that_goes_back_where_UTF8_may_not_pass_is_encoded(DsnReturn part, string type, string encoding)
    {
        _scene.Original = "From: j\u00fcrgen@acme.test\r\nSubject: Gr\u00fc\u00dfe\r\n\r\nGr\u00fc\u00dfe\r\n";

        var report = await _scene.ReportAsync(_scene.Consignment() with { SmtpUtf8 = true, EightBit = true, Return = part });

        Assert.Equal((type, encoding), (report.OriginalType, report.OriginalEncoding));
        Assert.Equal(part == DsnReturn.Full ? _scene.Original : _scene.Original[..^"Gr\u00fc\u00dfe\r\n".Length], report.Original);
        Assert.Equal((false, false), (report.Stored.Envelope.EightBit, report.Stored.Envelope.SmtpUtf8));
    }
}
