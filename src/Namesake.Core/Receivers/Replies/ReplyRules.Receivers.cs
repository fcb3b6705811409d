using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

// What one receiver means by its own code.
internal static partial class ReplyRules
{
    private const string Microsoft = "outlook.com", MicrosoftConsumer = "olc.protection.outlook.com";

    public static ImmutableArray<ReplyRule> Receivers { get; } =
    [
        Sure("aol-no-rdns", ReplySubclass.PtrMissing, "{dns:nr}"),
        Sure("aol-dynamic-rdns", ReplySubclass.PtrGeneric, "{rtr:rd}"),
        Likely("aol-dynamic-space", ReplySubclass.PtrGeneric, "{rtr:bb}", "{rtr:du}"),
        Sure("aol-relay", ReplySubclass.AddressBlocked, "{rly:b#}", "{rly:bl}", "{rly:ch}", "{rly:ir}", "{rly:nw}", "{rly:bd}", "{rly:cs#}", "{rly:ob}", "{rly:sn}", "{rly:vm}", "{rtr:ge}", "{rtr:ch}"),
        Sure("aol-rate", ReplySubclass.AddressDeferred, "{dyn:t#}"),
        Sure("aol-complaints", ReplySubclass.AddressBlocked, "{con:b#}"),
        Sure("aol-link", ReplySubclass.Link, "{hvu:b#}"),
        Sure("outlook-dynamic", ReplySubclass.PtrGeneric, "{dy-001}"),
        Sure("google-v6", ReplySubclass.V6Identity, "{p=ipv6autherror}"),
        Sure("google-helo", ReplySubclass.EhloSyntax, "{p=helo}"),
        Sure("gmx-rdns", ReplySubclass.PtrUnconfirmed, "{c=rdns}"),
        Sure("facebook-no-rdns", ReplySubclass.PtrMissing, "{dns-p3}"),
        Sure("facebook-rdns", ReplySubclass.PtrUnconfirmed, "{dns-t2}"),
        Sure("facebook-sender", ReplySubclass.SenderDomain, "{dns-p1}", "{dns-p2}", "{dns-t1}"),
        Sure("charter-rdns", ReplySubclass.PtrUnconfirmed, "{aup-rdns}"),
        Sure("charter-listed", ReplySubclass.AddressBlocked, "{aup-listed}"),
        Sure("charter-connections", ReplySubclass.Connections, "{aup-connections}"),
        Sure("charter-rate", ReplySubclass.Rate, "{aup-rate}"),
        Sure("charter-size", ReplySubclass.TooLarge, "{aup-size}"),
        Likely("netease-no-rdns", ReplySubclass.PtrMissing, "{rp:rdn}"),
        Sure("cox-no-rdns", ReplySubclass.PtrMissing, "{cxdns} ... no PTR", "cxdns ... no PTR"),
        Sure("cox-dns", ReplySubclass.DnsTempfail, "dns check failed ..3 TRYLATER"),
        Sure("cox-rdns", ReplySubclass.PtrUnconfirmed, "{cxdns}", "cxdns"),
        Sure("cox-listed", ReplySubclass.AddressBlocked, "{cxbl}", "cxbl", "{cdrbl}", "cdrbl", "{ipbl####}", "{ipbl#####}"),
        Sure("cox-connections", ReplySubclass.Connections, "{cxcnct}", "cxcnct"),
        Sure("cox-rate", ReplySubclass.Rate, "{cxmxrt}", "cxmxrt"),
        Sure("cox-link", ReplySubclass.Link, "{urlbl###}", "{urlbl####}"),
        Temporary(Sure("godaddy-rdns-now", ReplySubclass.DnsTempfail, "{ib###} ... PTR", "PTR ... {ib###}") with { Second = ReplySubclass.PtrMissing }),
        Sure("godaddy-rdns", ReplySubclass.PtrUnconfirmed, "PTR ... {ib###}"),
        Sure("godaddy", ReplySubclass.AddressBlocked, "{ib###}"),
        Sure("iua-helo", ReplySubclass.EhloSyntax, "{err-7}"),
        Sure("t-online-unknown", ReplySubclass.ReputationIdentityGated, "nowl"),
        Sure("t-online-problem", ReplySubclass.ReputationIdentityGated, "problem occurred ... bl"),
        Likely("t-online-dial", ReplySubclass.PtrGeneric, "GENERIC GENERIC CALLER not authorized"),
        Temporary(Perhaps("ionos-policy", ReplySubclass.EhloUnstable, "rejected due policy violations")),
        Sure("microsoft-helo", ReplySubclass.EhloSyntax) with { EnhancedSubject = 7, LeastDetail = 506, MostDetail = 506 },
        Sure("microsoft-dmarc", ReplySubclass.Dmarc) with { EnhancedSubject = 7, LeastDetail = 509, MostDetail = 509 },
        Sure("microsoft-authentication", ReplySubclass.Unauthenticated) with { EnhancedSubject = 7, LeastDetail = 515, MostDetail = 515 },
        Sure("microsoft-spam", ReplySubclass.Spam) with { EnhancedSubject = 7, LeastDetail = 501, MostDetail = 503 },
        Sure("microsoft-recipient", ReplySubclass.RecipientRestricted) with { EnhancedSubject = 7, LeastDetail = 504, MostDetail = 507 },
        Temporary(Sure("address-deferred-microsoft", ReplySubclass.AddressDeferred) with { EnhancedSubject = 7, LeastDetail = 500, MostDetail = 699 }),
        Sure("microsoft-banned", ReplySubclass.AddressBlocked) with { EnhancedSubject = 7, LeastDetail = 511, MostDetail = 511 },
        Sure("microsoft-from", ReplySubclass.Form) with { EnhancedSubject = 7, LeastDetail = 512, MostDetail = 512 },
        Sure("exchange-restriction", ReplySubclass.RecipientRestricted, "{resolver.rst}"),
        Sure("exchange-recipient", ReplySubclass.MailboxUnknown, "{resolver.adr}"),
        Sure("exchange-rule", ReplySubclass.Policy, "{transport.rules}"),
        Permanent(Sure("microsoft-address", ReplySubclass.AddressBlocked) with { EnhancedSubject = 7, LeastDetail = 606, MostDetail = 649 }),
        Permanent(Sure("microsoft-blocked", ReplySubclass.AddressBlocked) with { EnhancedSubject = 7, LeastDetail = 513, MostDetail = 513 }),
        Sure("microsoft-tenant", ReplySubclass.AddressBlocked) with { EnhancedSubject = 7, LeastDetail = 700, MostDetail = 750 },
    ];
}
