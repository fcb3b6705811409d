using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Namesake.Core.Tests.Identity.Reports;

/// <summary>Reports as receivers send them.</summary>
internal static class ReportSamples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    public static string Dmarc(string domain, DateTimeOffset end, params (string Address, int Count, bool Spf, bool Dkim)[] rows) => $"""
        <?xml version="1.0"?><feedback><report_metadata><org_name>receiver.example</org_name><date_range><begin>{Seconds(end.AddDays(-1))}</begin><end>{Seconds(end)}</end></date_range></report_metadata>
        {string.Concat(rows.Select(row => Row(domain, row.Address, row.Count, row.Spf, row.Dkim)))}</feedback>
        """;

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>A message with one file attached.</summary>
    public static string Mail(byte[] file, string type = "application/gzip", string name = "receiver.example!acme.example!1!2.xml.gz") =>
        $"From: reports@receiver.example\r\nSubject: Report Domain: acme.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nA report is attached.\r\n"
        + $"--b\r\nContent-Type: {type}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks)}\r\n--b--\r\n";

    /// <summary>A feedback report as RFC 5965 §A shows it.</summary>
    public static string Feedback(string address, string results) =>
        "From: <abusedesk@receiver.example>\r\nDate: Thu, 26 Nov 2026 10:00:00 +0000\r\nSubject: FW: Earn money\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"p\"\r\n\r\n"
        + "--p\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n"
        + $"--p\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\nSource-IP: {address}\r\nArrival-Date: Wed, 25 Nov 2026 10:00:00 +0000\r\n{results}\r\n"
        + "--p\r\nContent-Type: message/rfc822\r\n\r\nFrom: <shop@acme.example>\r\nSubject: Earn money\r\n\r\nSpam\r\n--p--\r\n";

    public static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text);

    private static string Row(string domain, string address, int count, bool spf, bool dkim) => $"""
        <record><row><source_ip>{address}</source_ip><count>{count.ToString(CultureInfo.InvariantCulture)}</count><policy_evaluated><dkim>{Word(dkim)}</dkim><spf>{Word(spf)}</spf></policy_evaluated></row>
        <identifiers><header_from>{domain}</header_from></identifiers><auth_results><dkim><domain>{domain}</domain><selector>s1</selector><result>{Word(dkim)}</result></dkim></auth_results></record>

        """;

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Word(bool passed) => passed ? "pass" : "fail";
}
