using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

// About what was sent, and about the receiver itself.
internal static partial class ReplyRules
{
    /// <summary>Reputation by name: before the sender or recipient such texts also mention.</summary>
    private static ImmutableArray<ReplyRule> Standings =>
    [
        Temporary(Likely("reputation-for-now", ReplySubclass.AddressDeferred, "CALLER ..6 reputation", "reputation ..6 CALLER|<addr>")),
        Sure("domain-reputation", ReplySubclass.DomainBlocked, "domain ..5 reputation|listed"),
        Sure("poor-reputation", ReplySubclass.AddressBlocked, "low|poor|NOTVALID|neutral ..1 reputation", "reputation ..3 low|poor|NOTVALID"),
    ];

    private static ImmutableArray<ReplyRule> Reputations =>
    [
        Temporary(Likely("address-deferred-for-now", ReplySubclass.AddressDeferred, "CALLER ..6 reputation|temporary|deferred", "temporary ..3 blocked|deferred ..6 CALLER|<addr>", "reputation ..6 CALLER|<addr>", "<addr> ..4 temporary|deferred|reputation")),
        Sure("address-space", ReplySubclass.PolicyList, "GENERIC ..4 CALLER|<addr>|space|range|pool|client", "CALLER|<addr> ..5 GENERIC", "not ..2 authorized ..3 send ..3 direct"),
        Sure("domain-blocked", ReplySubclass.DomainBlocked, "domain ..5 blocked|listed|reputation", "blocked ..3 domain"),
        Sure("address-blocked", ReplySubclass.AddressBlocked, "CALLER|<addr>|client ..6 blocked|listed|reputation|banned", "blocked ..5 CALLER|<addr>|client|server", "reputation ..4 low|poor|bad|NOTVALID|CALLER|sender|network|problem", "low|poor|NOTVALID|neutral|network|sender|CALLER|email ..1 reputation", "not ..2 accept ..3 mail ..3 from ..3 <addr>|CALLER", "network ..4 blocked|listed",
            "client host rejected|blocked", "CALLER ..3 rejected|not", "CALLER ..2 not ..1 authorized|accept", "mail ..2 from ..2 <addr> ..3 rejected|blocked|not", "blocked ..2 sender ..1 server", "host ..2 blocked|banned", "complaint", "connection ..2 rejected|blocked", "no access ..3 server|<addr>", "open proxy|relay", "spamtrap", "access rejected ..3 <addr>|CALLER"),
        Likely("blocked-see", ReplySubclass.AddressBlocked, "blocked ..1 see <url>"),
    ];

    private static ImmutableArray<ReplyRule> Contents =>
    [
        Sure("virus", ReplySubclass.Virus, "virus", "phishing", "malicious", "eicar", "clamav"),
        Sure("attachment", ReplySubclass.Attachment, "attachment", "file type|extension ..4 not|rejected|blocked", "executable ..3 file|content", "banned ..2 file|extension", "blocked ..2 file"),
        Sure("link", ReplySubclass.Link, "url ..5 blocked|listed|rejected|spam|detected|NOTVALID", "blocked|listed ..3 url", "url ..2 mail"),
        Sure("spam", ReplySubclass.Spam, "spam", "looks like unsolicited", "unsolicited", "bulk mail", "content ..3 rejected|blocked|filter|NOTVALID|not", "rejected ..4 content", "mail ..3 content ..3 accept", "content filter", "blocked ..2 content", "spamassassin", "bayes", "mail ..2 filter ..2 rejected", "bulk", "advertisement"),
        Sure("form", ReplySubclass.Form, "header", "rfc 5322|2822|822", "not rfc|compliant", "rfc ..2 compliant|compliance|violation", "message id", "from field|line", "multiple from", "missing ..2 subject|date|from", "NOTVALID ..2 mime|date|structure", "mime ..3 NOTVALID|error|rejected", "bare lf|cr|linefeed|newline"),
        Perhaps("blocked", ReplySubclass.AddressBlocked, "blocked|banned"),
        Likely("policy", ReplySubclass.Policy, "policy ..3 violation|reasons|reason|restriction|restrictions|rejection|rejected|blocked|not", "rejected|blocked|violates|violation|against|prohibited|due ..4 policy", "administrative ..2 prohibition|rejected", "administratively ..2 rejected", "security ..1 policy", "local policy", "mail ..2 rejected ..2 policy", "violates", "compliance", "transport rules", "rejected ..3 rule|administrator"),
    ];

    private static ImmutableArray<ReplyRule> Protocols =>
    [
        Sure("too-large", ReplySubclass.TooLarge, "mail ..3 too large|long", "mail ..1 size ..4 exceeded|limit|maximum|large", "exceeded ..4 size", "size ..3 limit|exceeded|maximum", "too large", "exceeded ..4 maximum ..3 length|size|bytes"),
        Sure("unsupported", ReplySubclass.Unsupported, "smtputf8", "8bitmime", "not ..2 supported", "unsupported", "conversion ..3 must|not", "internationalized|internationalised", "utf8|utf ..3 not"),
        Sure("syntax", ReplySubclass.Syntax, "syntax", "command ..3 too|long|NOTVALID", "NOTVALID ..1 parameter|parameters|argument|syntax|character|characters", "line too long", "malformed|NOTVALID address", "missing ..2 bracket|argument|parameter", "protocol ..1 error|violation", "not ..1 understood"),
        Sure("bad-sequence", ReplySubclass.Order, "sequence", "must ..3 first", "already specified", "no valid MAILBOX", "no MAILBOX ..1 specified|given", "pipelining", "talk ..3 turn|soon|early", "data before"),
    ];

