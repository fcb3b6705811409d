using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Authentication;

/// <summary>One address that a report names, with what was seen of its mail.</summary>
/// <param name="Messages">For a feedback report its incidents.</param>
/// <param name="Domain">The domain in From; for a report about TLS the domain that was sent to.</param>
/// <param name="Reporter">Who wrote the report, by its own word.</param>
/// <param name="SpfInLine">SPF passed, for a domain in line with From. RFC 9990 §3.1</param>
/// <param name="DkimInLine">The same of a signature.</param>
public sealed record ReportedSender(ReportKind Kind, IPAddress Address, long Messages, DomainName Domain, string Reporter, bool SpfInLine, bool DkimInLine)
{
    /// <summary>Selectors of signatures that verified, in lower case.</summary>
    public ImmutableArray<string> Selectors { get; init; } = [];
}

public enum ReportKind
{
    /// <summary>A DMARC aggregate report: receivers tell the domain in From who sends in its name.</summary>
    Dmarc,

    /// <summary>A report about TLS: senders tell the domain they send to how it went. RFC 8460</summary>
    Tls,

    /// <summary>A feedback report: a receiver tells of one message, mostly that somebody complained. RFC 5965</summary>
    Feedback,
}

/// <summary>A report as far as it was understood.</summary>
public sealed record SenderReport(string Reporter, DateTimeOffset Begin, DateTimeOffset End, ImmutableArray<ReportedSender> Senders);
