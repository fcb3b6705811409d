using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Well-known public lists. None is asked unless an operator names it: each has terms of use, which docs/lists.md tells.</summary>
public static class KnownLists
{
    private static readonly ImmutableArray<ListCode> Zen =
    [
        ListCode.Of("127.0.0.2", "SBL: a source of spam or a host of its makers", ListKind.Css),
        ListCode.Of("127.0.0.3", "CSS: a source of spam, told from what it sends and says", ListKind.Css),
        ListCode.Of("127.0.0.4", "XBL: a machine somebody else controls", ListKind.Exploited),
        ListCode.Of("127.0.0.9", "DROP: a network in criminal hands", ListKind.Css),
        ListCode.Of("127.0.0.10", "PBL: its network says that it sends no mail itself", ListKind.Policy),
        ListCode.Of("127.0.0.11", "PBL: by Spamhaus' own knowledge it should send no mail itself", ListKind.Policy),
        ListCode.Of("127.0.0.30", "BCL: a machine that controls others", ListKind.Exploited),
    ];

    private static readonly ImmutableArray<ListCode> Dbl =
    [
        ListCode.Of("127.0.1.2", "a domain of bad reputation"), ListCode.Of("127.0.1.4", "phishing"), ListCode.Of("127.0.1.5", "malware"), ListCode.Of("127.0.1.6", "controls a botnet"),
        ListCode.Of("127.0.1.102", "abused, else legitimate"), ListCode.Of("127.0.1.103", "an abused redirector"), ListCode.Of("127.0.1.104", "abused for phishing"),
        ListCode.Of("127.0.1.105", "abused for malware"), ListCode.Of("127.0.1.106", "abused for controlling a botnet"),
    ];

    public static ImmutableArray<DnsList> All { get; } =
    [
        List("zen.spamhaus.org", ListKind.Css) with { Codes = Zen, ListsV6 = true },
        List("dbl.spamhaus.org", ListKind.Domain) with { Codes = Dbl },
        List("bl.spamcop.net", ListKind.Css) with { Codes = [ListCode.Of("127.0.0.2", "reported by SpamCop's users or caught by its traps")] },
        List("psbl.surriel.com", ListKind.Css) with { Codes = [ListCode.Of("127.0.0.2", "sent mail to a trap")] },
        List("b.barracudacentral.org", ListKind.Css) with { Codes = [ListCode.Of("127.0.0.2", "of poor reputation with Barracuda")] },
        List("noptr.spamrats.com", ListKind.Policy) with { Codes = [ListCode.Of("127.0.0.37", "sent mail and has no PTR record")] },
        List("dyna.spamrats.com", ListKind.Policy) with { Codes = [ListCode.Of("127.0.0.36", "sent mail and has a PTR name that looks dynamic")] },
        List("multi.surbl.org", ListKind.Domain) with
        {
            IsBits = true,
            TestDomain = "test.surbl.org",
            Codes = [ListCode.Bit(8, "phishing"), ListCode.Bit(16, "malware"), ListCode.Bit(64, "advertised by abuse"), ListCode.Bit(128, "cracked")],
        },
        List("multi.uribl.com", ListKind.Domain) with { IsBits = true, TestDomain = "test.uribl.com", Codes = [ListCode.Bit(2, "black"), ListCode.Bit(4, "grey"), ListCode.Bit(8, "red")] },
    ];

    /// <summary>How to read a list that is named by its zone alone; null when it is none we know. A subscriber's zone at Spamhaus is read as the public one.</summary>
    public static DnsList? Find(DomainName zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var name = zone.Value;
        if (name.EndsWith(".dq.spamhaus.net", StringComparison.Ordinal) && zone.Labels is { Length: >= 5 } labels)
            name = $"{labels[^4]}.spamhaus.org";
        return All.FirstOrDefault(list => list.Zone.Value == name) is { } found ? found with { Zone = zone } : null;
    }

    private static DnsList List(string zone, ListKind kind) => new(DomainName.Parse(zone), kind);
}
