using System.IO.Compression;
using System.Text;
using Namesake.Core.Identity.Authentication;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>Reports as they come by mail, and what somebody hostile may send in their place.</summary>
public sealed class ReportFileTests
{
    private const string Xml = """
        <?xml version="1.0" encoding="UTF-8" ?>
        <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
          <report_metadata><org_name>receiver.example</org_name><email>noreply@receiver.example</email><report_id>1</report_id>
            <date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>
          <policy_published><domain>acme.example</domain><p>reject</p></policy_published>
          <record>
            <row><source_ip>203.0.113.5</source_ip><count>12</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row>
            <identifiers><header_from>acme.example</header_from></identifiers>
            <auth_results><dkim><domain>acme.example</domain><selector>S1</selector><result>pass</result></dkim>
              <dkim><domain>acme.example</domain><selector>old</selector><result>fail</result></dkim><spf><domain>acme.example</domain><result>pass</result></spf></auth_results>
          </record>
          <record>
            <row><source_ip>2001:db8::7</source_ip><count>1</count><policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
            <identifiers><header_from>acme.example</header_from></identifiers><auth_results><spf><domain>evil.example</domain><result>none</result></spf></auth_results>
          </record>
          <record><row><source_ip>nonsense</source_ip></row></record>
        </feedback>
        """;

    private const string Json = """
        { "organization-name": "Acme", "date-range": { "start-datetime": "2026-01-01T00:00:00Z", "end-datetime": "2026-01-01T23:59:59Z" }, "contact-info": "tls@acme.example", "report-id": "1",
          "policies": [ { "policy": { "policy-type": "sts", "policy-domain": "receiver.example" }, "summary": { "total-successful-session-count": 5, "total-failure-session-count": 2 },
            "failure-details": [ { "result-type": "certificate-expired", "sending-mta-ip": "203.0.113.5", "failed-session-count": 2 }, { "sending-mta-ip": 7 }, "x" ] }, 5 ] }
        """;

    [Fact]
    public void An_aggregate_report_names_addresses_and_what_passed()
    {
        Assert.True(ReportFile.TryRead(Encoding.UTF8.GetBytes(Xml), out var report, out var error), error);
        Assert.Equal(("receiver.example", DateTimeOffset.FromUnixTimeSeconds(1767225600)), (report.Reporter, report.Begin));
        Assert.Equal([("203.0.113.5", 12L, true, true), ("2001:db8::7", 1L, false, false)], report.Senders.Select(row => (row.Address.ToString(), row.Messages, row.SpfInLine, row.DkimInLine)));
        Assert.Equal(["s1"], report.Senders[0].Selectors);
    }

    [Fact]
    public void A_report_about_TLS_names_addresses()
    {
        Assert.True(ReportFile.TryRead(Encoding.UTF8.GetBytes(Json), out var report, out var error), error);
        var row = Assert.Single(report.Senders);
        Assert.Equal((ReportKind.Tls, "203.0.113.5", 2L, "receiver.example", "tls@acme.example"), (row.Kind, row.Address.ToString(), row.Messages, row.Domain.Value, row.Reporter));
    }

    [Fact]
    public void Packed_reports_are_read_as_bare_ones()
    {
        Assert.True(ReportFile.TryRead(Gzip(Encoding.UTF8.GetBytes(Xml)), out var gzip, out _));
        Assert.True(ReportFile.TryRead(Zip("receiver.example!acme.example!1!2.xml", Encoding.UTF8.GetBytes(Xml)), out var zip, out _));
        Assert.True(ReportFile.TryRead(Gzip(Encoding.UTF8.GetBytes(Json)), out var json, out _));
        Assert.True(ReportFile.TryRead((byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("\r\n" + Xml.TrimStart())], out var marked, out _) || marked is null);
        Assert.Equal((2, 2, 1), (gzip.Senders.Length, zip.Senders.Length, json.Senders.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<html></html>")]
    [InlineData("{}")]
    [InlineData("<feedback><record>")]
    [InlineData("{ \"policies\": [")]
    [InlineData("PK")]
    public void What_is_no_report_is_refused_with_a_reason(string text)
    {
        Assert.False(ReportFile.TryRead(Encoding.UTF8.GetBytes(text), out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Entities_are_refused_be_they_bombs_or_files()
    {
        Assert.False(ReportFile.TryRead(Encoding.UTF8.GetBytes("<!DOCTYPE feedback [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><feedback><report_metadata><org_name>&b;</org_name></report_metadata></feedback>"), out _, out var bomb));
        Assert.False(ReportFile.TryRead(Encoding.UTF8.GetBytes("<!DOCTYPE feedback [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><feedback><report_metadata><org_name>&a;</org_name></report_metadata></feedback>"), out _, out var file));
        Assert.All(new[] { bomb, file }, error => Assert.Contains("can't be read", error, StringComparison.Ordinal));
    }

    [Fact]
    public void A_bomb_is_unpacked_no_further_than_a_report_may_be()
    {
        var zeros = new byte[ReportFile.MostUnpacked + 1];
        Array.Fill(zeros, (byte)' ');
        zeros[0] = (byte)'<';
        "<feedback>"u8.CopyTo(zeros);
        Assert.False(ReportFile.TryRead(Gzip(zeros), out _, out var error));
        Assert.Contains("can't be read", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.False(ReportFile.TryRead(Encoding.UTF8.GetBytes("<feedback>" + string.Concat(Enumerable.Repeat("<a>", 10_000))), out _, out var error));
        Assert.Contains("nested", error, StringComparison.Ordinal);
        Assert.False(ReportFile.TryRead(Encoding.UTF8.GetBytes("{\"policies\":" + new string('[', 10_000)), out _, out _));
    }

    [Theory]
    [InlineData("Received: from a (b by c)\r\n\tby mail.acme.example (Postfix by x) with ESMTPS id 1;\r\n\tMon, 1 Jan 2026 00:00:00 +0000\r\n", "Received by mail.acme.example")]
    [InlineData("MESSAGE-ID:\r\n <1.2@exch01.corp.local>\r\n", "Message-ID exch01.corp.local")]
    [InlineData("Message-ID: none\r\nSubject: by x\r\n\r\nReceived: by body.example\r\n", "")]
    [InlineData("Received: (qmail 1 invoked by uid 0); 1 Jan 2026\r\n", "")]
    public void Names_are_read_out_of_headers(string header, string names) =>
        Assert.Equal(names, string.Join(", ", OutputNames.Of(Encoding.ASCII.GetBytes(header)).Select(name => $"{name.Where} {name.Name}")));

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Zip(string name, byte[] content)
    {
        var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry(name).Open();
            entry.Write(content);
        }
        return packed.ToArray();
    }
}
