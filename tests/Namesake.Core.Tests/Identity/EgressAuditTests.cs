using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>The audit of the way out, check by check: what fails it and which others beside it, what passes it, what can't be told.</summary>
public sealed class EgressAuditTests
{
    private static readonly Source Acme = Scene.Source("acme", "203.0.113.5", "mail.acme.example");
    private static readonly Source Nat = Scene.Source("nat", "203.0.113.5", "mail.acme.example", local: "10.0.0.5");
    private readonly ScriptedDns _dns = new(TimeProvider.System);

    [Fact]
    public void A_node_in_order_passes_all_of_them()
    {
        var results = Judge(InOrder(Acme));
        Assert.DoesNotContain(results, result => result.IsBad);
        Assert.Equal(Enumerable.Repeat(CheckOutcome.Pass, 7), EgressAudit.All.Select(check => Of(results, check.Id).Outcome));
    }

    [Fact]
    public void Without_its_facts_none_can_be_observed_and_each_says_what_it_needs()
    {
        var results = Judge(new IdentityFacts { Source = Acme });
        Assert.All(EgressAudit.All, check => Assert.Equal(CheckOutcome.NotObservable, Of(results, check.Id).Outcome));
        Assert.All(EgressAudit.All, check => Assert.StartsWith("needs ", Of(results, check.Id).Seen, StringComparison.Ordinal));
    }

    [Fact]
    public void None_of_them_holds_by_itself() =>
        Assert.All(EgressAudit.All.Concat(V6Audit.All), check => Assert.NotEqual(FindingSeverity.Hold, check.SeverityUnder(IdentityPolicy.Strict)));

    [Fact]
    public void Witnesses_that_see_different_addresses_are_EG06()
    {
        var facts = InOrder(Acme) with { Outbound = new OutboundFacts([Answered("reflect.ours.example", "198.51.0.0/16", "203.0.113.5", isReflector: true), Answered("mx.witness.example", "192.0.0.0/16", "203.0.113.9")], []) };
        var result = OnlyBad(Judge(facts), "EG-06");
        Assert.Equal("203.0.113.5 by reflect.ours.example; 203.0.113.9 by mx.witness.example", result.Seen);
    }

    [Fact]
    public void One_echo_alone_agrees_with_nobody()
    {
        var facts = InOrder(Acme);
        facts = facts with { Outbound = facts.Outbound! with { Sessions = [facts.Outbound.Sessions[0], facts.Outbound.Sessions[1] with { Seen = null }] } };
        Assert.Equal((CheckOutcome.Unknown, UnknownCause.NoWitness), (Of(Judge(facts), "EG-06").Outcome, Of(Judge(facts), "EG-06").Cause));
        facts = facts with { Outbound = facts.Outbound! with { Sessions = facts.Outbound.Sessions[..1] } };
        Assert.Equal(CheckOutcome.NotObservable, Of(Judge(facts), "EG-06").Outcome);
    }

