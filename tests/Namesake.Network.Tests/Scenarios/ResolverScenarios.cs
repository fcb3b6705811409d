using System.Collections.Immutable;
using Namesake.Core.Identity;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>What resolvers of the world see beside what the servers say: it is told, and stops nothing.</summary>
internal static class ResolverScenarios
{
    private const string MailAndOld = "mail A $ip\nold A $ip\nmail TXT \"v=spf1 a -all\"";

    public static ImmutableArray<Scenario> All { get; } =
    [
        Seen("three public resolvers see the same") with { Passes = "ZN-03 ZN-05 ZN-08" },
        Seen("three public resolvers see the same in IPv6") with { V6 = true, Passes = "ZN-03 ZN-08" },
        Seen("three public resolvers see the same classless zone") with { Reverse = "$r CNAME 25.rev.$d.", Zone = "mail A $ip\n25.rev PTR mail.$d.\nmail TXT \"v=spf1 a -all\"", Passes = "ZN-03 ZN-06" },
        Seen("three public resolvers see that there is no pointer") with { Reverse = "", Verdict = Verdict.Misaligned, Holds = "PT-01", Passes = "ZN-03" },
        Seen("three public resolvers see a pointer to another name") with { Zone = MailAndOld, Reverse = "$r PTR old.$d.", Verdict = Verdict.Misaligned, Holds = "PT-04", Passes = "ZN-03" },
        Seen("one of three public resolvers gives an older pointer") with { Zone = MailAndOld, AtSouth = "$r PTR old.$d.", Fails = "ZN-03" },
        Seen("one of three public resolvers gives the name an older address") with { AtSouth = "mail.$d A 198.18.255.9", Fails = "ZN-03" },
        Seen("one of three public resolvers does not have the pointer yet") with { AtSouth = "$r nothing", Fails = "ZN-03" },
        Seen("one of three public resolvers does not have the name yet") with { AtSouth = "mail.$d nothing", Fails = "ZN-03" },
        Seen("one of three public resolvers still has a pointer that is gone") with { Reverse = "", AtSouth = "$r PTR mail.$d.", Verdict = Verdict.Misaligned, Holds = "PT-01", Fails = "ZN-03" },
        Seen("one of four public resolvers is silent") with { Resolvers = ["north", "south", "east", "silent"], Passes = "ZN-03" },
        Seen("one of three public resolvers is silent") with { Resolvers = ["north", "east", "silent"], Unknown = "ZN-03" },
        Seen("one of two public resolvers gives an older pointer: two are too few to say it") with { Zone = MailAndOld, Resolvers = ["north", "south"], AtSouth = "$r PTR old.$d." },
        Seen("public resolvers see the same, our own an internal address") with
            { Zone = "mail A $ip\nmail TXT \"v=spf1 ip4:$ip -all\"", AtResolver = "mail.$d A 10.0.0.5", Warns = "ZN-08", Passes = "ZN-03" },
        Seen("public resolvers beside a silent server of the reverse zone") with { ReverseServers = ["ns1", "silent"], Reverse = "25 PTR mail.$d.", Fails = "ZN-04", Unknown = "ZN-01" },
        Seen("public resolvers, and only a silent server of the reverse zone") with { ReverseServers = ["silent"], Fails = "ZN-04", Verdict = Verdict.Unknown, Unknown = "PT-01 PT-03 PT-04 ZN-03" },
    ];

    private static Scenario Seen(string name) => new(name) { Resolvers = ["north", "south", "east"] };
}
