using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

// Who is spoken of (our address's name, or the name we said), and what is wrong with it. Wordings vary without end; these two don't.
internal static partial class ReplyRules
{
    public static ImmutableArray<ReplyRule> Identity { get; } =
    [
        Sure("v6", ReplySubclass.V6Identity, "ipv6 ..9 PTR", "ipv6 sender guidelines", "PTR ..4 ipv6"),
        .. Both, .. Names, .. Pointers,
    ];

    private static ImmutableArray<ReplyRule> Both =>
    [
        Sure("ehlo-not-ptr", ReplySubclass.EhloPtrMismatch,
            "EHLO .. NOTMATCH ..8 PTR|FCRDNS|HOSTNAME", "PTR|FCRDNS|HOSTNAME ..8 NOTMATCH ..8 EHLO", "NOTMATCH .. EHLO ..4 PTR", "NOTMATCH .. PTR ..4 EHLO", "EHLO .. must ..2 match ..4 PTR|HOSTNAME", "PTR .. must ..2 match ..4 EHLO",
            "EHLO ..3 not ..2 PTR|HOSTNAME", "EHLO ..3 but ..2 PTR|HOSTNAME", "real HOSTNAME|name ..4 EHLO", "must|use ..1 HOSTNAME|PTR ..3 EHLO", "PTR ..4 EHLO .. NOTMATCH", "EHLO ..4 PTR .. NOTMATCH"),
        Temporary(Sure("ehlo-unverified-now", ReplySubclass.DnsTempfail, "EHLO NOTMATCH CALLER") with { LeastCode = 451, MostCode = 451, Second = ReplySubclass.EhloIPMismatch }),
        Temporary(Sure("lookup-failed-now", ReplySubclass.DnsTempfail,
            "PTR|FCRDNS ..4 failed|timeout|error|NOTRESOLVE ..4 TRYLATER|temporary|later", "temporary ..5 PTR|FCRDNS", "NOTFOUND ..2 PTR ..3 TRYLATER", "PTR|FCRDNS ..4 temporary|timeout|servfail", "EHLO .. temporary ..3 lookup|resolve|dns|failed", "temporary ..3 resolve|lookup ..3 EHLO|CALLER|HOSTNAME",
            "EHLO ..3 lookup ..2 failed ..4 TRYLATER|temporary", "dns ..2 failed|timeout ..3 CALLER|<addr>", "CALLER|<addr> ..4 dns ..2 failed|timeout", "temporary ..3 dns ..3 EHLO|CALLER|HOSTNAME|<addr>")),
        Sure("ip-name-lookup", ReplySubclass.PtrMissing, "CALLER name lookup failed") with { Subject = RuleSubject.Pointer },
        Temporary(Likely("rdns-failed-now", ReplySubclass.DnsTempfail, "PTR ..5 failed") with { Second = ReplySubclass.PtrMissing, Subject = RuleSubject.Pointer }),
        Temporary(Likely("address-unresolved-now", ReplySubclass.DnsTempfail, "CALLER ..2 NOTRESOLVE") with { LeastCode = 451, MostCode = 451, Second = ReplySubclass.PtrMissing, Subject = RuleSubject.Pointer }),
        Sure("unstable", ReplySubclass.EhloUnstable,
            "EHLO|PTR ..4 change ..3 often|frequently|constantly|change", "EHLO|PTR ..4 unstable|varies", "several|multiple|TOOMANY|varying ..1 NOTMATCH ..1 EHLO", "several|multiple|varying EHLO", "EHLO ..3 not ..1 consistent|stable|constant"),
    ];

    private static ImmutableArray<ReplyRule> Names =>
    [
        .. new[]
        {
            Sure("ehlo-generic", ReplySubclass.PtrGeneric, "EHLO ..5 GENERIC", "GENERIC ..3 EHLO"),
            Sure("ehlo-literal", ReplySubclass.EhloSyntax, "EHLO .. must not", "EHLO ..3 numeric|bare|literal", "numeric|bare|literal ..2 EHLO"),
            Sure("ehlo-of-another-address", ReplySubclass.EhloIPMismatch,
                "EHLO .. NOTMATCH", "NOTMATCH ..4 EHLO", "CALLER ..4 NOTMATCH ..4 EHLO", "EHLO ..4 not ..3 CALLER|<addr>", "EHLO ..4 resolve ..4 not|but|instead|another|elsewhere", "EHLO verification|verify ..1 failed", "EHLO failed ..1 verification"),
            Sure("ehlo-unresolvable", ReplySubclass.EhloUnresolvable,
                "EHLO .. NOTFOUND", "EHLO .. NOTRESOLVE", "EHLO ..4 unknown ..1 host|domain|HOSTNAME|name", "EHLO .. no|NOTHAVE|missing ..3 mx|dns|record|aaaa", "EHLO ..3 must ..3 resolve", "NOTRESOLVE ..3 EHLO", "EHLO ..2 lookup ..2 failed", "EHLO ..4 dns ..3 failed|error",
                "no ..3 dns|record ..4 EHLO", "EHLO ..1 unknown", "unknown ..1 EHLO", "NOTFOUND ..4 EHLO"),
            Sure("ehlo-syntax", ReplySubclass.EhloSyntax,
                "EHLO ..7 NOTVALID|NOTFQDN|FQDN|syntax|empty|unacceptable|localhost|forged|underscore|qualified", "NOTVALID|NOTFQDN|FQDN|empty|nonsense|blank|unacceptable|syntax|forged ..4 EHLO", "EHLO ..3 private|local|internal|own|characters|nonsense|yourself|myself|mine|ours", "no|missing ..1 EHLO",
                "EHLO must ..1 domain address", "EHLO ..2 must ..3 valid|name|dot", "own HOSTNAME|name|domain ..2 EHLO", "must ..2 valid ..1 EHLO", "EHLO rejected ..3 not"),
            Likely("ehlo-refused", ReplySubclass.None, "EHLO ..5 rejected|blocked|not", "rejected|blocked ..3 EHLO") with { Class = ReplyClass.Identity },
            Sure("ehlo-invalid-domain", ReplySubclass.EhloSyntax, "NOTVALID ..1 domain|HOSTNAME|name|argument|address", "FQDN", "NOTFQDN", "syntax error ..3 argument|parameters", "syntactically NOTVALID") with { LeastCode = 500, BeforeMail = true },
            Likely("ehlo-invalid-domain-code", ReplySubclass.EhloSyntax, "NOTVALID domain name") with { LeastCode = 501, MostCode = 501, EnhancedSubject = 5, LeastDetail = 4, MostDetail = 4 },
        }.Select(rule => rule with { Subject = RuleSubject.Ehlo }),
    ];

