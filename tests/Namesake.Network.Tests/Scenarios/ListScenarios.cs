using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>DNS lists, good ones and such as have died or don't serve whoever asks, and the registry of the address. No answer is never a listing.</summary>
internal static class ListScenarios
{
    // What every list must have: RFC 5782 §5
    private const string Test = "2.0.0.127 A 127.0.0.2\n2.0.0.127 A 127.0.0.10\n", NameTest = "test A 127.0.1.2\n";

    public static ImmutableArray<Scenario> All { get; } =
    [
        new("lists of addresses and of names have neither")
        {
            Lists = [Zen, Names], More = [("zen$n.example", Test + "9.255.18.198 A 127.0.0.3"), ("names$n.example", NameTest + "other.example A 127.0.1.2")], Passes = "EH-12 RP-01 RP-02 RP-03",
        },
        Addresses("the address is on a list of dynamic lines", Test + "$l A 127.0.0.10\n$l TXT \"no mail from here\"") with { Fails = "RP-01", Passes = "RP-02 RP-03" },
        Addresses("an IPv6 address is on a list of dynamic lines", Test + "$l A 127.0.0.11") with { V6 = true, Fails = "RP-01", Passes = "RP-02 RP-03" },
        Addresses("the address is on a list of senders of spam", Test + "$l A 127.0.0.3\n$l TXT \"https://www.example.org/query\"") with { Fails = "RP-02", Passes = "RP-01 RP-03" },
        Addresses("the address is on a list of exploited machines", Test + "$l A 127.0.0.4") with { Fails = "RP-02", Passes = "RP-01 RP-03" },
        Addresses("the address is on both", Test + "$l A 127.0.0.3\n$l A 127.0.0.11") with { Fails = "RP-01 RP-02", Passes = "RP-03" },
        Addresses("a list saw another name from the address", Test + "$l A 127.0.0.3\n$l TXT \"seen with HELO pc-7.lan.example\"") with { Fails = "RP-02 RP-05", Passes = "RP-01 RP-03" },
        Addresses("a list refuses whoever asks through a public resolver", "* A 127.255.255.254\n* TXT \"Error: open resolver\"") with { Unknown = "RP-01 RP-02 RP-03" },
        Addresses("a list has been asked too often", Test + "$l A 127.255.255.255") with { Unknown = "RP-01 RP-02 RP-03" },
        Addresses("a list lists the world", "* A 127.0.0.2") with { Informs = "RP-03", Unknown = "RP-01 RP-02" },
        Addresses("a list's domain has been parked", "* A 198.51.100.80") with { Informs = "RP-03", Unknown = "RP-01 RP-02" },
        Addresses("a list is empty", "") with { Informs = "RP-03", Unknown = "RP-01 RP-02" },
        Addresses("a list's server is silent", "") with { MoreServers = ["silent"], Unknown = "RP-01 RP-02 RP-03" },
        Addresses("a list's server fails", "") with { MoreServers = ["servfail"], Unknown = "RP-01 RP-02 RP-03" },
        new("a good list beside one that lists the world") { Lists = [Zen, Dead], More = [("zen$n.example", Test), ("dead$n.example", "* A 127.0.0.2")], Informs = "RP-03", Passes = "RP-01 RP-02" },
        new("a listing beside a list that is dead") { Lists = [Zen, Dead], More = [("zen$n.example", Test + "$l A 127.0.0.10"), ("dead$n.example", "")], Fails = "RP-01", Informs = "RP-03", Passes = "RP-02" },

        Domains("the name's domain is on a list", NameTest + "$d A 127.0.1.2\n$d TXT \"seen in spam\"") with { Warns = "EH-12", Passes = "RP-03" },
        Domains("the name itself is on a list", NameTest + "mail.$d A 127.0.1.2") with { Warns = "EH-12", Passes = "RP-03" },
        Domains("a host beside the name is on a list", NameTest + "www.$d A 127.0.1.2") with { Passes = "EH-12 RP-03" },
        Domains("no list has the name, which does not exist", NameTest) with
            { Zone = "other A $ip", Reverse = "$r PTR other.$d.", Verdict = Verdict.Misaligned, Holds = "EH-04 PT-04", Warns = "AU-02", Passes = "RP-03" },
        Domains("no list has the name, whose server is silent", NameTest) with { Servers = ["silent"], Verdict = Verdict.Unknown, Unknown = "EH-04 EH-05 EH-12 PT-03" },
        Domains("a list of names has the world", "* A 127.0.1.2") with { Informs = "RP-03", Unknown = "EH-12" },
        Domains("a list of names doesn't serve whoever asks", NameTest + "$d A 127.0.0.1") with { Unknown = "EH-12 RP-03" },
        Domains("a list of names is for names alone", NameTest + "$d A 127.0.1.255") with { Unknown = "EH-12 RP-03" },
        Domains("a list of names has a silent server", "") with { MoreServers = ["silent"], Unknown = "EH-12 RP-03" },

        new("the registry names an abuse contact") { Abuse = "abuse@provider.example", Passes = "RP-06" },
        new("the registry names no abuse contact") { Abuse = "", Informs = "RP-06" },
        new("the registry has been asked too often") { Abuse = "429", Unknown = "RP-06" },
    ];

    private static (string, ListKind) Zen => ("zen$n.example", ListKind.Css);

    private static (string, ListKind) Dead => ("dead$n.example", ListKind.Css);

    private static (string, ListKind) Names => ("names$n.example", ListKind.Domain);

    private static Scenario Addresses(string name, string records) => new(name) { Lists = [Zen], More = [("zen$n.example", records)] };

    private static Scenario Domains(string name, string records) => new(name) { Lists = [Names], More = [("names$n.example", records)] };
}
