using System.Collections.Immutable;
using Namesake.Core.Identity;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>The forms of DNS again, from another maker's server: PowerDNS alone, and beside a BIND that it should agree with.</summary>
internal static class PowerDnsScenarios
{
    private const string Spf = "mail TXT \"v=spf1 a -all\"\n";
    private const string Long = "a-mail-host-with-a-name-as-long-as-a-label-may-be-for-test";

    public static ImmutableArray<Scenario> All { get; } =
    [
        Alone("PowerDNS: name and pointer agree"),
        Alone("PowerDNS: name and pointer agree in IPv6") with { V6 = true, Reverse = "$r PTR mail.$d." },
        Alone("PowerDNS: mixed case everywhere") with { Zone = "Mail A $ip\nMAIL TXT \"v=spf1 a -all\"", Reverse = "25 PTR MAIL.$d.", Ehlo = "mAiL.$d" },
        Alone("PowerDNS: a delegation one can see") with { DelegatedTo = ["ns4"] },
        Alone("PowerDNS: a classless zone (RFC 2317)") with
        {
            Reverse = "$GENERATE 0-63 $ CNAME $.0/26\n0/26 NS ns4.host.example.", More = [("0/26.$rz", "25 PTR mail.$d.")], MoreServers = ["ns4"],
        },
        Alone("PowerDNS: a classless zone served by BIND") with { Reverse = "25 CNAME 25.0-63\n0-63 NS ns1.host.example.", More = [("0-63.$rz", "25 PTR mail.$d.")], MoreServers = ["ns1"] },
        Alone("PowerDNS: a classless zone in the customer's own domain, served by BIND") with { Servers = ["ns1", "ns2"], Reverse = "25 CNAME 25.rev.$d.", Zone = "mail A $ip\n25.rev PTR mail.$d.\n" + Spf },
        Alone("PowerDNS: two CNAMEs on the reverse path") with { Reverse = "25 CNAME 25.rev.$d.", Zone = "mail A $ip\n25.rev CNAME twentyfive.rev\ntwentyfive.rev PTR mail.$d.\n" + Spf },
        Alone("PowerDNS: three CNAMEs on the reverse path") with { Reverse = "25 CNAME 25.rev.$d.", Zone = "mail A $ip\n25.rev CNAME a.rev\na.rev CNAME b.rev\nb.rev PTR mail.$d.\n" + Spf, Fails = "ZN-06" },
        Alone("PowerDNS: the name is answered by a wildcard") with { Zone = "* A $ip\n* TXT \"v=spf1 a -all\"", Warns = "PT-07" },
        Alone("PowerDNS: a wildcard beside the name") with { Zone = "mail A $ip\n* A 198.18.255.9\n" + Spf },
        Alone("PowerDNS: a wildcard in the reverse zone") with { Reverse = "* PTR mail.$d.", Warns = "EH-13" },
        Alone("PowerDNS: the name said is an alias of the host") with { Zone = "mail CNAME host\nhost A $ip\nhost TXT \"v=spf1 a -all\"", Warns = "EH-06", Fails = "PT-07" },
        Alone("PowerDNS: two pointers that both lead back") with { Zone = "mail A $ip\nother A $ip\n" + Spf, Reverse = "25 PTR mail.$d.\n25 PTR other.$d.", Fails = "PT-05" },
        Alone("PowerDNS: long names of ten pointers need TCP") with
        {
            Zone = "$GENERATE 0-9 " + Long + "$ A $ip\nmail A $ip\n" + Spf, Reverse = "$GENERATE 0-8 25 PTR " + Long + "$.$d.\n25 PTR mail.$d.", Fails = "PT-05",
        },
        Alone("PowerDNS: a hundred addresses need TCP") with { Zone = "$GENERATE 1-99 mail A $net.$\nmail A $ip\n" + Spf, Reverse = "$GENERATE 1-99 $ PTR mail.$d." },
        Misaligned("PowerDNS: no pointer (NXDOMAIN)") with { Reverse = "26 PTR other.$d.", Holds = "PT-01" },
        Misaligned("PowerDNS: no pointer, but text (NODATA)") with { Reverse = "25 TXT \"mail.$d\"", Holds = "PT-01" },
        Misaligned("PowerDNS: no pointer, but one below (an empty name)") with { Reverse = "5.25 PTR mail.$d.", Holds = "PT-01" },
        Misaligned("PowerDNS: a pointer to a name without address") with { Zone = "mail A $ip\nbare TXT \"nothing\"\n" + Spf, Reverse = "25 PTR bare.$d.", Holds = "PT-03 PT-04", Fails = "PT-07" },
        Misaligned("PowerDNS: a pointer to another name of the host") with { Zone = "mail A $ip\nother A $ip\n" + Spf, Reverse = "25 PTR other.$d.", Holds = "PT-04" },
        Misaligned("PowerDNS: the CNAME into the classless zone is missing") with
        {
            Reverse = "0/26 NS ns4.host.example.", More = [("0/26.$rz", "25 PTR mail.$d.")], MoreServers = ["ns4"], Holds = "PT-01", Fails = "ZN-06",
        },
        // It fails where BIND shows the circle: what nobody can see is unknown.
        Alone("PowerDNS: CNAMEs that lead in a circle") with { Reverse = "25 CNAME 26\n26 CNAME 25", Verdict = Verdict.Unknown, Fails = "ZN-04", Unknown = "PT-01 PT-03 PT-04 ZN-06" },
        Alone("PowerDNS: a domain that sends, in order") with
        {
            Zone = "mail A $ip\n" + Spf + "@ TXT \"v=spf1 ip4:$ip -all\"\n@ MX 10 mail\ns1._domainkey TXT $dkim\n_dmarc TXT \"v=DMARC1; p=reject\"", From = "$d", Selector = "s1",
        },
        Beside("BIND and PowerDNS agree"),
        Beside("BIND has the new pointer, PowerDNS the old one") with
            { ReverseAtSecond = "25 PTR old.$d.", Zone = "mail A $ip\nold A $ip\n" + Spf, Fails = "ZN-01", Verdict = Verdict.Unknown, Unknown = "PT-04" },
        Beside("BIND has the name, PowerDNS not yet") with { ZoneAtSecond = "other A $ip", Fails = "ZN-02", Verdict = Verdict.Unknown, Unknown = "EH-04 EH-05 PT-03" },
        Beside("PowerDNS lags behind BIND, with the same records") with { ReverseLag = 3, Warns = "ZN-12" },
        Beside("the delegation names a PowerDNS that does not serve the zone any more") with { ReverseServers = ["ns1"], DelegatedTo = ["ns1", "ns4"], Fails = "ZN-04", Warns = "ZN-07" },
    ];

    private static Scenario Alone(string name) => new(name) { Servers = ["ns4"], ReverseServers = ["ns4"], Reverse = "25 PTR mail.$d." };

    private static Scenario Misaligned(string name) => Alone(name) with { Verdict = Verdict.Misaligned };

    private static Scenario Beside(string name) => new(name) { Servers = ["ns1", "ns4"], ReverseServers = ["ns1", "ns4"], Reverse = "25 PTR mail.$d." };
}
