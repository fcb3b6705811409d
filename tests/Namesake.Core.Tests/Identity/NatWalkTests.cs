using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Tests.Identity;

/// <summary>Which rule the first packet of a mail session meets.</summary>
public sealed class NatWalkTests
{
    private static readonly IPAddress Local = IPAddress.Parse("10.0.0.5");
    private static readonly NatAction Masquerade = new NatAction.Masquerade();
    private static readonly NatAction Ours = new NatAction.Snat(AddressSpan.Of(IPAddress.Parse("203.0.113.5")));
    private static readonly NatCondition Unknown = new(NatSubject.Other, NatValues.None);

    [Fact]
    public void The_first_rule_that_translates_wins() => Assert.Equal("1", Walk(Rule("1", Ours), Rule("2", Masquerade)).Translated?.Place);

    [Theory]
    [InlineData("10.0.0.0", "10.255.255.255", false, true)]
    [InlineData("172.17.0.0", "172.17.255.255", false, false)]
    [InlineData("172.17.0.0", "172.17.255.255", true, true)]
    public void Rules_for_other_sources_are_passed_by(string first, string last, bool isNegated, bool met) =>
        Assert.Equal(met ? "docker" : "ours", Walk(Rule("docker", Masquerade, new NatCondition(NatSubject.Source, Spans(first, last), isNegated)), Rule("ours", Ours)).Translated?.Place);

    [Theory]
    [InlineData(25, 25, true)]
    [InlineData(20, 30, true)]
    [InlineData(80, 80, false)]
    public void Rules_for_other_ports_are_passed_by(int first, int last, bool met) =>
        Assert.Equal(met, Walk(Rule("1", Masquerade, new NatCondition(NatSubject.DestinationPort, new NatValues { Numbers = [(first, last)] }))).Translated is not null);

    [Theory]
    [InlineData("eth0", true)]
    [InlineData("eth*", true)]
    [InlineData("wg0", false)]
    public void Rules_for_other_devices_are_passed_by(string device, bool met) =>
        Assert.Equal(met, Walk(Rule("1", Masquerade, new NatCondition(NatSubject.OutDevice, new NatValues { Words = [device] }))).Translated is not null);

    [Fact]
    public void Rules_for_private_receivers_are_not_about_mail_and_those_for_some_public_ones_may_be()
    {
        var toPrivate = new NatCondition(NatSubject.Destination, Spans("10.0.0.0", "10.255.255.255"));
        Assert.Equal("ours", Walk(Rule("1", Masquerade, toPrivate), Rule("ours", Ours)).Translated?.Place);
        Assert.Equal("1", Walk(Rule("1", Masquerade, toPrivate with { IsNegated = true }), Rule("ours", Ours)).Translated?.Place);
        var toSome = Walk(Rule("1", Masquerade, new NatCondition(NatSubject.Destination, Spans("192.5.6.0", "192.5.6.255"))), Rule("ours", Ours));
        Assert.Equal(("ours", "1"), (toSome.Translated?.Place, Assert.Single(toSome.Perhaps).Place));
    }

    [Fact]
    public void Behind_what_may_end_the_way_nothing_is_certain()
    {
        var walk = Walk(Rule("accept", new NatAction.End(), Unknown), Rule("ours", Ours));
        Assert.Null(walk.Translated);
        Assert.Equal("ours", Assert.Single(walk.Perhaps).Place);
    }

    [Fact]
    public void What_ends_a_chain_leaves_the_next_base_chain_to_be_met()
    {
        var rules = new NatRules([], [Chain("first", Rule("accept", new NatAction.End())), Chain("second", Rule("ours", Ours))], FrozenDictionary<string, NatChain>.Empty);
        Assert.Equal("ours", NatWalk.Of(rules, Local, "eth0").Translated?.Place);
    }

    [Fact]
    public void Jumps_come_back_where_nothing_was_decided_and_gotos_do_not()
    {
        Assert.Equal("behind", Walk(Rule("jump", new NatAction.Jump("sub", Comes: true)), Rule("behind", Ours)).Translated?.Place);
        Assert.Null(Walk(Rule("goto", new NatAction.Jump("sub", Comes: false)), Rule("behind", Ours)).Translated);
        Assert.Equal("inside", Walk([Rule("inside", Masquerade)], Rule("jump", new NatAction.Jump("sub", Comes: true)), Rule("behind", Ours)).Translated?.Place);
        Assert.Equal("behind", Walk([Rule("return", new NatAction.Return()), Rule("inside", Masquerade)], Rule("jump", new NatAction.Jump("sub", Comes: true)), Rule("behind", Ours)).Translated?.Place);
    }

    [Fact]
    public void Chains_that_jump_in_circles_come_to_an_end() =>
        Assert.Null(Walk([Rule("1", new NatAction.Jump("sub", Comes: true)), Rule("2", new NatAction.Jump("sub", Comes: true))], Rule("jump", new NatAction.Jump("sub", Comes: true))).Translated);

    [Fact]
    public void A_map_translates_whom_it_names_and_nobody_else()
    {
        var map = new NatAction.SnatByMap(new Dictionary<IPAddress, AddressSpan> { [Local] = AddressSpan.Of(IPAddress.Parse("203.0.113.7")) }.ToFrozenDictionary(), []);
        Assert.Equal("203.0.113.7", Assert.IsType<NatAction.Snat>(Walk(Rule("map", map)).Translated?.Action).To.ToString());
        Assert.Null(NatWalk.Of(Rules([Rule("map", map)], []), IPAddress.Parse("10.0.0.6"), "eth0").Translated);
    }

    [Fact]
    public void Rules_of_the_other_family_are_not_met()
    {
        var rules = new NatRules([], [new NatChain("v6", AddressFamily.InterNetworkV6, [Rule("1", Masquerade)])], FrozenDictionary<string, NatChain>.Empty);
        Assert.Null(NatWalk.Of(rules, Local, "eth0").Translated);
        Assert.NotNull(NatWalk.Of(rules, IPAddress.Parse("2001:db8::5"), "eth0").Translated);
    }

    private static NatOutcome Walk(params NatRule[] rules) => Walk([], rules);

    private static NatOutcome Walk(ImmutableArray<NatRule> sub, params NatRule[] rules) => NatWalk.Of(Rules([.. rules], sub), Local, "eth0");

    private static NatRules Rules(ImmutableArray<NatRule> rules, ImmutableArray<NatRule> sub) =>
        new([], [new NatChain("POSTROUTING", null, rules)], new Dictionary<string, NatChain> { ["sub"] = new("sub", null, sub) }.ToFrozenDictionary());

    private static NatChain Chain(string name, params NatRule[] rules) => new(name, null, [.. rules]);

    private static NatRule Rule(string place, NatAction action, params NatCondition[] conditions) => new(place, [.. conditions], action, place);

    private static NatValues Spans(string first, string last) => new() { Spans = [new AddressSpan(IPAddress.Parse(first), IPAddress.Parse(last))] };
}
