using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Reports;

namespace Namesake.Core.Tests.Identity.Reports;

/// <summary>Reports as they lie in files, messages and mailboxes.</summary>
public sealed class ReportDocumentTests
{
    private static readonly byte[] Xml = ReportSamples.Octets(ReportSamples.Dmarc("acme.example", ReportSamples.Now, ("203.0.113.5", 7, true, true), ("198.51.100.9", 2, false, false)));

    [Fact]
    public void A_report_is_read_bare_and_out_of_a_message()
    {
        Assert.Equal(["203.0.113.5 7 True True", "198.51.100.9 2 False False"], Rows(Xml));
        Assert.Equal(["203.0.113.5 7 True True", "198.51.100.9 2 False False"], Rows(ReportSamples.Octets(ReportSamples.Mail(ReportSamples.Gzip(Xml)))));
        Assert.Equal(2, Rows(ReportSamples.Octets(ReportSamples.Mail(Xml, "text/xml", "report.xml"))).Length);
        Assert.Equal(2, Rows(ReportSamples.Octets(ReportSamples.Mail(Xml, "text/plain", "report.xml"))).Length);
    }

    [Fact]
    public void All_messages_of_a_mailbox_are_read_and_those_without_a_report_do_no_harm()
    {
        var other = ReportSamples.Octets(ReportSamples.Dmarc("acme.example", ReportSamples.Now.AddDays(-1), ("203.0.113.6", 1, true, true)));
        var mailbox = $"From a@b Thu Nov 26 10:00:00 2026\r\n{ReportSamples.Mail(ReportSamples.Gzip(Xml))}\r\nFrom a@b Thu Nov 26 10:00:00 2026\r\nSubject: hello\r\n\r\nNo report.\r\n\r\nFrom a@b Thu Nov 26 10:00:00 2026\r\n{ReportSamples.Mail(ReportSamples.Gzip(other))}";
        Assert.Equal(["203.0.113.5", "203.0.113.6", "198.51.100.9"], Rows(ReportSamples.Octets(mailbox)).Select(row => row.Split(' ')[0]));
    }

    [Fact]
    public void A_feedback_report_tells_where_the_message_came_from_and_what_had_passed()
    {
        var summary = Read(ReportSamples.Feedback("203.0.113.5", "Authentication-Results: mx.receiver.example; dkim=pass header.d=acme.example header.s=S1;\r\n spf=pass smtp.mailfrom=bounce@mail.acme.example\r\n"));
        var row = Assert.Single(summary.Rows);
        Assert.Equal((ReportKind.Feedback, "203.0.113.5", "acme.example", "receiver.example", 1L), (row.Sender.Kind, row.Sender.Address.ToString(), row.Sender.Domain.Value, row.Sender.Reporter, row.Sender.Messages));
        Assert.Equal((true, new DateOnly(2026, 11, 25), "s1"), (row.MayBeOurs, row.Day, Assert.Single(row.Sender.Selectors)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Authentication-Results: mx.receiver.example; dkim=fail header.d=acme.example; spf=pass smtp.mailfrom=acme.example\r\n")]
    [InlineData("Authentication-Results: mx.receiver.example; dkim=pass header.d=other.example; spf=pass smtp.mailfrom=acme.example\r\n")]
    [InlineData("Authentication-Results: mx.receiver.example; dkim=pass; spf=pass\r\n")]
    public void A_feedback_report_that_does_not_say_both_passed_in_line_accuses_nobody(string results) =>
        Assert.False(Assert.Single(Read(ReportSamples.Feedback("203.0.113.5", results)).Rows).MayBeOurs);

    [Fact]
    public void Complaints_of_one_address_are_added_up()
    {
        var summary = new ReportSummary();
        for (var i = 0; i < 3; i++)
            Assert.Null(ReportDocument.Read(ReportSamples.Octets(ReportSamples.Feedback("203.0.113.5", "Incidents: 4\r\n")), summary));
        Assert.Equal(12, Assert.Single(summary.Rows).Sender.Messages);
    }

    [Fact]
    public void A_report_that_comes_twice_counts_once()
    {
        var summary = new ReportSummary();
        Assert.Null(ReportDocument.Read(Xml, summary));
        Assert.Null(ReportDocument.Read(ReportSamples.Octets(ReportSamples.Mail(ReportSamples.Gzip(Xml))), summary));
        Assert.Equal((1, 7L), (summary.Reports, summary.Rows[0].Sender.Messages));
    }

    [Fact]
    public void Numbers_that_no_report_can_mean_do_not_overflow()
    {
        var summary = new ReportSummary();
        foreach (var day in new[] { 0, 1, 2 })
            Assert.Null(ReportDocument.Read(ReportSamples.Octets(ReportSamples.Dmarc("acme.example", ReportSamples.Now.AddDays(-day), ("203.0.113.5", 1, true, true)).Replace("<count>1<", $"<count>{long.MaxValue}<", StringComparison.Ordinal)), summary));
        Assert.Equal(long.MaxValue / 2, Assert.Single(summary.Rows).Sender.Messages);
        Assert.Equal(new DateOnly(2026, 11, 26), summary.Rows[0].Day);
    }

    [Theory]
    [InlineData("Subject: hello\r\n\r\nNo report.\r\n", "no message in it has a report")]
    [InlineData("", "it is empty")]
    [InlineData("%PDF-1.7", "it is neither XML nor JSON")]
    public void What_is_no_report_says_so(string content, string error)
    {
        var summary = new ReportSummary();
        Assert.Equal(error, ReportDocument.Read(ReportSamples.Octets(content), summary));
        Assert.Equal(0, summary.Reports);
    }

    [Fact]
    public void Bombs_in_the_messages_of_a_mailbox_share_one_budget()
    {
        // An element's text without an end, so that a reader that only looks at the beginning goes on.
        var endless = new byte[ReportFile.MostUnpacked + 1];
        endless.AsSpan().Fill((byte)'a');
        "<feedback>"u8.CopyTo(endless);
        var bomb = ReportSamples.Mail(ReportSamples.Gzip(endless));
        var mailbox = $"From a@b Thu Nov 26 10:00:00 2026\r\n{bomb}\r\nFrom a@b Thu Nov 26 10:00:00 2026\r\n{ReportSamples.Mail(Xml, "text/xml", "report.xml")}\r\n";
        var summary = new ReportSummary();
        Assert.Contains("longer than a report may be", ReportDocument.Read(ReportSamples.Octets(mailbox), summary, 1024 * 1024), StringComparison.Ordinal);
        Assert.Equal(0, summary.Reports);
        Assert.Null(ReportDocument.Read(ReportSamples.Octets(mailbox), summary, ReportFile.MostUnpacked + 1024 * 1024));
        Assert.Equal(1, summary.Reports);
    }

    [Fact]
    public void A_file_beyond_the_bounds_is_not_read() => Assert.Contains("longer than 64 MiB", ReportDocument.Read(new byte[ReportDocument.MostOctets + 1], new ReportSummary()), StringComparison.Ordinal);

    private static ReportSummary Read(string content)
    {
        var summary = new ReportSummary();
        Assert.Null(ReportDocument.Read(ReportSamples.Octets(content), summary));
        return summary;
    }

    private static string[] Rows(byte[] content)
    {
        var summary = new ReportSummary();
        Assert.Null(ReportDocument.Read(content, summary));
        return [.. summary.Rows.Select(row => $"{row.Sender.Address} {row.Sender.Messages} {row.Sender.SpfInLine} {row.Sender.DkimInLine}")];
    }
}
