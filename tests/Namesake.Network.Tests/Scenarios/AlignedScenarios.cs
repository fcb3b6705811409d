using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>What is right, in every form the standards allow. Some of it is told as unusual; none of it may stop mail.</summary>
internal static class AlignedScenarios
{
    private const string Spf = "mail TXT \"v=spf1 a -all\"\n";

    public static ImmutableArray<Scenario> All { get; } =
    [
        new("name and pointer agree")
        {
            Passes = "EH-02 EH-03 EH-04 EH-05 EH-06 EH-07 EH-11 PT-01 PT-03 PT-04 PT-05 PT-06 PT-07 PT-08 PT-09 PT-10 PT-13 ZN-01 ZN-02 ZN-04 ZN-05 ZN-09 ZN-12 AU-02",
        },
        new("name and pointer agree in IPv6") { V6 = true, Passes = "PT-02 V6-03 V6-05" },
        new("dual stack, seen by IPv4") { Zone = $"mail A $ip\nmail AAAA 2001:db8:8888::88\n{Spf}", More = [(ReverseOf("2001:db8:8888::88"), "@ PTR mail.$d.")] },
        new("several addresses, each with a pointer to the name")
        {
            Zone = "mail A $ip\nmail A 198.18.$n.26\nmail A 198.18.$n.27\n" + Spf, ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d.\n26 PTR mail.$d.\n27 PTR mail.$d.",
        },
        new("a pool of three, all listed")
        {
            Zone = "mail A $ip\nmail A 198.18.$n.26\nmail A 198.18.$n.27\n" + Spf, ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d.\n26 PTR mail.$d.\n27 PTR mail.$d.",
            Pool = ["198.18.$n.26", "198.18.$n.27"], Passes = "EH-09",
        },
        new("a pool of both families, all listed")
        {
            Zone = $"mail A $ip\nmail AAAA 2001:db8:9999::99\n{Spf}", More = [(ReverseOf("2001:db8:9999::99"), "@ PTR mail.$d.")], Pool = ["2001:db8:9999::99"], Passes = "V6-04",
        },
        new("mixed case everywhere") { Zone = "Mail $a $ip\nMAIL TXT \"v=spf1 a -all\"", Reverse = "$r PTR MAIL.$d.", Ehlo = "mAiL.$d", Passes = "PT-04 PT-11" },
        new("the name said with a dot at its end") { Ehlo = "mail.$d." },
        new("an internationalised name as A-labels") { Zone = "mail.xn--bcher-kva A $ip\nmail.xn--bcher-kva TXT \"v=spf1 a -all\"", Reverse = "$r PTR mail.xn--bcher-kva.$d.", Ehlo = "mail.xn--bcher-kva.$d" },
        new("an internationalised name as U-labels") { Zone = "mail.xn--bcher-kva A $ip\nmail.xn--bcher-kva TXT \"v=spf1 a -all\"", Reverse = "$r PTR mail.xn--bcher-kva.$d.", Ehlo = "mail.bücher.$d" },
        new("the domain itself is the name") { Zone = "@ A $ip\n@ TXT \"v=spf1 a -all\"", Reverse = "$r PTR $d.", Ehlo = "$d" },
        new("a name of many labels") { Zone = "a.b.c.d.e.f.g A $ip\na.b.c.d.e.f.g TXT \"v=spf1 a -all\"", Reverse = "$r PTR a.b.c.d.e.f.g.$d.", Ehlo = "a.b.c.d.e.f.g.$d" },
        new("a numbered mail host") { Zone = "mx42 A $ip\nmx42 TXT \"v=spf1 a -all\"", Reverse = "$r PTR mx42.$d.", Ehlo = "mx42.$d" },
        new("two pointers that both lead back") { Zone = "mail A $ip\nother A $ip\n" + Spf, Reverse = "$r PTR mail.$d.\n$r PTR other.$d.", Fails = "PT-05" },
        new("the right pointer beside one that leads elsewhere") { Zone = "mail A $ip\nother A 198.18.255.9\n" + Spf, Reverse = "$r PTR mail.$d.\n$r PTR other.$d.", Fails = "PT-05", Warns = "PT-06" },
        new("the right pointer beside one that dangles") { Reverse = "$r PTR mail.$d.\n$r PTR gone.$d.", Fails = "PT-05 PT-07", Warns = "PT-06" },
        new("the right pointer beside localhost") { Reverse = "$r PTR mail.$d.\n$r PTR localhost.", Fails = "PT-05 PT-10", Warns = "PT-06" },
        new("ten pointers") { Zone = "$GENERATE 0-9 m$ A $ip\nm0 TXT \"v=spf1 a -all\"", Reverse = Lines(10, "$r PTR m{0}.$d."), Ehlo = "m0.$d", Fails = "PT-05" },
        new("a classless zone named by network and length (RFC 2317)")
        {
            ReverseServers = ["ns1", "ns2"], Reverse = "$GENERATE 0-63 $ CNAME $.0/26\n0/26 NS ns1.host.example.\n0/26 NS ns2.host.example.", More = [("0/26.$rz", "25 PTR mail.$d.")], Passes = "ZN-06",
        },
        new("a classless zone named with a hyphen (RFC 4183)")
        {
            ReverseServers = ["ns1", "ns2"], Reverse = "$GENERATE 0-63 $ CNAME $.0-26\n0-26 NS ns1.host.example.\n0-26 NS ns2.host.example.", More = [("0-26.$rz", "25 PTR mail.$d.")],
        },
        new("a classless zone named by first and last")
        {
            ReverseServers = ["ns1", "ns2"], Reverse = "$GENERATE 0-63 $ CNAME $.0-63\n0-63 NS ns1.host.example.\n0-63 NS ns2.host.example.", More = [("0-63.$rz", "25 PTR mail.$d.")],
        },
        new("a classless zone in the customer's own domain") { Reverse = "$r CNAME 25.rev.$d.", Zone = "mail A $ip\n25.rev PTR mail.$d.\n" + Spf },
        new("a classless zone delegated name by name") { ReverseServers = ["ns1", "ns2"], Reverse = "25 NS ns1.host.example.\n25 NS ns2.host.example.", More = [("25.$rz", "@ PTR mail.$d.")] },
        new("two CNAMEs on the reverse path") { Reverse = "$r CNAME 25.rev.$d.", Zone = "mail A $ip\n25.rev CNAME twentyfive.rev\ntwentyfive.rev PTR mail.$d.\n" + Spf },
        new("three CNAMEs on the reverse path are one too many")
        {
            Reverse = "$r CNAME 25.rev.$d.", Zone = "mail A $ip\n25.rev CNAME a.rev\na.rev CNAME b.rev\nb.rev PTR mail.$d.\n" + Spf, Fails = "ZN-06",
        },
        new("a reverse zone behind a DNAME") { ReverseServers = ["ns1", "ns2"], Reverse = "@ DNAME rev.$d.", Zone = "mail A $ip\n25.rev PTR mail.$d.\n" + Spf },
        new("the name said is an alias of the host") { Zone = "mail CNAME host\nhost A $ip\nhost TXT \"v=spf1 a -all\"", Warns = "EH-06", Fails = "PT-07" },
        new("the host's name points, its alias is not said") { Zone = "host A $ip\nhost TXT \"v=spf1 a -all\"\nmail CNAME host", Reverse = "$r PTR host.$d.", Ehlo = "host.$d" },
        new("a wildcard elsewhere in the zone") { Zone = "mail A $ip\n*.web A 198.18.255.9\n" + Spf },
        new("a wildcard beside the name that leads elsewhere") { Zone = "mail A $ip\n* A 198.18.255.9\n* TXT \"anything\"\n" + Spf },
        new("the name is answered by a wildcard") { Zone = "* A $ip\n* TXT \"v=spf1 a -all\"", Warns = "PT-07" },
        new("a wildcard in the reverse zone") { ReverseServers = ["ns1", "ns2"], Reverse = "* PTR mail.$d.", Warns = "EH-13" },
        new("the longest sound TTL") { Reverse = "$r 86400 PTR mail.$d." },
        new("the shortest sound TTL") { Reverse = "$r 300 PTR mail.$d." },
        new("a TTL of a week") { Reverse = "$r 604800 PTR mail.$d.", Warns = "PT-13" },
        new("a TTL of a minute") { Reverse = "$r 60 PTR mail.$d.", Warns = "PT-13" },
        new("a TTL of nothing") { Reverse = "$r 0 PTR mail.$d.", Warns = "PT-13" },
        new("long names of ten pointers need TCP")
        {
            Zone = "$GENERATE 0-9 " + Long + "$ A $ip\nmail A $ip\n" + Spf, Reverse = Lines(9, "$r PTR " + Long + "{0}.$d.") + "\n$r PTR mail.$d.", Fails = "PT-05",
        },
        new("a hundred addresses need TCP") { Zone = "$GENERATE 1-99 mail A 198.18.$n.$\nmail A $ip\n" + Spf, ReverseServers = ["ns1", "ns2"], Reverse = "$GENERATE 1-99 $ PTR mail.$d." },
        new("text records of other kinds beside SPF") { Zone = "mail A $ip\nmail TXT \"\"\nmail TXT \"verification=1234\"\nmail TXT \"v=spf10 -all\"\n" + Spf },
        new("SPF cut into strings inside a word") { Zone = "mail A $ip\nmail TXT \"v=sp\" \"f1 a\" \" -a\" \"ll\"" },
        new("an MX beside the address of the name") { Zone = "mail A $ip\nmail MX 10 mail\n" + Spf },
        new("signed and valid") { Signing = Signing.Valid },
        new("an own reverse zone") { ReverseServers = ["ns1", "ns2"], Reverse = "25 PTR mail.$d." },
        new("an own reverse zone in IPv6") { V6 = true, ReverseServers = ["ns1", "ns2"] },
        new("an own reverse zone with a delegation one can see") { ReverseServers = ["ns1"], DelegatedTo = ["ns1"], Reverse = "25 PTR mail.$d.", Passes = "ZN-07" },
    ];

    private const string Long = "a-mail-host-with-a-name-as-long-as-a-label-may-be-for-test";

    private static string ReverseOf(string address) => ReverseName.Of(IPAddress.Parse(address)).Value;

    private static string Lines(int count, string format) => string.Join('\n', Enumerable.Range(0, count).Select(i => format.Replace("{0}", $"{i}", StringComparison.Ordinal)));
}