    private static ImmutableArray<ReplyRule> Pointers =>
    [
        .. new[]
        {
            Sure("rdns-generic", ReplySubclass.PtrGeneric,
                "GENERIC ..5 PTR", "PTR ..5 GENERIC", "custom PTR", "PTR ..4 looks|appears|seems ..3 pool|isp|provider|customer", "PTR ..4 contains ..3 CALLER|<addr>|digits", "PTR ..3 not ..1 meaningful", "meaningful ..2 PTR", "looks ..2 GENERIC"),
            Sure("rdns-missing-or-wrong", ReplySubclass.PtrUnconfirmed,
                "no|missing|NOTHAVE|NOTFOUND or NOTVALID|NOTMATCH|NOTRESOLVE|unmatched ..3 PTR", "NOTVALID|NOTMATCH|NOTRESOLVE|unmatched or no|missing|NOTFOUND ..3 PTR", "PTR ..4 or ..3 forward|NOTMATCH|NOTVALID|NOTRESOLVE", "PTR ..3 NOTVALID|NOTMATCH|NOTRESOLVE or missing|no|NOTFOUND"),
            Sure("rdns-wrong", ReplySubclass.PtrUnconfirmed,
                "NOTHAVE|no|missing valid|match ..1 PTR", "NOTVALID ..2 PTR", "PTR ..5 NOTVALID|NOTMATCH|NOTRESOLVE", "PTR ..4 points ..4 missing|NOTFOUND", "PTR ..2 NOTHAVE|no ..1 match|valid ..1 record", "NOTMATCH ..9 PTR", "NOTRESOLVE ..1 PTR", "PTR ..3 NOTFOUND ..2 forward|<name>", "forged ..1 PTR", "forged HOSTNAME", "PTR|HOSTNAME ..2 forged", "CALLER name ..2 forged",
                "FCRDNS ..5 failed|not|no|none|missing|NOTVALID|NOTMATCH|must|rejected|error|NOTHAVE|NOTFOUND", "no|not|missing|NOTHAVE|failed|NOTVALID|must|NOTMATCH ..4 FCRDNS", "forward ..6 NOTMATCH|NOTRESOLVE|NOTFOUND|failed ..9 CALLER|PTR", "forward dns ..6 NOTMATCH|NOTRESOLVE|NOTFOUND|failed ..9 <addr>", "NOTMATCH ..3 forward", "PTR ..4 forward ..6 NOTMATCH|failed|not|NOTFOUND|missing|NOTRESOLVE",
                "forward ..2 reverse ..3 NOTMATCH|not|failed", "NOTFOUND HOSTNAME", "NOTMATCH ..2 sender ..1 CALLER", "PTR ..1 verification|verify|validation|check ..2 failed|rejected", "NOTRESOLVE relay host|HOSTNAME", "domain name verification ..5 failed", "resolve back ..4 CALLER|<addr>", "unverifiable CALLER"),
            Sure("rdns-missing", ReplySubclass.PtrMissing,
                "no|missing|NOTFOUND|NOTHAVE|not ..2 PTR", "must ..4 PTR", "only ..2 accept ..4 PTR", "PTR ..4 missing|NOTFOUND|NOTHAVE|must|none|empty|null", "PTR ..1 no", "fix PTR", "PTR ..4 rejected|blocked|failed|error", "failed|error ..3 PTR", "NOTRESOLVE CALLER|<addr>", "CALLER|client ..4 NOTRESOLVE",
                "CALLER ..3 must ..3 resolve", "no HOSTNAME|name ..2 CALLER|<addr>", "NOTFOUND ..1 name ..2 CALLER"),
        }.Select(rule => rule with { Subject = RuleSubject.Pointer }),
    ];
}