    private static ImmutableArray<ReplyRule> Remotes =>
    [
        Sure("storage", ReplySubclass.Storage, "insufficient ..2 storage|disk|space|memory|resources", "insufficient system", "disk ..2 full|space|error|failed", "no ..2 space ..3 device|left|disk", "out ..1 memory|disk|space|resources", "not ..2 enough ..2 space|memory|storage|disk", "low ..2 space|disk|memory", "space ..2 server"),
        Sure("remote-lookup", ReplySubclass.Lookup, "temporary ..2 lookup", "lookup ..3 failed|error|timeout|table", "dns ..3 failed|error|timeout|problem", "ldap|database|directory|sql|backend ..4 error|failed|unavailable|not|problem", "MAILBOX verification|verify ..3 failed|temporary|progress", "unverified ..2 MAILBOX", "unverifiable ..2 MAILBOX", "address verification"),
        Sure("unavailable", ReplySubclass.Unavailable, "service ..3 unavailable|shutting|closed|not|busy|stopped", "server ..3 unavailable|shutting|busy|overloaded|down|not|closed", "shutting down", "system ..3 not ..2 accept", "not ..2 accept ..2 mail|network", "too busy", "busy", "overloaded|overload", "system ..2 load|busy|unavailable|down|resources", "maintenance", "load ..3 high|average", "temporary ..2 unavailable|disabled|suspended|closed", "temporary|currently not accept|available|possible", "no smtp service", "no ..1 servers ..2 available", "system shutdown", "closing ..3 connection|channel|link"),
        Sure("unreachable", ReplySubclass.Unreachable, "connection ..2 timeout|timed|reset|lost|dropped|rejected|failed", "not ..2 connect", "network ..2 unreachable", "no route", "host ..3 unreachable|down", "connect ..4 failed|rejected|timeout|timed", "timeout", "timed out", "lost connection", "conversation ..4 timed|timeout", "delivery ..2 expired|disabled"),
        Sure("fault", ReplySubclass.Fault, "internal ..2 error|problem|failed", "local ..2 error|problem|configuration", "temporary ..3 error|failed|problem|local|system|delivery|internal|issue|not", "configuration ..2 error|problem", "system ..2 error|failed|problem|config", "server ..2 error|failed|configuration|misconfigured", "queue ..3 error|failed|write|full", "cannot|unable process", "not process", "processing ..2 error|failed", "error ..2 processing", "action aborted", "mail ..2 system ..2 error|problem", "unexpected ..2 error|failed", "requested action ..2 aborted", "milter", "failed ..2 temporary"),
        Temporary(Perhaps("later", ReplySubclass.Unavailable, "TRYLATER", "later", "temporary", "deferred")),
    ];

    /// <summary>What the enhanced code says where words say nothing. RFC 3463 §3, and what IANA's registry has added since.</summary>
    public static ImmutableArray<ReplyRule> Codes { get; } =
    [
        Code("code-mailbox", ReplySubclass.MailboxUnknown, 1, 1), Code("code-system", ReplySubclass.DomainUnknown, 1, 2), Code("code-mailbox-syntax", ReplySubclass.MailboxUnknown, 1, 3), Code("code-moved", ReplySubclass.MailboxUnknown, 1, 6),
        Code("code-sender", ReplySubclass.SenderRefused, 1, 7), Code("code-sender-domain", ReplySubclass.SenderDomain, 1, 8), Code("code-null-mx", ReplySubclass.DomainUnknown, 1, 10), Code("code-disabled", ReplySubclass.MailboxDisabled, 2, 1),
        Code("code-full", ReplySubclass.MailboxFull, 2, 2), Code("code-large", ReplySubclass.TooLarge, 2, 3), Code("code-storage", ReplySubclass.Storage, 3, 1), Code("code-not-accepting", ReplySubclass.Unavailable, 3, 2), Code("code-unable", ReplySubclass.Unsupported, 3, 3),
        Code("code-too-large", ReplySubclass.TooLarge, 3, 4), Code("code-configuration", ReplySubclass.Fault, 3, 5), Code("code-no-answer", ReplySubclass.Unreachable, 4, 1), Code("code-connection", ReplySubclass.Unreachable, 4, 2), Code("code-directory", ReplySubclass.Lookup, 4, 3),
        Code("code-route", ReplySubclass.Unreachable, 4, 4), Code("code-congestion", ReplySubclass.Unavailable, 4, 5), Code("code-loop", ReplySubclass.Loop, 4, 6), Code("code-expired", ReplySubclass.Unreachable, 4, 7), Code("code-command", ReplySubclass.Order, 5, 1),
        Code("code-syntax", ReplySubclass.Syntax, 5, 2), Code("code-recipients", ReplySubclass.TooManyRecipients, 5, 3), Code("code-arguments", ReplySubclass.Syntax, 5, 4), Code("code-media", ReplySubclass.Unsupported, 6, 0, 99),
        Code("code-dkim", ReplySubclass.Dkim, 7, 20, 22), Code("code-spf", ReplySubclass.Spf, 7, 23, 24), Code("code-authentication", ReplySubclass.Unauthenticated, 7, 26), Code("code-sender-null-mx", ReplySubclass.SenderDomain, 7, 27), Code("code-flood", ReplySubclass.Rate, 7, 28),
        Code("code-arc", ReplySubclass.Unauthenticated, 7, 29), Code("code-tls", ReplySubclass.TlsRequired, 7, 10, 11), Code("code-requiretls", ReplySubclass.TlsRequired, 7, 30), Code("code-recipient-gone", ReplySubclass.MailboxDisabled, 7, 13), Code("code-list", ReplySubclass.RecipientRestricted, 7, 2),
    ];

    private static ReplyRule Code(string id, ReplySubclass subclass, int subject, int detail, int? most = null) => Likely(id, subclass) with { EnhancedSubject = subject, LeastDetail = detail, MostDetail = most ?? detail };
}
