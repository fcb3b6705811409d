using System.Net;
using System.Text;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Firewall;

namespace Namesake.Network.Tests.Firewall;

/// <summary>What nft prints, read as far as it is about translation.</summary>
public sealed class RulesetReaderTests
{
    private static readonly IPAddress Local = IPAddress.Parse("10.0.0.5");

    [Fact]
    public void Chains_are_met_by_priority_whatever_their_order()
    {
        var outcome = Walk(
            Chain("late", 110), Chain("early", 90),
            Rule("late", 2, """{ "masquerade": null }"""), Rule("early", 3, """{ "snat": { "addr": "203.0.113.5" } }"""));
        Assert.Equal(("ip nat early, handle 3", "snat to 203.0.113.5"), (outcome.Translated?.Place, outcome.Translated?.Text));
    }

    [Theory]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "ip", "field": "saddr" } }, "right": "10.0.0.5" } }""", true)]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "ip", "field": "saddr" } }, "right": { "prefix": { "addr": "10.0.0.0", "len": 24 } } } }""", true)]
    [InlineData("""{ "match": { "op": "!=", "left": { "payload": { "protocol": "ip", "field": "saddr" } }, "right": { "prefix": { "addr": "10.0.0.0", "len": 24 } } } }""", false)]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "ip", "field": "saddr" } }, "right": { "range": [ "10.0.0.6", "10.0.0.9" ] } } }""", false)]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "ip", "field": "saddr" } }, "right": { "set": [ "10.0.0.1", { "elem": { "val": "10.0.0.5", "timeout": 60 } } ] } } }""", true)]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "ip", "field": "saddr" } }, "right": "@mailers" } }""", true)]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "tcp", "field": "dport" } }, "right": { "set": [ 25, 465 ] } } }""", true)]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "tcp", "field": "dport" } }, "right": 80 } }""", false)]
    [InlineData("""{ "match": { "op": "==", "left": { "meta": { "key": "oifname" } }, "right": "eth0" } }""", true)]
    [InlineData("""{ "match": { "op": "==", "left": { "meta": { "key": "l4proto" } }, "right": "udp" } }""", false)]
    [InlineData("""{ "match": { "op": "==", "left": { "meta": { "key": "mark" } }, "right": 1 } }""", null)]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "tcp", "field": "dport" } }, "right": "smtp" } }""", null)]
    [InlineData("""{ "match": { "op": ">", "left": { "payload": { "protocol": "tcp", "field": "dport" } }, "right": 24 } }""", null)]
    [InlineData("""{ "match": { "op": "==", "left": { "payload": { "protocol": "ip", "field": "saddr" } }, "right": "@unknown" } }""", null)]
    [InlineData("""{ "limit": { "rate": 1, "per": "second" } }""", null)]
    [InlineData("""{ "xt": { "type": "match", "name": "owner" } }""", null)]
    [InlineData("""{ "counter": { "packets": 1, "bytes": 2 } }""", true)]
    public void Conditions_are_met_or_not_or_perhaps(string condition, bool? met)
    {
        var outcome = Walk(Chain("POSTROUTING", 100), """{ "set": { "family": "ip", "table": "nat", "name": "mailers", "type": "ipv4_addr", "elem": [ { "prefix": { "addr": "10.0.0.0", "len": 30 } }, "10.0.0.5" ] } }""",
            Rule("POSTROUTING", 5, condition, """{ "masquerade": null }"""));
        Assert.Equal(met, outcome.Translated is not null ? true : outcome.Perhaps.IsEmpty ? false : null);
    }

    [Fact]
    public void A_map_translates_each_source_to_its_own()
    {
        const string Map = """{ "map": { "family": "ip", "table": "nat", "name": "mail", "type": "ipv4_addr", "map": "ipv4_addr", "elem": [ [ "10.0.0.5", "203.0.113.5" ], [ { "prefix": { "addr": "10.0.1.0", "len": 24 } }, "203.0.113.6" ] ] } }""";
        const string Snat = """{ "snat": { "addr": { "map": { "key": { "payload": { "protocol": "ip", "field": "saddr" } }, "data": "@mail" } } } }""";
        var rules = Read(Chain("POSTROUTING", 100), Map, Rule("POSTROUTING", 5, Snat));
        Assert.Equal("203.0.113.5", Assert.IsType<NatAction.Snat>(NatWalk.Of(rules, Local, null).Translated?.Action).To.ToString());
        Assert.Equal("203.0.113.6", Assert.IsType<NatAction.Snat>(NatWalk.Of(rules, IPAddress.Parse("10.0.1.77"), null).Translated?.Action).To.ToString());
        Assert.Null(NatWalk.Of(rules, IPAddress.Parse("10.0.2.1"), null).Translated);
    }

    [Fact]
    public void Jumps_lead_to_chains_of_the_same_table()
    {
        var outcome = Walk(Chain("POSTROUTING", 100), """{ "chain": { "family": "ip", "table": "nat", "name": "DOCKER", "handle": 9 } }""",
            Rule("POSTROUTING", 1, """{ "jump": { "target": "DOCKER" } }"""), Rule("DOCKER", 2, """{ "masquerade": null }"""), Rule("POSTROUTING", 3, """{ "snat": { "addr": "203.0.113.5" } }"""));
        Assert.Equal("ip nat DOCKER, handle 2", outcome.Translated?.Place);
    }

    [Fact]
    public void A_target_of_another_program_may_do_anything()
    {
        var outcome = Walk(Chain("POSTROUTING", 100), Rule("POSTROUTING", 1, """{ "xt": { "type": "target", "name": "MASQUERADE" } }"""), Rule("POSTROUTING", 2, """{ "snat": { "addr": "203.0.113.5" } }"""));
        Assert.Null(outcome.Translated);
        Assert.Equal("MASQUERADE, a rule of iptables", outcome.Perhaps[0].Text);
    }

    [Fact]
    public void A_redirect_of_the_nodes_own_mail_is_found()
    {
        var outcome = Walk("""{ "chain": { "family": "ip", "table": "nat", "name": "OUTPUT", "type": "nat", "hook": "output", "prio": -100 } }""",
            Rule("OUTPUT", 1, """{ "match": { "op": "==", "left": { "payload": { "protocol": "tcp", "field": "dport" } }, "right": 25 } }""", """{ "redirect": { "port": 2525 } }"""));
        Assert.Equal("redirect to port 2525", outcome.Diverted?.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{ \"nftables\": 5 }")]
    [InlineData("nft: command not found")]
    public void What_is_no_ruleset_is_none(string text) => Assert.Null(RulesetReader.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Connections_to_port_25_are_read_from_the_kernels_table()
    {
        const string Table = """
            ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.5 dst=198.51.100.1 sport=4000 dport=25 src=198.51.100.1 dst=203.0.113.5 sport=25 dport=4000 [ASSURED] mark=0 zone=0 use=2
            ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.5 dst=198.51.100.1 sport=25 dport=4000 src=198.51.100.1 dst=203.0.113.5 sport=4000 dport=25 [ASSURED] mark=0 use=2
            ipv4     2 tcp      6 110 TIME_WAIT src=10.0.0.5 dst=198.51.100.1 sport=4001 dport=25 src=198.51.100.1 dst=203.0.113.5 sport=25 dport=4001 [ASSURED] mark=0 use=2
            ipv4     2 udp      17 20 src=10.0.0.5 dst=198.51.100.1 sport=4000 dport=25 src=198.51.100.1 dst=203.0.113.5 sport=25 dport=4000 use=2
            ipv6     10 tcp      6 300 ESTABLISHED src=2001:db8::5 dst=2001:db8:1::1 sport=4000 dport=25 src=2001:db8:1::1 dst=2001:db8::5 sport=25 dport=4000 use=2
            ipv4     2 tcp      6 src=10.0.0.7 dst=198.51.100.1 sport=4002 dport=25 src=198.51.100.1 dst=203.0.113.5 sport=25 dport=4002 [OFFLOAD] mark=0 zone=0 use=3
            ipv4     2 tcp      6 118 SYN_SENT src=10.0.0.8 dst=198.51.100.1 sport=4003 dport=25 [UNREPLIED] src=198.51.100.1 dst=203.0.113.5 sport=25 dport=4003 mark=0 use=2
            nonsense
            """;
        Assert.Equal(["10.0.0.5 203.0.113.5 live", "10.0.0.5 203.0.113.5 closing", "2001:db8::5 2001:db8::5 live", "10.0.0.7 203.0.113.5 live"],
            ConnectionTable.Read(new StringReader(Table)).Select(one => $"{one.Local} {one.Outside} {(one.IsClosing ? "closing" : "live")}"));
    }

    private static NatOutcome Walk(params string[] items) => NatWalk.Of(Read(items), Local, "eth0");

    private static NatRules Read(params string[] items) => RulesetReader.Read(Encoding.UTF8.GetBytes($$"""{ "nftables": [ { "metainfo": { "version": "1.1.3" } }, {{string.Join(", ", items)}} ] }"""))!;

    private static string Chain(string name, int priority) => $$$"""{ "chain": { "family": "ip", "table": "nat", "name": "{{{name}}}", "handle": 1, "type": "nat", "hook": "postrouting", "prio": {{{priority}}}, "policy": "accept" } }""";

    private static string Rule(string chain, int handle, params string[] expressions) => $$$"""{ "rule": { "family": "ip", "table": "nat", "chain": "{{{chain}}}", "handle": {{{handle}}}, "expr": [ {{{string.Join(", ", expressions)}}} ] } }""";
}
