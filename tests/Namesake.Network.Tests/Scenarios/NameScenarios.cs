using System.Collections.Immutable;
using Namesake.Core.Identity;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>Faults of the name that is said.</summary>
internal static class NameScenarios
{
    private const string Spf = "mail TXT \"v=spf1 a -all\"\n";
    private static readonly string TooLong = string.Join('.', Enumerable.Repeat(new string('a', 60), 5));

    public static ImmutableArray<Scenario> All { get; } =
    [
        .. new[]
        {
            ("an underscore in the name", "my_mail.$d", "EH-02"), ("a slash in the name", "mail/1.$d", "EH-02"), ("a space in the name", "mail host.$d", "EH-02"), ("an empty label in the name", "mail..$d", "EH-02"),
            ("a hyphen at the beginning of a label", "-mail.$d", "EH-02"), ("a hyphen at the end of a label", "mail-.$d", "EH-02"), ("a label of 64 letters", new string('a', 64) + ".$d", "EH-02"),
            ("a name of more than 253 octets", TooLong + ".$d", "EH-02"), ("no name at all", "", "EH-02"), ("an address as the name", "198.18.0.9", "EH-03"), ("an address literal as the name", "[198.18.0.9]", "EH-03"),
            ("an IPv6 literal as the name", "[IPv6:2001:db8::9]", "EH-03"), ("localhost as the name", "localhost", "EH-03"), ("localhost.localdomain as the name", "localhost.localdomain", "EH-03"), ("a single label as the name", "mail", "EH-03"),
            ("a name under .local", "mail.brand.local", "EH-03"), ("a name under .lan", "mail.lan", "EH-03"), ("a name under .internal", "mail.brand.internal", "EH-03"), ("a reverse name as the name", "9.0.18.198.in-addr.arpa", "EH-03"),
        }.Select(each => new Scenario(each.Item1) { Ehlo = each.Item2, Holds = each.Item3, Verdict = Verdict.Misaligned }),
        new("a single label as the name, observe") { Ehlo = "mail", Holds = "EH-03", Verdict = Verdict.Misaligned, Policy = IdentityPolicy.Observe },
        Misaligned("the name does not exist") with { Zone = "other A $ip", Reverse = "$r PTR other.$d.", Holds = "EH-04 PT-04", Warns = "AU-02" },
        Misaligned("the name does not exist, forward") with { Zone = "other A $ip", Reverse = "$r PTR other.$d.", Holds = "EH-04", Fails = "PT-04", Warns = "AU-02", Policy = IdentityPolicy.Forward },
        Misaligned("pointer and name agree on a name that does not exist") with { Zone = "other A $ip", Holds = "EH-04 PT-03", Fails = "PT-07", Warns = "AU-02" },
        Misaligned("the name has an MX and no address") with { Zone = "mail MX 10 other\nother A $ip\nmail TXT \"v=spf1 mx -all\"", Reverse = "$r PTR other.$d.", Holds = "EH-04 PT-04" },
        Misaligned("the name leads elsewhere") with { Zone = "mail A 198.18.255.9\nother A $ip\n" + Spf, Reverse = "$r PTR other.$d.", Holds = "EH-05 PT-04", Fails = "EH-07" },
        new("the name leads elsewhere, forward") { Zone = "mail A 198.18.255.9\nother A $ip\n" + Spf, Reverse = "$r PTR other.$d.", Fails = "EH-05 EH-07 PT-04", Policy = IdentityPolicy.Forward },
        new("the name leads elsewhere, observe") { Zone = "mail A 198.18.255.9\nother A $ip\n" + Spf, Reverse = "$r PTR other.$d.", Fails = "EH-05 EH-07 PT-04", Policy = IdentityPolicy.Observe },
        Misaligned("pointer and name agree and lead elsewhere") with { Zone = "mail A 198.18.255.9\n" + Spf, Holds = "EH-05 PT-03", Fails = "EH-07" },
        new("the name has an address of a web server, too") { Zone = "mail A $ip\nmail A 198.18.$n.80\n" + Spf, ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d.\n80 PTR www.$d.", Fails = "EH-07" },
        new("the name has an address without pointer, too") { Zone = "mail A $ip\nmail A 198.18.$n.80\n" + Spf, Fails = "EH-07" },
        new("a member of the pool is not in the name's records")
            { ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d.\n90 PTR mail.$d.", Pool = ["198.18.$n.90"], Fails = "EH-09" },
        new("the IPv6 member of the pool has no pointer") { Zone = "mail A $ip\nmail AAAA 2001:db8:$n::25\n" + Spf, Pool = ["2001:db8:$n::25"], Warns = "V6-04" },
        new("the IPv6 member of the pool is not in the name's records") { Pool = ["2001:db8:$n::25"], Warns = "V6-04" },
        Misaligned("an IPv4 sender whose name has an IPv6 address only") with { Zone = "mail AAAA 2001:db8:$n::25\nother A $ip\n" + Spf, Reverse = "$r PTR other.$d.", Holds = "EH-05 PT-04", Fails = "EH-07" },
        new("the name said is an alias, the pointer the host") { Zone = "mail CNAME host\nhost A $ip\nhost TXT \"v=spf1 a -all\"", Reverse = "$r PTR host.$d.", Verdict = Verdict.Misaligned, Holds = "PT-04", Warns = "EH-06" },
        Misaligned("the name said is an alias that leads nowhere") with { Zone = "mail CNAME gone\nhost A $ip", Reverse = "$r PTR host.$d.", Holds = "EH-04 PT-04", Warns = "AU-02 EH-06" },
        new("a generic name said, a chosen pointer beside it") { Zone = "pool-12-3 A $ip\npool-12-3 TXT \"v=spf1 a -all\"\nmail A $ip", Reverse = "$r PTR pool-12-3.$d.\n$r PTR mail.$d.", Ehlo = "pool-12-3.$d", Fails = "PT-05 PT-09", Warns = "EH-11" },
    ];

    private static Scenario Misaligned(string name) => new(name) { Verdict = Verdict.Misaligned };
}
