using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using MimeKit;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Reports;

/// <summary>Reads what a feedback report says of where a message came from. RFC 5965 §3</summary>
/// <remarks>Whether SPF and a signature passed is known only where the report has an Authentication-Results field of its own: that of the message it encloses may be its sender's.</remarks>
internal static partial class FeedbackReport
{
    /// <summary>Characters of a field that are looked at.</summary>
    private const int MostCharacters = 2048;

    private const long MostIncidents = 1_000_000;

    /// <returns>Null: it names no address, or nobody's domain.</returns>
    public static SenderReport? Of(MimeMessage message, MessageFeedbackReport part, MimeMessage? original)
    {
        if (Fields(part) is not { } fields || !IPAddress.TryParse(fields["Source-IP"]?.Trim().Trim('[', ']'), out var address))
            return null;
        if (Domain(original?.From.Mailboxes.FirstOrDefault()?.Address) is not { } from && !DomainName.TryParse(fields["Reported-Domain"]?.Trim(), out from, out _))
            return null;
        var results = string.Join("; ", fields.Where(field => field.Field.Equals("Authentication-Results", StringComparison.OrdinalIgnoreCase)).Select(field => field.Value));
        results = results[..Math.Min(results.Length, MostCharacters)];
        var signatures = Dkim().Matches(results).Where(match => IsInLine(from, Property().Match(match.Value).Groups[1].Value)).ToList();
        var spf = Spf().Matches(results).Any(match => IsInLine(from, Envelope().Match(match.Value).Groups[1].Value));
        var reporter = ReportFile.OneLine(Domain(message.From.Mailboxes.FirstOrDefault()?.Address)?.Value ?? "unknown");
        var at = Time(fields["Arrival-Date"] ?? fields["Received-Date"]) ?? (message.Date == default ? DateTimeOffset.UnixEpoch : message.Date);
        var incidents = long.TryParse(fields["Incidents"]?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Math.Clamp(count, 1, MostIncidents) : 1;
        var sender = new ReportedSender(ReportKind.Feedback, address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, incidents, from, reporter, spf, signatures.Count > 0)
        {
            Selectors = [.. signatures.Select(match => Selector().Match(match.Value)).Where(selector => selector.Success).Select(selector => selector.Groups[1].Value.ToLowerInvariant()).Distinct().Take(16)],
        };
        return new SenderReport(reporter, at, at, [sender]);
    }

    private static HeaderList? Fields(MessageFeedbackReport part)
    {
        try
        {
            return part.Fields;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DomainName? Domain(string? mailbox) => mailbox?.LastIndexOf('@') is >= 0 and var at && DomainName.TryParse(mailbox[(at + 1)..], out var domain, out _) ? domain : null;

    /// <summary>As relaxed alignment has it by registered domains.</summary>
    private static bool IsInLine(DomainName from, string domain) =>
        DomainName.TryParse(domain, out var name, out _) && RegistrableDomain.Of(name.Value) == RegistrableDomain.Of(from.Value);

    private static DateTimeOffset? Time(string? text) => text is { Length: < 200 } && MimeKit.Utils.DateUtils.TryParse(text, out var time) ? time : null;

    // Every quantifier stops at the next method, and none stands inside another.
    [GeneratedRegex(@"\bdkim\s*=\s*pass\b[^;]{0,500}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Dkim();

    [GeneratedRegex(@"\bspf\s*=\s*pass\b[^;]{0,500}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Spf();

    [GeneratedRegex(@"\bheader\.[di]\s*=\s*""?(?:[^\s;@""]{0,64}@)?([A-Za-z0-9.-]{1,253})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Property();

    [GeneratedRegex(@"\bheader\.s\s*=\s*""?([A-Za-z0-9._-]{1,63})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Selector();

    [GeneratedRegex(@"\bsmtp\.mail(?:from)?\s*=\s*""?(?:[^\s;@""]{0,64}@)?([A-Za-z0-9.-]{1,253})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Envelope();
}
