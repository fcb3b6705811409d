using System.Collections.Immutable;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Checks;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>SPF, DKIM, DMARC and the mailboxes a sending domain must have. For group AU.</summary>
/// <remarks>By domain or name, as text. What isn't in a dictionary was not looked at.</remarks>
public sealed record AuthenticationFacts
{
    /// <summary>SPF of each return path's domain and of the EHLO name, for this source's public address.</summary>
    public ImmutableDictionary<string, SpfFacts> Spf { get; init; } = ImmutableDictionary<string, SpfFacts>.Empty;

    /// <summary>TXT at each selector, by the record's name.</summary>
    public ImmutableDictionary<string, DnsEvidence> Keys { get; init; } = ImmutableDictionary<string, DnsEvidence>.Empty;

    /// <summary>DMARC of the domains in From, of return paths and of signatures.</summary>
    public ImmutableDictionary<string, DmarcWalk> Dmarc { get; init; } = ImmutableDictionary<string, DmarcWalk>.Empty;

    /// <summary>Where bounces go, by the return path's domain.</summary>
    public ImmutableDictionary<string, MailRouteFacts> ReturnPaths { get; init; } = ImmutableDictionary<string, MailRouteFacts>.Empty;

    /// <summary>The mailboxes every mail domain must have, by address; null: nobody was asked.</summary>
    public ImmutableDictionary<string, MailboxAnswer>? Mailboxes { get; init; }

    /// <summary>What the operator says of itself on the web; null: not looked at.</summary>
    public OperatorPage? Page { get; init; }

    /// <summary>Names in the mail that left within a day; null: no mail was looked at.</summary>
    public OutputFacts? Output { get; init; }

    /// <summary>What receivers reported; null: no report was read.</summary>
    public ReportFacts? Reports { get; init; }
}

/// <summary>SPF of one domain. Where its servers publish different things there is a view for each.</summary>
/// <param name="Record">TXT of the domain.</param>
public sealed record SpfFacts(DnsEvidence Record, ImmutableArray<SpfView> Views)
{
    /// <summary>Pass or bad when all views say so; else unknown.</summary>
    public CheckOutcome Ask(Func<SpfView, CheckOutcome> question) => Views.Select(question).Distinct().ToList() is [var only] ? only : CheckOutcome.Unknown;
}

/// <param name="Evaluation">For this source's public address.</param>
/// <param name="Policies">The SPF records among the TXT records of this view.</param>
public sealed record SpfView(SpfEvaluation Evaluation, SpfSurvey Survey, ImmutableArray<string> Policies);

/// <summary>How mail to a domain goes, and what its host says to a bounce.</summary>
/// <param name="Address">A or AAAA of the domain; null when it has MX records and was not asked for.</param>
/// <param name="Answer">What was said to RCPT; null: nobody was asked.</param>
public sealed record MailRouteFacts(DnsEvidence Exchangers, DnsEvidence? Address, MailboxAnswer? Answer)
{
    /// <summary>The MX hosts of the lowest preferences, and whether each has an address: bad means that DNS says it has none.</summary>
    public ImmutableArray<(DomainName Host, CheckOutcome HasAddress)> Hosts { get; init; } = [];
}

/// <summary>What a mail host said of a mailbox.</summary>
/// <param name="Said">The host with its reply, or why there was none.</param>
public sealed record MailboxAnswer(MailboxVerdict Verdict, string Said);

public enum MailboxVerdict
{
    Accepted,

    /// <summary>By a permanent reply to RCPT.</summary>
    Refused,

    /// <summary>Nobody could be reached, or was willing to say.</summary>
    Unknown,
}

/// <param name="Url">Where it was looked for; after redirections.</param>
/// <param name="Said">In words: what was found there.</param>
public sealed record OperatorPage(OperatorPageVerdict Verdict, string Url, string Said);

public enum OperatorPageVerdict
{
    HasContact,
    HasNoContact,

    /// <summary>The site says that there is no such page, or DNS that there is no such site.</summary>
    Missing,
    Unknown,
}

/// <summary>What receivers of our mail can read in it of who sent it.</summary>
/// <param name="Seen">Names found in headers of mail that left by this source.</param>
public sealed record OutputFacts(ImmutableArray<OutputName> Seen);

/// <param name="Where">"Received by", "Message-ID".</param>
public sealed record OutputName(string Where, string Name)
{
    /// <summary>The header line it stands in, unfolded and cut.</summary>
    public string Line { get; init; } = "";

    /// <summary>In words, whose it is when it is that of a brand other than the message's; null: of none.</summary>
    public string? OtherBrand { get; init; }
}

/// <summary>Where mail that bears this source's sender domains came from, by what receivers reported.</summary>
/// <param name="Since">Day of the oldest report.</param>
/// <param name="Declared">Every public address of the sources that serve the same brands, or did when the report was read.</param>
public sealed record ReportFacts(DateTimeOffset Since, DateTimeOffset Until, ImmutableArray<ReportedSender> Senders, ImmutableArray<System.Net.IPAddress> Declared);
