using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Reports;
using Namesake.Protocol.Addresses;

namespace Namesake.Web.Reports;

/// <summary>POST /api/v1/reports: what reports say, added up.</summary>
/// <param name="Senders">At most <see cref="Most"/>.</param>
public sealed record ReportsRequest(ImmutableArray<ReportedSenderRequest> Senders)
{
    /// <summary>So many fit a request, with long names.</summary>
    public const int Most = 12;
}

/// <param name="Kind">"dmarc", "tls" or "feedback".</param>
/// <param name="Domain">The domain in From; for "tls" the domain that was sent to.</param>
/// <param name="Reporter">Who wrote it; for "tls" its contact.</param>
/// <param name="Day">The last day it is about, "2026-11-26".</param>
/// <param name="Spf">SPF passed in line with From.</param>
/// <param name="Dkim">A signature passed in line with From.</param>
/// <param name="Selectors">Of signatures that verified.</param>
public sealed record ReportedSenderRequest(string Kind, string Address, string Domain, string Reporter, long Messages, DateOnly Day, bool Spf, bool Dkim, ImmutableArray<string> Selectors)
{
    private const int LongestReporter = 100, MostSelectors = 16, LongestSelector = 63;

    public static ReportedSenderRequest Of(ReportedRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var sender = row.Sender;
        return new ReportedSenderRequest(sender.Kind.ToString().ToLowerInvariant(), sender.Address.ToString(), sender.Domain.Value, sender.Reporter[..Math.Min(sender.Reporter.Length, LongestReporter)], sender.Messages, row.Day,
            sender.SpfInLine, sender.DkimInLine, [.. sender.Selectors.Where(selector => selector.Length <= LongestSelector).Take(MostSelectors / 4)]);
    }

    /// <returns>Null with the fault, for who wrote it.</returns>
    internal (ReportedRow? Row, string? Fault) Read()
    {
        ReportKind? kind = Kind switch { "dmarc" => ReportKind.Dmarc, "tls" => ReportKind.Tls, "feedback" => ReportKind.Feedback, _ => null };
        if (kind is null)
            return (null, "kind is dmarc, tls or feedback");
        if (!IPAddress.TryParse(Address, out var address))
            return (null, "address is no IP address");
        if (!DomainName.TryParse(Domain, out var domain, out _))
            return (null, "domain is no domain");
        if (Words.Of(Reporter, 1, LongestReporter) is not { } reporter)
            return (null, $"reporter is 1 to {LongestReporter} characters: who wrote the report");
        if (Messages < 0)
            return (null, "messages is not negative");
        ImmutableArray<string> selectors = Selectors.IsDefault ? [] : Selectors;
        if (selectors.Length > MostSelectors || selectors.Any(selector => selector is null || selector.Length is 0 or > LongestSelector))
            return (null, $"selectors are at most {MostSelectors}, of at most {LongestSelector} characters");
        return (new ReportedRow(new ReportedSender(kind.Value, address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, Messages, domain, reporter, Spf, Dkim) { Selectors = [.. selectors.Select(selector => selector.ToLowerInvariant())] }, Day), null);
    }
}
