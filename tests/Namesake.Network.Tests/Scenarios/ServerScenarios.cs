using System.Collections.Immutable;
using Namesake.Core.Identity;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>Servers that disagree, lag behind or fail. What nobody can answer is unknown, and never the reason to call an identity misaligned.</summary>
internal static class ServerScenarios
{
    private const string Spf = "mail TXT \"v=spf1 a -all\"\n";
    private const string Pointer = "25 PTR mail.$d.";

    public static ImmutableArray<Scenario> All { get; } =
    [
        new("the servers give different pointers") { ReverseAtSecond = "$r PTR old.$d.", Zone = "mail A $ip\nold A $ip\n" + Spf, Fails = "ZN-01", Verdict = Verdict.Unknown, Unknown = "PT-04" },
        new("one server has no pointer yet") { ReverseAtSecond = "", Fails = "ZN-01", Verdict = Verdict.Unknown, Unknown = "PT-01 PT-03 PT-04" },
        new("one server has a pointer more") { ReverseAtSecond = "$r PTR mail.$d.\n$r PTR other.$d.", Zone = "mail A $ip\nother A $ip\n" + Spf, Fails = "ZN-01", Unknown = "PT-05" },
        new("one server has another pointer and an older serial")
            { ReverseServers = ["ns1", "ns2"], Reverse = Pointer, ReverseAtSecond = "25 PTR old.$d.", ReverseLag = 1, Zone = "mail A $ip\nold A $ip\n" + Spf, Fails = "ZN-01", Warns = "ZN-12", Verdict = Verdict.Unknown, Unknown = "PT-04" },
        new("the servers of the name give different addresses") { ZoneAtSecond = "mail A 198.18.255.9\n" + Spf, Fails = "ZN-02", Verdict = Verdict.Unknown, Unknown = "EH-05 PT-03" },
        new("one server does not have the name yet") { ZoneAtSecond = "other A $ip", Fails = "ZN-02", Verdict = Verdict.Unknown, Unknown = "EH-04 EH-05 PT-03" },
        new("one server has an address more") { ZoneAtSecond = "mail A $ip\nmail A 198.18.255.9\n" + Spf, Fails = "ZN-02", Unknown = "EH-07" },
        new("one server has another IPv6 address") { ZoneAtSecond = "mail A $ip\nmail AAAA 2001:db8:$n::9\n" + Spf, Fails = "ZN-02", Unknown = "EH-07" },
        new("the name's zone lags behind, with the same records") { Lag = 3, Warns = "ZN-12" },
        new("the reverse zone lags behind, with the same records") { ReverseServers = ["ns1", "ns2"], Reverse = Pointer, ReverseLag = 3, Warns = "ZN-12" },
        new("absence is remembered for a week") { NegativeTtl = 604800, SoaTtl = 604800, Informs = "ZN-09" },
        // RFC 2308 §5: the lesser of the two numbers counts.
        new("absence would be remembered for a week, were the SOA record itself") { NegativeTtl = 604800, Passes = "ZN-09" },
        new("the delegation names a server that the zone does not") { ReverseServers = ["ns1"], DelegatedTo = ["ns1", "ns3"], Reverse = Pointer, Warns = "ZN-07" },
        new("the zone names a server that the delegation does not") { ReverseServers = ["ns1", "ns3"], DelegatedTo = ["ns1"], Reverse = Pointer, Warns = "ZN-07" },
        new("the delegation names a server that does not serve the zone any more") { ReverseServers = ["ns1"], DelegatedTo = ["ns1", "ns2"], Reverse = Pointer, Fails = "ZN-04", Warns = "ZN-07" },
        new("the delegation names a server that is gone") { ReverseServers = ["ns1"], DelegatedTo = ["ns1", "silent"], Reverse = Pointer, Fails = "ZN-04", Warns = "ZN-07" },
        new("a name server of the reverse zone has no address") { ReverseServers = ["ns1", "gone"], Reverse = Pointer, Warns = "ZN-07" },
        new("a name server of the name's zone has no address") { Servers = ["ns1", "gone"] },
        new("our own resolver gives the name an internal address") { Zone = "mail A $ip\nmail TXT \"v=spf1 ip4:$ip -all\"", AtResolver = "mail.$d A 10.0.0.5", Warns = "ZN-08" },
        new("signatures that are wrong") { Zone = "mail A 198.18.$n.77\n" + Spf, Signing = Signing.Broken, Fails = "ZN-05" },

        // One server of two fails: whoever answers is believed.
        .. from failing in Ways select new Scenario($"one {failing} server of the reverse zone") { ReverseServers = ["ns1", failing], Reverse = Pointer, Fails = "ZN-04", Unknown = "ZN-01" },
        .. from failing in Ways select new Scenario($"one {failing} server of the name's zone") { Servers = ["ns1", failing], Unknown = "ZN-02" },

        // All fail: nobody knows.
        .. from failing in Ways
            select new Scenario($"only a {failing} server of the reverse zone") { ReverseServers = [failing], Fails = "ZN-04", Verdict = Verdict.Unknown, Unknown = "PT-01 PT-03 PT-04" },
        .. from failing in Ways select new Scenario($"only a {failing} server of the name's zone") { Servers = [failing], Verdict = Verdict.Unknown, Unknown = "EH-04 EH-05 PT-03" },
        new("only a silent server of the IPv6 reverse zone") { V6 = true, ReverseServers = ["silent"], Fails = "ZN-04", Verdict = Verdict.Unknown, Unknown = "PT-02 PT-03 PT-04" },
        new("only a silent server of the reverse zone, forward") { ReverseServers = ["silent"], Fails = "ZN-04", Verdict = Verdict.Unknown, Unknown = "PT-01 PT-03", Policy = IdentityPolicy.Forward },
        new("no server of the name's zone has an address") { Servers = ["gone"], Verdict = Verdict.Unknown, Unknown = "EH-04 EH-05 PT-03" },
        new("the classless zone's only server is silent")
        {
            ReverseServers = ["ns1", "ns2"], Reverse = "25 CNAME 25.0/26\n0/26 NS silent.host.example.", Verdict = Verdict.Unknown, Fails = "ZN-04", Unknown = "PT-01 PT-03 PT-04",
        },
        new("the classless zone's server does not serve it")
        {
            ReverseServers = ["ns1", "ns2"], Reverse = "25 CNAME 25.0/26\n0/26 NS lame.host.example.", Verdict = Verdict.Unknown, Fails = "ZN-04", Unknown = "PT-01 PT-03 PT-04",
        },
        new("the pointer's name is in a zone of a silent server, the name said is not")
        {
            Zone = "mail A $ip\nsub NS silent.host.example.\n" + Spf, Reverse = "$r PTR mail.sub.$d.", Verdict = Verdict.Misaligned, Holds = "PT-04", Unknown = "PT-03",
        },
    ];

    private static ImmutableArray<string> Ways => ["silent", "servfail", "refused", "lame", "truncating", "garbage"];
}