    [Fact]
    public void Port_25_closed_while_another_port_of_the_host_answers_is_EG07()
    {
        var facts = Outbound(Failed("reflect.ours.example", "198.51.0.0/16", OutboundEnd.Silent) with { IsReflector = true, ControlReached = true });
        var result = OnlyBad(Judge(facts), "EG-07");
        Assert.Contains("Another port of reflect.ours.example answers", result.Seen, StringComparison.Ordinal);
        Assert.Contains("ask the provider", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_independent_hosts_whose_port_25_is_reset_are_EG07()
    {
        OnlyBad(Judge(Outbound(Failed("mx.one.example", "198.51.0.0/16", OutboundEnd.Refused), Failed("mx.two.example", "192.0.0.0/16", OutboundEnd.Refused))), "EG-07");
        Assert.Equal(CheckOutcome.Unknown, Of(Judge(Outbound(Failed("mx.one.example", "198.51.0.0/16", OutboundEnd.Refused), Failed("mx2.one.example", "198.51.0.0/16", OutboundEnd.Refused))), "EG-07").Outcome);
    }

    [Theory]
    [InlineData(OutboundEnd.Silent)]
    [InlineData(OutboundEnd.Unreachable)]
    [InlineData(OutboundEnd.Broken)]
    public void Silence_of_all_targets_may_be_the_network_and_is_unknown(OutboundEnd end)
    {
        var results = Judge(Outbound(Failed("mx.one.example", "198.51.0.0/16", end), Failed("mx.two.example", "192.0.0.0/16", end) with { ControlReached = false }));
        Assert.Equal((CheckOutcome.Unknown, UnknownCause.Silent), (Of(results, "EG-07").Outcome, Of(results, "EG-07").Cause));
        Assert.DoesNotContain(results, result => result.IsBad);
    }

    [Fact]
    public void One_target_that_greets_is_enough_for_port_25() =>
        Assert.Equal(CheckOutcome.Pass, Of(Judge(Outbound(Failed("mx.one.example", "198.51.0.0/16", OutboundEnd.Refused), Failed("mx.two.example", "192.0.0.0/16", OutboundEnd.Broken) with { Greeting = "mx.two.example ESMTP" })), "EG-07").Outcome);

    [Fact]
    public void A_fault_of_our_own_says_nothing_about_the_port() =>
        Assert.Equal(CheckOutcome.NotApplicable, Of(Judge(Outbound(Failed("mx.one.example", "198.51.0.0/16", OutboundEnd.Ours))), "EG-07").Outcome);

    public static TheoryData<string, string> Rewritings => new()
    {
        { "masked-greeting", "is masked" },
        { "masked-keyword", "is masked: XXXXXXXA" },
        { "other-greeting", "somebody else greets: proxy.isp.example ESMTP" },
        { "no-starttls", "offers STARTTLS, which did not arrive" },
        { "other-name", "heard EHLO proxy.isp.example" },
        { "no-ehlo", "knows EHLO, and 502 came back" },
    };

    [Theory]
    [MemberData(nameof(Rewritings))]
    public void A_reflector_whose_words_are_changed_on_the_way_is_EG08(string how, string seen)
    {
        var reflector = Answered("reflect.ours.example", "198.51.0.0/16", "203.0.113.5", isReflector: true);
        reflector = how switch
        {
            "masked-greeting" => reflector with { Greeting = "***************************2***0*********** Namesake reflector" },
            "masked-keyword" => reflector with { Keywords = reflector.Keywords.Add("XXXXXXXA") },
            "other-greeting" => reflector with { Greeting = "proxy.isp.example ESMTP" },
            "no-starttls" => reflector with { Keywords = reflector.Keywords.Remove("STARTTLS") },
            "other-name" => reflector with { Heard = "proxy.isp.example" },
            _ => reflector with { EhloRefused = 502, Keywords = [], Heard = null },
        };
        var facts = InOrder(Acme) with { Outbound = new OutboundFacts([reflector, Answered("mx.witness.example", "192.0.0.0/16", "203.0.113.5")], []) };
        Assert.Contains(seen, OnlyBad(Judge(facts), "EG-08").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void One_server_that_answers_for_two_operators_is_EG08()
    {
        var facts = Outbound(
            Answered("mx.one.example", "198.51.0.0/16", "203.0.113.5") with { ServerName = "proxy.isp.example" },
            Answered("mx.two.example", "192.0.0.0/16", "203.0.113.5") with { ServerName = "proxy.isp.example" });
        Assert.Equal("mx.one.example and mx.two.example both answer as proxy.isp.example", OnlyBad(Judge(facts), "EG-08").Seen);
    }

    [Fact]
    public void Without_a_reflector_only_what_is_seen_passes()
    {
        Assert.Equal(CheckOutcome.Pass, Of(Judge(Outbound(Answered("mx.one.example", "198.51.0.0/16", null))), "EG-08").Outcome);
        Assert.Equal(CheckOutcome.NotObservable, Of(Judge(Outbound(Answered("mx.one.example", "198.51.0.0/16", null) with { Keywords = ["PIPELINING"] })), "EG-08").Outcome);
        Assert.Equal(CheckOutcome.Unknown, Of(Judge(Outbound(Failed("mx.one.example", "198.51.0.0/16", OutboundEnd.Silent))), "EG-08").Outcome);
    }

    [Fact]
    public void Masquerade_before_our_translation_is_EG10()
    {
        var facts = InOrder(Nat) with { Firewall = Rules(Rule(new NatAction.Masquerade(), "masquerade"), Rule(new NatAction.Snat(Span("203.0.113.5")), "snat to 203.0.113.5")) };
        var result = OnlyBad(Judge(facts), "EG-10");
        Assert.Contains("masquerade (ip nat POSTROUTING, handle 1) is met first", result.Seen, StringComparison.Ordinal);
        Assert.Contains("Put before ip nat POSTROUTING, handle 1: ip saddr 10.0.0.5 tcp dport 25 snat to 203.0.113.5", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_of_addresses_is_EG10()
    {
        var pool = new NatAction.Snat(new AddressSpan(IPAddress.Parse("203.0.113.5"), IPAddress.Parse("203.0.113.8")));
        OnlyBad(Judge(InOrder(Nat) with { Firewall = Rules(Rule(pool, "snat to 203.0.113.5-203.0.113.8")) }), "EG-10");
    }

    [Fact]
    public void A_redirect_of_port_25_on_the_node_is_EG10()
    {
        var rules = new NatRules([new NatChain("ip nat OUTPUT", null, [Rule(new NatAction.Divert("redirect to port 2525"), "redirect to port 2525")])], [], FrozenDictionary<string, NatChain>.Empty);
        OnlyBad(Judge(InOrder(Acme) with { Firewall = new FirewallFacts(rules, [], null) }), "EG-10");
    }

    [Fact]
    public void Our_translation_first_passes_and_a_rule_that_may_be_met_before_it_is_unknown()
    {
        var ours = Rule(new NatAction.Snat(Span("203.0.113.5")), "snat to 203.0.113.5");
        var marked = Rule(new NatAction.Masquerade(), "masquerade", new NatCondition(NatSubject.Other, NatValues.None));
        Assert.Equal(CheckOutcome.Pass, Of(Judge(InOrder(Nat) with { Firewall = Rules(ours, marked) }), "EG-10").Outcome);
        Assert.Equal(CheckOutcome.Unknown, Of(Judge(InOrder(Nat) with { Firewall = Rules(marked, ours) }), "EG-10").Outcome);
        Assert.Equal(CheckOutcome.NotObservable, Of(Judge(InOrder(Nat) with { Firewall = Rules() }), "EG-10").Outcome); // translated elsewhere
        Assert.Equal(CheckOutcome.NotObservable, Of(Judge(InOrder(Nat) with { Firewall = new FirewallFacts(null, [], "nft ended with 1: Operation not permitted") }), "EG-10").Outcome);
    }

    [Fact]
    public void Masquerade_that_takes_the_sources_own_address_is_harmless_and_without_routes_unknown()
    {
        var masquerade = Rules(Rule(new NatAction.Masquerade(), "masquerade"));
        Assert.Equal(CheckOutcome.Pass, Of(Judge(InOrder(Acme) with { Firewall = masquerade }), "EG-10").Outcome);
        Assert.Equal(CheckOutcome.Unknown, Of(Judge(InOrder(Acme) with { Firewall = masquerade, Host = null }), "EG-10").Outcome);
        var second = InOrder(Acme);
        OnlyBad(Judge(second with { Firewall = masquerade, Host = second.Host! with { Unbound = Choice("203.0.113.2") } }), "EG-10");
    }

    [Fact]
    public void Connections_under_an_address_of_before_are_EG11()
    {
        var facts = InOrder(Nat) with { Firewall = Rules([Live("10.0.0.5", "203.0.113.5"), Live("10.0.0.5", "203.0.113.9"), Live("10.0.0.6", "203.0.113.9")], Rule(new NatAction.Snat(Span("203.0.113.5")), "snat to 203.0.113.5")) };
        var result = OnlyBad(Judge(facts), "EG-11");
        Assert.Equal("1 of 2 open connections leave as 203.0.113.9", result.Seen);
        Assert.Contains("conntrack -D -p tcp --orig-src 10.0.0.5 --dport 25", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_translated_elsewhere_can_not_be_judged_here()
    {
        var snat = Rule(new NatAction.Snat(Span("203.0.113.5")), "snat to 203.0.113.5");
        Assert.Equal(CheckOutcome.NotObservable, Of(Judge(InOrder(Nat) with { Firewall = Rules([Live("10.0.0.5", "10.0.0.5")], snat) }), "EG-11").Outcome);
        Assert.Equal(CheckOutcome.NotObservable, Of(Judge(InOrder(Nat) with { Firewall = Rules([], snat) }), "EG-11").Outcome);
        Assert.Equal(CheckOutcome.Pass, Of(Judge(InOrder(Nat) with { Firewall = Rules([Live("10.0.0.5", "203.0.113.5")], snat) }), "EG-11").Outcome);
        Assert.Equal(CheckOutcome.NotObservable, Of(Judge(InOrder(Nat) with { Firewall = new FirewallFacts(null, null, "permission denied") }), "EG-11").Outcome);
    }

    [Fact]
    public async Task A_second_uplink_whose_address_bears_nothing_is_EG12()
    {
        var facts = await TwoWaysAsync("198.51.100.9");
        var result = OnlyBad(Judge(facts), "EG-12");
        Assert.Contains("eth1 via 192.0.2.1: 198.51.100.9", result.Seen, StringComparison.Ordinal);
        Assert.Contains("mail.acme.example. A 198.51.100.9", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_uplink_with_a_complete_identity_passes()
    {
        _dns.Identity("198.51.100.9", "mail.acme.example");
        Assert.Equal(CheckOutcome.Pass, Of(Judge(await TwoWaysAsync("198.51.100.9")), "EG-12").Outcome);
        Assert.Equal(CheckOutcome.Pass, Of(Judge(await TwoWaysAsync("203.0.113.5")), "EG-12").Outcome);
    }

    [Fact]
    public async Task A_second_uplink_nobody_answers_through_is_unknown_as_is_one_whose_DNS_is_silent()
    {
        Assert.Equal(CheckOutcome.Unknown, Of(Judge(await TwoWaysAsync(null)), "EG-12").Outcome);
        _dns.Dead = true;
        var results = Judge(await TwoWaysAsync("198.51.100.9"));
        Assert.Equal(CheckOutcome.Unknown, Of(results, "EG-12").Outcome);
        var untried = await TwoWaysAsync(null);
        Assert.Equal(CheckOutcome.NotObservable, Of(Judge(untried with { Outbound = untried.Outbound! with { Uplinks = [] } }), "EG-12").Outcome);
    }

    [Fact]
    public void A_leased_address_is_EG13()
    {
        var facts = InOrder(Acme);
        facts = facts with { Host = facts.Host! with { Addresses = [facts.Host.Addresses[0] with { Lifetime = TimeSpan.FromHours(11.5) }] } };
        Assert.Equal("203.0.113.5 on eth0 is leased for 11.5 more hours", OnlyBad(Judge(facts), "EG-13").Seen);
    }

    [Fact]
    public void Autoconfigured_IPv6_is_no_lease_but_what_a_server_gave_out_is()
    {
        var v6 = Scene.Source("v6", "2001:db8::5", "mail.acme.example");
        var facts = InOrder(v6);
        HostFacts With(int length) => facts.Host! with { Addresses = [new HostAddress(v6.LocalAddress, length, "eth0", true, AddressMarks.None, TimeSpan.FromDays(1))] };
        Assert.Equal(CheckOutcome.Pass, Of(Judge(facts with { Host = With(64) }), "EG-13").Outcome);
        OnlyBad(Judge(facts with { Host = With(128) }), "EG-13");
        Assert.Equal(CheckOutcome.Pass, Of(Judge(facts with { Host = facts.Host! with { Addresses = [] } }), "EG-13").Outcome); // an any-IP route
    }

    internal static IdentityFacts InOrder(Source source) => new()
    {
        Source = source,
        Pool = [source],
        TreatAsPublic = Scene.Documentation,
        Bind = new BindResult(true, null),
        Host = new HostFacts([new HostAddress(source.LocalAddress, 24, "eth0", true, AddressMarks.None, null)], Choice(source.LocalAddress.ToString()), null, Choice(source.LocalAddress.ToString()),
            [new WayOut("eth0", IPAddress.Parse("203.0.113.1"), 254, 0, false)]),
        Outbound = new OutboundFacts(
            [Answered("reflect.ours.example", "198.51.0.0/16", source.PublicAddress.ToString(), isReflector: true), Answered("mx.witness.example", "192.0.0.0/16", source.PublicAddress.ToString())], []),
        Firewall = source.IsTranslated ? Rules([Live(source.LocalAddress.ToString(), source.PublicAddress.ToString())], Rule(new NatAction.Snat(AddressSpan.Of(source.PublicAddress)), "snat"))
            : Rules(),
    };

    internal static CheckResult OnlyBad(ImmutableArray<CheckResult> results, string check)
    {
        Assert.Equal([check], results.Where(result => result.IsBad).Select(result => result.Check));
        Assert.NotEmpty(Of(results, check).Fix);
        return Of(results, check);
    }

    internal static CheckResult Of(ImmutableArray<CheckResult> results, string check) => results.Single(result => result.Check == check);

    internal static ImmutableArray<CheckResult> Judge(IdentityFacts facts) => Catalogue.Judge(facts);

    private static IdentityFacts Outbound(params OutboundSession[] sessions) => InOrder(Acme) with { Outbound = new OutboundFacts([.. sessions], []) };

    private static OutboundSession Answered(string host, string network, string? seen, bool isReflector = false) => new(host, network, 25, OutboundEnd.Answered)
    {
        IsReflector = isReflector,
        Greeting = isReflector ? $"{host} ESMTP Namesake reflector, takes no mail" : $"{host} ESMTP",
        ServerName = host,
        Seen = seen is null ? null : IPAddress.Parse(seen),
        Keywords = ["8BITMIME", "ENHANCEDSTATUSCODES", "PIPELINING", "STARTTLS"],
        Heard = isReflector ? "mail.acme.example" : null,
    };

    private static OutboundSession Failed(string host, string network, OutboundEnd end) => new(host, network, 25, end) { Trouble = "connection failed" };

    private async Task<IdentityFacts> TwoWaysAsync(string? seen)
    {
        var facts = InOrder(Acme);
        var address = seen is null ? null : IPAddress.Parse(seen);
        var dns = address is null || address.Equals(Acme.PublicAddress) ? null : await new IdentityProbe(_dns).LookAsync(address, Acme.Ehlo, CancellationToken.None);
        return facts with
        {
            Host = facts.Host! with { Ways = [.. facts.Host.Ways!.Value, new WayOut("eth1", IPAddress.Parse("192.0.2.1"), 254, 100, false)] },
            Outbound = facts.Outbound! with { Uplinks = [new UplinkSighting("eth1 via 192.0.2.1", address, dns, seen is null ? "no answer" : null)] },
        };
    }

    private static KernelChoice Choice(string source) => new(IPAddress.Parse(source), "eth0", IPAddress.Parse("203.0.113.1"));

    private static AddressSpan Span(string address) => AddressSpan.Of(IPAddress.Parse(address));

    private static LiveConnection Live(string local, string outside) => new(IPAddress.Parse(local), IPAddress.Parse("198.51.100.25"), IPAddress.Parse(outside));

    private static NatRule Rule(NatAction action, string text, params NatCondition[] conditions) => new("ip nat POSTROUTING, handle 1", [.. conditions], action, text);

    private static FirewallFacts Rules(params NatRule[] rules) => Rules([Live("10.0.0.5", "203.0.113.5")], rules);

    private static FirewallFacts Rules(ImmutableArray<LiveConnection> connections, params NatRule[] rules) =>
        new(new NatRules([], [new NatChain("ip nat POSTROUTING", null, [.. rules])], FrozenDictionary<string, NatChain>.Empty), connections, null);
}
