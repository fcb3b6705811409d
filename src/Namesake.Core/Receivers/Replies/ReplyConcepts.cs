using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Groups of words that are one thing to the rules, the longest first. Data.</summary>
/// <remarks>"a|b c" stands for "a c" and "b c"; "b?" may be left out. Words are written as <see cref="ReplyWords"/> makes them.</remarks>
internal static class ReplyConcepts
{
    /// <summary>Who is spoken of: what the address is called.</summary>
    public const string Pointer = "PTR";

    /// <summary>Who is spoken of: what we called ourselves.</summary>
    public const string Ehlo = "EHLO";

    public static ImmutableArray<(string Name, ImmutableArray<string> Phrases)> All { get; } =
    [
        (Pointer,
        [
            "ptr record|entry|name|resource|lookup?", "dns ptr record|entry|resource?", "ptr resource record", "dns ptr resource record", "rdns record|entry|name|lookup|check|hostname?",
            "reverse dns record|entry|name|lookup|check|resolution|ptr|hostname?", "reverse dns ptr record", "reverse lookup|hostname|name|record|entry|resolution|mapping|ptr|zone|host|rdns", "reverse host name",
            "reverse ptr record", "reverse address name dns entry", "dns reverse record|entry|lookup?", "reverse ip lookup", "ip reverse lookup", "pointer record", "resolution reverse", "zone reverse", "record reverse zone",
        ]),
        ("FCRDNS", ["fcrdns", "iprev", "forward confirmed reverse? dns?", "full circle reverse? dns", "full circle rdns"]),
        (Ehlo,
        [
            "helo|ehlo command|name|argument|hostname|host|string|parameter|domain|greeting|value|identity?", "helo ehlo command|name|argument|hostname|host|string|parameter|domain|greeting|value?",
            "ehlo helo command|name|argument|hostname|host|string|parameter|domain|greeting|value?", "helo|ehlo host name", "helo|ehlo domain name",
        ]),
        ("NOTFOUND", ["not found", "not exist", "not lookup", "not look up", "nxdomain", "not known"]),
        ("NOTHAVE", ["not have", "not set up?", "not setup", "not configured", "not present", "not defined", "not published", "not provide"]),
        ("NOTMATCH", ["mismatch", "not match", "not same", "not point", "not map", "not belong", "not confirmed", "not verified", "not verify", "unverifiable", "not lead back", "not identical"]),
        ("NOTRESOLVE", ["not resolve", "unresolvable", "not dns resolve"]),
        ("NOTVALID", ["invalid", "not valid"]),
        ("NOTFQDN", ["not fqdn", "not fully qualified", "unqualified", "not qualified"]),
        ("FQDN", ["fqdn", "fully qualified domain|host? name|hostname?", "qualified domain name"]),
        ("GENERIC", ["generic", "dynamic", "dial up", "auto generated", "end user", "looks dynamic", "provider default"]),
        ("HOSTNAME", ["hostname"]),
        ("TRYLATER", ["try again later?", "try later", "again later", "come back later", "later again", "later try again"]),
        ("TOOMANY", ["too many", "too much", "zu viele", "trop", "demasiados", "demasiadas", "troppi", "troppe"]),
        ("CALLER", ["ip address?", "calling host", "calling ip", "connecting host", "connecting ip address?", "connecting client", "connecting address", "client ip address?", "client address", "client host", "sender ip address?", "remote host", "remote ip address?", "remote address", "sender host", "sender server"]),
        ("LIST", ["spamhaus", "spamhauss", "spamcop", "sorbs", "uceprotect", "invaluement", "surbl", "uribl", "dnsbl", "rbl", "rbls", "dnsbls", "barracudacentral", "senderscore", "cloudmark", "abusix", "spamrats", "mailspike", "rhsbl", "csi", "xbl", "sbl", "black list", "blocked list", "blocked lists"]),
        ("PBL", ["pbl", "policy blocked list"]),
        ("MAILBOX", ["user", "mailbox", "recipient", "account", "recipient address", "user account", "mailbox user", "mail address", "mail account", "mail box", "person", "local part", "alias"]),
    ];
}
