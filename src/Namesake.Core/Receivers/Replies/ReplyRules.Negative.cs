using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

// Known to be something else, whatever words of identity stand in their links or help texts.
internal static partial class ReplyRules
{
    public static ImmutableArray<ReplyRule> Negative { get; } =
    [
        Sure("address-deferred", ReplySubclass.AddressDeferred, "{tss##}", "{ts##}", "mail ..8 temporary|permanently deferred"),
        Sure("yahoo-listed", ReplySubclass.BlockList, "{bl##}"),
        Sure("comcast-listed", ReplySubclass.BlockList, "{bl######}", "{es######}"),
        Sure("comcast-rate", ReplySubclass.Rate, "{rl######}"),
        Sure("too-many-connections-orange", ReplySubclass.Connections, "{ofr-104}"),
        Sure("orange", ReplySubclass.AddressBlocked, "{ofr}"),
        Sure("laposte", ReplySubclass.AddressBlocked, "{lpn}"),
        Sure("apple", ReplySubclass.AddressBlocked, "{cs##}", "{hm##}"),
        Temporary(Likely("apple-busy", ReplySubclass.Connections, "esmtp not accept connection")),
        Likely("apple-closed", ReplySubclass.AddressBlocked, "esmtp not accept connection"),
        Sure("tencent", ReplySubclass.AddressBlocked, "suspicious spam CALLER", "connection rejected <url>"),
        Sure("outlook-listed", ReplySubclass.AddressBlocked, "{s####}", "{sc-###}", "{ou-###}", "{dy-002}"),
        Sure("spamhaus-css", ReplySubclass.ReputationIdentityGated, "{sblcss}", "sblcss", "LIST ... css", "css ... LIST"),
        Sure("policy-list", ReplySubclass.PolicyList, "PBL", "{pbl}"),
        Sure("block-list", ReplySubclass.BlockList, "blocked|listed|rejected|found ..8 LIST", "LIST ..8 blocked|listed|rejected", "CALLER|<addr> ..3 LIST"),
        Sure("spf", ReplySubclass.Spf, "spf ..4 EHLO", "EHLO ..4 spf", "spf ..8 failed|rejected|softfail|hardfail|permerror|temperror|neutral|not|none"),
        Sure("sender-domain", ReplySubclass.SenderDomain,
            "sender address rejected .. domain .. NOTFOUND|NOTRESOLVE", "domain ..3 sender .. NOTFOUND|NOTRESOLVE|NOTHAVE", "sender ..4 domain ..8 NOTFOUND|NOTRESOLVE|NOTHAVE|unknown|NOTVALID", "sender .. must .. domain|resolve|mx ..4 resolve|exist|mx|valid",
            "NOTRESOLVE ..3 sender ..2 domain", "no ..2 mx ..4 sender", "sender ..4 no|null ..2 mx"),
        Sure("recipient-unresolved", ReplySubclass.MailboxUnknown, "NOTRESOLVE ..1 address ..2 <mail>"),
        Sure("loop", ReplySubclass.Loop, "loop ..2 back", "mail ..3 loop", "loop detected", "TOOMANY hops", "hops exceeded"),
        Sure("order", ReplySubclass.Order,
            "EHLO ..2 first", "NOTVALID sequence", "EHLO expected", "expected EHLO", "sequence ..2 command", "command ..2 sequence", "nested mail", "must ..3 mail ..2 before", "no EHLO given|sent|issued|before|seen|received", "EHLO not seen|sent|received|given", "duplicate EHLO", "must ..2 send|issue|say ..1 EHLO", "before EHLO", "EHLO before"),
        Sure("unknown-command", ReplySubclass.Syntax, "unrecognized|unrecognised|unknown|unimplemented|unsupported|NOTVALID command", "command ..2 not ..1 recognized|recognised|implemented|understood|supported", "command unrecognized|unrecognised|unknown|unimplemented", "EHLO not ..1 implemented|recognized|recognised|supported|understood"),
        Sure("open-relay", ReplySubclass.AddressBlocked, "open relay|proxy"),
        Sure("relay-denied", ReplySubclass.RelayDenied, "relay ..3 rejected|not|NOTVALID", "not ..3 relay", "rejected ..2 relay", "rcpthosts", "no relay"),
        Sure("dmarc", ReplySubclass.Dmarc, "dmarc"),
        Sure("google-unauthenticated", ReplySubclass.Unauthenticated) with { EnhancedSubject = 7, LeastDetail = 26, MostDetail = 26 },
        Sure("dkim", ReplySubclass.Dkim, "dkim ..6 failed|rejected|NOTVALID|missing|no|must|not", "no ..2 dkim"),
        Sure("spam-found", ReplySubclass.Spam, "contains spam|virus", "spam ..1 score", "score ..4 exceeded|above|threshold|high"),
    ];
}
