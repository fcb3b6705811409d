using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

// The rest by its wording, the specific before the general.
internal static partial class ReplyRules
{
    public static ImmutableArray<ReplyRule> Words { get; } =
    [
        Sure("greylisted", ReplySubclass.Greylisting, "greylist", "grey|gray listed|list", "first time ..4 sender|seen|connection", "not yet authorized deliver"),
        Sure("busy-recipient", ReplySubclass.RecipientBusy, "MAILBOX ..9 recipient|receiving|receive mail ..2 rate|TOOMANY|quickly", "user ..6 exceeded ..3 rate", "MAILBOX ..4 receiving ..2 TOOMANY|mail ..3 rate|quickly", "MAILBOX ..3 TOOMANY mail"),
        Sure("daily-quota", ReplySubclass.Rate, "daily|hourly|sender|throttle ..3 quota ..2 exceeded", "daily|hourly ..3 limit ..2 exceeded"),
        Sure("disk-full", ReplySubclass.Storage, "disk ..1 full"),
        Sure("sender-syntax", ReplySubclass.SenderRefused, "sender ..1 address syntax"),
        Sure("bad-syntax", ReplySubclass.Syntax, "address syntax", "syntax error"),
        .. Authentications, .. Ours, .. Standings, .. Senders, .. Recipients, .. Amounts, .. Protocols, .. Reputations, .. Contents, .. Remotes,
    ];

    private static ImmutableArray<ReplyRule> Ours =>
    [
        Sure("starttls-required", ReplySubclass.TlsRequired, "must ..4 starttls", "starttls ..3 first|must", "must ..3 tls|encryption|encrypted", "tls|encryption ..3 must", "only ..3 tls|encrypted", "plaintext ..3 not"),
        Sure("certificate", ReplySubclass.CertificateRefused, "client certificate ..4 must|NOTVALID|rejected|missing|no|not|expired|disabled", "certificate ..4 not ..1 trusted|valid|verified|accept"),
        Sure("login", ReplySubclass.LoginRequired, "authentication must", "must ..2 authentication", "smtp auth must", "must ..1 login|log", "client ..1 not authentication", "not authentication|logged", "only authentication ..2 MAILBOX", "authentication first"),
    ];

    private static ImmutableArray<ReplyRule> Authentications =>
    [
        Sure("unauthenticated", ReplySubclass.Unauthenticated, "unauthorized mail|sender", "sender ..1 unauthorized", "sender ..2 must ..2 authentication ..3 spf|dkim", "mail ..3 not ..2 authentication", "authentication ..1 information", "not pass authentication", "authentication ..1 check ..3 failed|not", "authentication checks", "sender ..2 not ..1 authentication", "arc ..3 failed|NOTVALID", "failed authentication", "authentication failed ..3 domain|sender"),
        Likely("spf-word", ReplySubclass.Spf, "spf", "sender policy framework", "not ..2 authorized send ..4 domain"),
        Likely("dkim-word", ReplySubclass.Dkim, "dkim", "domainkeys", "signature ..3 NOTVALID|failed|missing"),
    ];

    private static ImmutableArray<ReplyRule> Senders =>
    [
        Sure("sender-unroutable", ReplySubclass.SenderDomain, "unroutable ..1 sender"),
        Sure("bounce-protection", ReplySubclass.SenderRefused, "backscatter", "batv"),
        Sure("sender-unverified", ReplySubclass.SenderUnverified, "sender ..2 verify ..2 failed", "sender ..3 NOTMATCH", "sender ..2 verification ..2 failed", "callout|callback ..4 failed|rejected", "NOTMATCH ..1 sender"),
        Sure("sender-refused", ReplySubclass.SenderRefused, "sender ..1 address ..2 rejected|NOTVALID|blocked|unknown", "sender rejected|blocked|NOTVALID", "NOTVALID sender", "sender ..2 not ..2 authorized|accept|exist|valid", "mail from ..2 rejected|NOTVALID", "rejected ..2 sender", "blocked ..1 sender", "sender ..2 MAILBOX ..1 unknown", "sender MAILBOX ..1 rejected|NOTVALID|blocked",
            "sender NOTFOUND|unknown", "NOTVALID return path", "from address ..2 rejected|NOTVALID", "not ..1 accept ..1 mail from <mail>", "null sender ..3 rejected|not", "MAILBOX ..2 blocked ..2 sender", "sender ..4 MAILBOX blocked"),
    ];

