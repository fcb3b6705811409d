using System.Collections.Immutable;
using Namesake.Core.Identity;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>Faults of the pointer, under each policy.</summary>
internal static class ReverseScenarios
{
    private const string Spf = "mail TXT \"v=spf1 a -all\"\n";
    private const string MailAndOther = "mail A $ip\nother A $ip\n" + Spf;

    public static ImmutableArray<Scenario> All { get; } =
    [
        Misaligned("no pointer") with { Reverse = "", Holds = "PT-01" },
        Misaligned("no pointer in IPv6") with { V6 = true, Reverse = "", Holds = "PT-02" },
        Misaligned("a reverse name with text and no pointer") with { Reverse = "$r TXT \"mail.$d\"", Holds = "PT-01" },
        Misaligned("no pointer, forward") with { Reverse = "", Holds = "PT-01", Policy = IdentityPolicy.Forward },
        new("no pointer, observe") { Reverse = "", Fails = "PT-01", Policy = IdentityPolicy.Observe },
        Misaligned("a pointer to another name of the host") with { Zone = MailAndOther, Reverse = "$r PTR other.$d.", Holds = "PT-04" },
        new("a pointer to another name of the host, forward") { Zone = MailAndOther, Reverse = "$r PTR other.$d.", Fails = "PT-04", Policy = IdentityPolicy.Forward },
        new("a pointer to another name of the host, observe") { Zone = MailAndOther, Reverse = "$r PTR other.$d.", Fails = "PT-04", Policy = IdentityPolicy.Observe },
        Misaligned("a pointer to a name that leads elsewhere") with { Zone = "mail A $ip\nother A 198.18.255.9\n" + Spf, Reverse = "$r PTR other.$d.", Holds = "PT-03 PT-04" },
        Misaligned("a pointer to a name that leads elsewhere, forward")
            with { Zone = "mail A $ip\nother A 198.18.255.9\n" + Spf, Reverse = "$r PTR other.$d.", Holds = "PT-03", Fails = "PT-04", Policy = IdentityPolicy.Forward },
        Misaligned("a pointer to a name that does not exist") with { Reverse = "$r PTR gone.$d.", Holds = "PT-03 PT-04", Fails = "PT-07" },
        Misaligned("a pointer to a name without address") with { Zone = "mail A $ip\nbare TXT \"nothing\"\n" + Spf, Reverse = "$r PTR bare.$d.", Holds = "PT-03 PT-04", Fails = "PT-07" },
        Misaligned("a pointer to a name of the other family only") with { Zone = "mail A $ip\nsix AAAA 2001:db8::9\n" + Spf, Reverse = "$r PTR six.$d.", Holds = "PT-03 PT-04" },
        Misaligned("a pointer to an alias of the name") with { Zone = "mail A $ip\nalias CNAME mail\n" + Spf, Reverse = "$r PTR alias.$d.", Holds = "PT-04", Fails = "PT-07" },
        new("a pointer to an alias of the name, forward") { Zone = "mail A $ip\nalias CNAME mail\n" + Spf, Reverse = "$r PTR alias.$d.", Fails = "PT-04 PT-07", Policy = IdentityPolicy.Forward },
        Misaligned("a pointer to an alias that leads nowhere") with { Zone = "mail A $ip\nalias CNAME gone\n" + Spf, Reverse = "$r PTR alias.$d.", Holds = "PT-03 PT-04", Fails = "PT-07" },
        Misaligned("a pointer to localhost") with { Reverse = "$r PTR localhost.", Holds = "PT-03 PT-04 PT-10" },
        Misaligned("a pointer to localhost.localdomain") with { Reverse = "$r PTR localhost.localdomain.", Holds = "PT-03 PT-04 PT-10" },
        Misaligned("a pointer to a single label") with { Reverse = "$r PTR mail.", Holds = "PT-03 PT-04 PT-10" },
        Misaligned("a pointer to the root") with { Reverse = "$r PTR .", Holds = "PT-03 PT-04 PT-10" },
        Misaligned("a pointer to a name for use inside a network") with { Reverse = "$r PTR mail.corp.local.", Holds = "PT-03 PT-04", Fails = "PT-07 PT-08" },
        Misaligned("a pointer to a top level that does not exist") with { Reverse = "$r PTR mail.brand.invalid.", Holds = "PT-03 PT-04", Fails = "PT-07 PT-08" },
        Misaligned("a pointer with an underscore") with { Zone = "mail A $ip\nmy_host A $ip\n" + Spf, Reverse = "$r PTR my_host.$d.", Holds = "PT-04", Fails = "PT-08" },
        Misaligned("a pointer that lacks its last dot") with { Reverse = "$r PTR mail.acme.example", Holds = "PT-03 PT-04", Fails = "PT-07 PT-08" },
        Misaligned("a pointer to the address in words of a provider")
            with { Zone = "mail A $ip\nip-198-18-$n-25 A $ip\n" + Spf, Reverse = "$r PTR ip-198-18-$n-25.$d.", Holds = "PT-04", Fails = "PT-09" },
        new("a provider's name, said as well")
        {
            Zone = "ip-198-18-$n-25 A $ip\nip-198-18-$n-25 TXT \"v=spf1 a -all\"", Reverse = "$r PTR ip-198-18-$n-25.$d.", Ehlo = "ip-198-18-$n-25.$d", Fails = "PT-09", Warns = "EH-11",
        },
        new("a name of a dynamic line") { Zone = "dhcp7 A $ip\ndhcp7 TXT \"v=spf1 a -all\"", Reverse = "$r PTR dhcp7.$d.", Ehlo = "dhcp7.$d", Fails = "PT-09", Warns = "EH-11" },
        new("a customer's number") { Zone = "vps123456 A $ip\nvps123456 TXT \"v=spf1 a -all\"", Reverse = "$r PTR vps123456.$d.", Ehlo = "vps123456.$d", Fails = "PT-09", Warns = "EH-11" },
        new("a provider's name beside the right one") { Zone = "mail A $ip\nclient-198-18-$n-25 A $ip\n" + Spf, Reverse = "$r PTR mail.$d.\n$r PTR client-198-18-$n-25.$d.", Fails = "PT-05 PT-09" },
        Misaligned("two pointers, none of them the name said")
            with { Zone = "mail A $ip\none A $ip\ntwo A $ip\n" + Spf, Reverse = "$r PTR one.$d.\n$r PTR two.$d.", Holds = "PT-04", Fails = "PT-05" },
        Misaligned("eleven pointers") with { Zone = "$GENERATE 0-10 m$ A $ip\nm0 TXT \"v=spf1 a -all\"", Reverse = Lines(11), Ehlo = "m0.$d", Holds = "PT-05" },
        Misaligned("eleven pointers, forward") with { Zone = "$GENERATE 0-10 m$ A $ip\nm0 TXT \"v=spf1 a -all\"", Reverse = Lines(11), Ehlo = "m0.$d", Holds = "PT-05", Policy = IdentityPolicy.Forward },
        new("eleven pointers, observe") { Zone = "$GENERATE 0-10 m$ A $ip\nm0 TXT \"v=spf1 a -all\"", Reverse = Lines(11), Ehlo = "m0.$d", Fails = "PT-05", Policy = IdentityPolicy.Observe },
        Misaligned("the CNAME into the classless zone is missing")
            with { ReverseServers = ["ns1", "ns2"], Reverse = "0/26 NS ns1.host.example.\n0/26 NS ns2.host.example.", More = [("0/26.$rz", "25 PTR mail.$d.")], Holds = "PT-01", Fails = "ZN-06" },
        Misaligned("the classless zone has no pointer")
            with { ReverseServers = ["ns1", "ns2"], Reverse = "25 CNAME 25.0/26\n0/26 NS ns1.host.example.\n0/26 NS ns2.host.example.", More = [("0/26.$rz", "26 PTR mail.$d.")], Holds = "PT-01" },
        Misaligned("the CNAME leads where no zone is") with { ReverseServers = ["ns1", "ns2"], Reverse = "25 CNAME 25.0/26", Holds = "PT-01", Fails = "ZN-06" },
        new("CNAMEs that lead in a circle")
            { ReverseServers = ["ns1", "ns2"], Reverse = "25 CNAME 26\n26 CNAME 25", Verdict = Verdict.Unknown, Fails = "ZN-06", Unknown = "PT-01 PT-03 PT-04" },
        new("a CNAME to itself") { Reverse = "$r CNAME $r", Verdict = Verdict.Unknown, Fails = "ZN-06", Unknown = "PT-01 PT-03 PT-04" },
        Misaligned("the classless zone's pointer names another host")
            with { ReverseServers = ["ns1", "ns2"], Reverse = "25 CNAME 25.0/26\n0/26 NS ns1.host.example.\n0/26 NS ns2.host.example.", More = [("0/26.$rz", "25 PTR other.$d.")], Zone = MailAndOther, Holds = "PT-04" },
        Misaligned("IPv6 nibbles written forwards") with { V6 = true, ReverseServers = ["ns1", "ns2"], Reverse = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.5 PTR mail.$d.", Holds = "PT-02", Fails = "V6-03" },
        Misaligned("IPv6 zeros left out") with { V6 = true, ReverseServers = ["ns1", "ns2"], Reverse = "5.2 PTR mail.$d.", Holds = "PT-02", Fails = "V6-03" },
        Misaligned("IPv6 without the dot at the end") with { V6 = true, ReverseServers = ["ns1", "ns2"], Reverse = "$r$rz. PTR mail.$d.", Holds = "PT-02", Fails = "V6-03" },
        Misaligned("IPv6 pointer to a name with an IPv4 address only") with { V6 = true, Zone = "mail A 198.18.$n.25\n" + Spf, Holds = "EH-05 PT-03", Fails = "EH-07" },
        Misaligned("IPv6 pointer to another name of the host") with { V6 = true, Zone = "mail AAAA $ip\nother AAAA $ip\n" + Spf, Reverse = "$r PTR other.$d.", Holds = "PT-04" },
        new("IPv6 provider's name") { V6 = true, Zone = "v6-2001-db8-$n--25 AAAA $ip\nv6-2001-db8-$n--25 TXT \"v=spf1 a -all\"", Reverse = "$r PTR v6-2001-db8-$n--25.$d.", Ehlo = "v6-2001-db8-$n--25.$d", Fails = "PT-09", Warns = "EH-11" },
        new("a neighbour bears the name as well") { ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d.\n26 PTR mail.$d.", Warns = "EH-13" },
        new("an address that the name has left bears it still")
            { ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d.\n77 PTR mail.$d.", Left = ["198.18.$n.77"], Warns = "EH-13" },
        new("an address that the name has left bears another") { ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d.\n77 PTR other.$d.", Left = ["198.18.$n.77"], Passes = "EH-13" },
        new("all neighbours bear a provider's defaults") { ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d.\n$GENERATE 20-24 $ PTR dhcp$.pool.$d.\n$GENERATE 26-30 $ PTR dhcp$.pool.$d.", Informs = "PT-14" },
        new("neighbours with names that somebody chose") { ReverseServers = ["ns1", "ns2"], Reverse = "24 PTR ada.$d.\n25 PTR mail.$d.\n26 PTR grace.$d.", Passes = "PT-14" },
        new("another brand in the same /64") { V6 = true, Neighbour = "mail.other.example", Warns = "V6-05" },
        new("an address for private use") { Address = "10.77.0.25", Warns = "EG-05" },
    ];

    private static Scenario Misaligned(string name) => new(name) { Verdict = Verdict.Misaligned };

    private static string Lines(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => $"$r PTR m{i}.$d."));
}
