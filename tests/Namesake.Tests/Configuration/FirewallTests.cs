using Namesake.Network.Firewall;

namespace Namesake.Tests.Configuration;

/// <summary>Firewalls that plans write.</summary>
public sealed class FirewallTests
{
    [Fact]
    public void Without_the_section_no_firewall_is_written() => Assert.Empty(ConfigurationText.Good(ConfigurationText.Small).Firewalls);

    [Fact]
    public void Nothing_but_id_and_kind_is_needed() =>
        Assert.Equal(new FirewallSettings { Id = "edge", Kind = FirewallKind.Nftables, Hook = FirewallHook.Local, Limit = 64 }, Assert.Single(Read("{ id: edge, kind: nftables }").Firewalls));

    [Fact]
    public void Translation_is_narrowed_to_a_device_and_a_user() =>
        Assert.Equal(new FirewallSettings { Id = "edge", Kind = FirewallKind.Iptables, Limit = 1000, Device = "eth0.7", User = 990 },
            Assert.Single(Read("{ id: edge, kind: iptables, hook: local, limit: 1000, device: eth0.7, user: 990 }").Firewalls));

    [Theory]
    [InlineData("{ kind: nftables }", "id: is missing")]
    [InlineData("{ id: edge }", "kind: is missing")]
    [InlineData("{ id: edge, kind: pf }", "is none of nftables, iptables")]
    [InlineData("{ id: edge, kind: nftables, hook: remote }", "is none of local")]
    [InlineData("{ id: edge, kind: nftables, limit: 0 }", "is out of range: 1 to 10,000")]
    [InlineData("{ id: edge, kind: nftables, user: namesake }", "is no whole number")]
    [InlineData("{ id: edge, kind: nftables, device: 'eth0\" drop' }", "is no name of a network device")]
    [InlineData("{ id: edge, kind: nftables, device: a123456789012345 }", "is no name of a network device")]
    [InlineData("{ id: edge, kind: nftables }, { id: edge, kind: iptables }", "firewalls: the id edge stands here a second time")]
    [InlineData("{ id: edge, kind: nftables }, { id: other, kind: nftables }", "there is one of this kind on this node already")]
    public void What_cannot_be_is_an_error(string firewalls, string error) =>
        Assert.Contains(error, ConfigurationText.OnlyError($"{ConfigurationText.Small}\nfirewalls: [ {firewalls} ]"), StringComparison.Ordinal);

    [Fact]
    public void A_change_is_made_by_one_that_bears_its_name() =>
        Assert.Contains("the id bind is a DNS provider's already", ConfigurationText.OnlyError($$"""
            {{ConfigurationText.Small}}
            dnsProviders: [ { id: bind, kind: rfc2136, server: "127.0.0.1:53", zones: [acme.test], key: { name: k, secret: c2VjcmV0c2VjcmV0 } } ]
            firewalls: [ { id: bind, kind: nftables } ]
            """), StringComparison.Ordinal);

    private static Namesake.Configuration.NamesakeConfiguration Read(string firewalls) => ConfigurationText.Good($"{ConfigurationText.Small}\nfirewalls: [ {firewalls} ]");
}
