using System.Net;
using System.Text;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Reports;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Dmarc;
using Namesake.Protocol.Spf;

namespace Namesake.Fuzz.Targets;

/// <summary>What strangers publish in TXT records and send as reports.</summary>
internal static class AuthenticationTargets
{
    private static readonly SpfMacroValues Values = new()
    {
        LocalPart = "bounce+ann=beta.example", SenderDomain = "acme.example", Domain = "acme.example", Client = IPAddress.Parse("2001:db8::cb01"), Helo = "mail.acme.example",
    };

    /// <summary>A policy: read as a whole or refused with the place, its terms where they say they are, its macros bounded.</summary>
    public static void Spf(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var read = SpfRecord.TryParse(text, out var record, out var fault);
        Promise.That(read == (record is not null) && read == (fault is null));
        Promise.That(fault is null || (fault.Position >= 0 && fault.Position <= text.Length && !fault.Reason.Any(char.IsControl)));
        Promise.That(!read || SpfRecord.IsSpf(text));
        foreach (var term in record?.Terms ?? [])
        {
            Promise.That(text.AsSpan(term.Position).StartsWith(term.Text));
            if (term is SpfDirective { Domain: { } domain })
                Promise.That(domain.Expand(Values).Length < 200_000);
            if (term is SpfDirective directive)
                Promise.That(directive.V4Length is >= 0 and <= 32 && directive.V6Length is >= 0 and <= 128);
        }
        // The same text as an explanation, which has other rules.
        _ = SpfMacroString.ReadExplanation(text)?.Expand(Values);
    }

    /// <summary>A published key.</summary>
    public static void KeyRecord(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var read = DkimKeyRecord.TryParse(text, out var record, out var fault);
        Promise.That(read == (record is not null) && read == (fault is null));
        Promise.That(fault is null || (fault.Position >= 0 && fault.Position <= text.Length));
        Promise.That(record is null || record.IsRevoked == (record.Bits == 0));
        Promise.That(record is null || record.IsRevoked || record.IsSameKeyAs(record));
    }

    /// <summary>A DMARC policy: what is known as one is read or refused, what isn't is never read.</summary>
    public static void Dmarc(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var read = DmarcRecord.TryParse(text, out var record, out var fault);
        Promise.That(read == (record is not null) && read == (fault is null));
        Promise.That(!read || DmarcRecord.IsDmarc(text));
        Promise.That(fault is null || (fault.Position >= 0 && fault.Position <= text.Length));
        Promise.That(record is null || record.Policy is null || record.IsApplied);
    }

    /// <summary>A report, packed or not.</summary>
    public static void Report(ReadOnlySpan<byte> input)
    {
        var read = ReportFile.TryRead(input.ToArray(), out var report, out var error);
        Promise.That(read == (report is not null) && read == (error is null));
        Promise.That(error is null || (error.Length is > 0 and < 400 && !error.Any(char.IsControl)));
        Promise.That(report is null || report.Senders.Length <= 10_000);
    }

    /// <summary>A file with reports, mostly mail.</summary>
    public static void ReportMail(ReadOnlySpan<byte> input)
    {
        var summary = new ReportSummary();
        var error = ReportDocument.Read(input.ToArray(), summary);
        Promise.That(error is null || summary.Reports == 0 || error.Length > 0);
        Promise.That(error is null || (error.Length is > 0 and < 400 && !error.Any(char.IsControl)));
        Promise.That(summary.Rows.Length <= ReportSummary.MostRows && summary.Rows.All(row => row.Sender.Messages >= 0 && row.Sender.Reporter.Length <= 200 && row.Sender.Selectors.Length <= 16));
    }

    /// <summary>The header of a message that left.</summary>
    public static void OutputName(ReadOnlySpan<byte> input)
    {
        var names = OutputNames.Of(input);
        Promise.That(names.Length <= 50 && names.All(name => name.Name.Length is > 0 and <= 255));
    }
}