    private static ImmutableArray<ReplyRule> Recipients =>
    [
        Sure("mailbox-full", ReplySubclass.MailboxFull, "MAILBOX ..4 full", "exceeded ..1 quota", "quota ..3 exceeded|full|reached|violation", "exceeded ..4 storage", "MAILBOX ..3 size ..3 exceeded", "MAILBOX ..4 exceeded ..4 limit|size|quota|storage|space|allocation", "MAILBOX ..4 quota", "insufficient ..2 MAILBOX|storage|space|quota ..2 MAILBOX|allocation", "storage ..2 full|exceeded|quota",
            "MAILBOX ..4 no|not|insufficient ..2 space|storage|room", "full MAILBOX", "no room ..3 MAILBOX", "out storage", "mail quota", "inbox full", "disk quota"),
        Sure("mailbox-disabled", ReplySubclass.MailboxDisabled, "MAILBOX ..4 disabled", "disabled ..2 MAILBOX", "MAILBOX ..4 no longer", "MAILBOX ..3 not ..1 active|enabled", "no longer ..4 active|valid|available|exist|used|employed|works", "MAILBOX ..3 moved|obsolete|frozen|cancelled|deleted|removed", "address ..3 no longer", "mail ..2 disabled ..2 MAILBOX", "MAILBOX ..4 over limit inactive"),
        Sure("domain-unknown", ReplySubclass.DomainUnknown, "no such domain|host", "host unknown", "unknown ..1 host|domain", "unroutable", "domain ..4 NOTFOUND|NOTRESOLVE|unknown", "domain name NOTFOUND|NOTRESOLVE", "NOTFOUND ..2 host name|named", "NOTRESOLVE ..2 domain|mx|MAILBOX", "no mx", "null mx", "mx ..4 NOTFOUND|none|NOTVALID|missing", "NOTFOUND ..2 domain|mx", "domain ..3 not ..2 accept|hosted|handled|local|served", "no ..1 route ..2 domain", "name service error", "not ..1 local domain",
            "NOTVALID ..1 MAILBOX domain", "MAILBOX domain ..4 NOTVALID|not"),
        Temporary(Sure("address-verification", ReplySubclass.Lookup, "NOTMATCH ..1 address|MAILBOX", "address verification", "MAILBOX verification|verify")),
        Sure("mailbox-unknown", ReplySubclass.MailboxUnknown,
            "address ..1 rejected", "MAILBOX verification|verify ..2 failed",
            "MAILBOX ..6 unknown|NOTFOUND", "unknown ..2 MAILBOX|address", "no such ..1 MAILBOX|address|name|person", "MAILBOX ..6 not ..2 exist|found|known|listed|local|valid", "NOTFOUND ..4 MAILBOX", "address ..4 unknown|NOTFOUND", "NOTVALID ..1 MAILBOX|address", "MAILBOX ..3 NOTVALID", "no ..2 MAILBOX ..2 name|such|called|found|with|known", "no MAILBOX",
            "MAILBOX ..4 unavailable", "MAILBOX ..3 not ..1 available", "not ..1 valid ..1 MAILBOX", "not ..2 known ..2 MAILBOX", "MAILBOX ..2 rejected", "NOTVALID ..2 user", "nobody ..3 name", "MAILBOX lookup failed", "resolver adr", "MAILBOX NOTHAVE", "address ..2 NOTVALID|wrong", "no one", "not ..1 customer",
            "MAILBOX ..2 NOTRESOLVE", "all|MAILBOX ..2 MAILBOX ..2 rejected", "not deliverable ..3 MAILBOX", "undeliverable address|MAILBOX"),
        Sure("recipient-restricted", ReplySubclass.RecipientRestricted, "not ..2 authorized ..3 send ..3 MAILBOX|address|group|<mail>", "resolver rst", "MAILBOX ..4 not ..2 accept ..2 mail ..3 from", "only ..2 accept ..2 mail ..2 from", "MAILBOX ..3 restricted", "blocked ..1 MAILBOX", "address ..2 restricted", "delivery ..4 restricted", "restricted ..3 MAILBOX", "sender ..4 not ..2 authorized ..3 send ..2 MAILBOX|group|list", "not ..1 accept ..1 mail from outside|external|non", "challenge|whitelist ..3 must|not"),
    ];

    private static ImmutableArray<ReplyRule> Amounts =>
    [
        Sure("too-many-connections", ReplySubclass.Connections, "TOOMANY ..3 connection", "connection ..2 limit|rate|frequency", "limit|exceeded|maximum ..6 connection", "connection ..4 exceeded|TOOMANY", "concurrent ..2 connection"),
        Sure("too-many-recipients", ReplySubclass.TooManyRecipients, "TOOMANY ..2 MAILBOX", "MAILBOX ..3 limit ..3 exceeded|mail", "exceeded ..4 MAILBOX ..2 mail", "maximum ..3 MAILBOX"),
        Sure("address-deferred-for-reputation", ReplySubclass.AddressDeferred, "rate ..1 limit ..3 due ..2 CALLER|reputation", "server busy .. TRYLATER from", "unusual rate", "unsolicited mail ..2 sender", "TRYLATER ..1 from <addr>"),
        Sure("too-many-messages", ReplySubclass.Rate, "TOOMANY ..2 mail", "rate limit", "limit ..2 rate", "throttle", "sender rate", "slow down", "mail ..1 rate ..2 exceeded", "mail limit ..2 exceeded", "more slowly", "sender limit ..2 exceeded", "exceeded ..4 sender ..2 limit|quota", "exceeded ..4 rate|limit ..3 hour|day|minute|mail|sender", "daily|hourly ..3 limit|quota", "rate ..3 exceeded|high", "TOOMANY ..1 quickly|fast", "TOOMANY ..2 requests|commands|errors|transactions|attempts"),
    ];
}
