using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>What the node that sends shows of itself: its rules, connections, routes and addresses. On the host with public addresses.</summary>
[Collection(nameof(SoundRelays))]
public sealed class Host(LabFixture lab, SoundRelays relays) : LabTest(lab)
{
    private const string Source = "acme-edge";

    private static readonly LabBrand Acme = LabBrand.Acme;

    [Fact]
    public async Task A_sound_source_has_no_finding_but_the_labs_short_TTL()
    {
        var seen = await relays.OnEdge.Api.AuditAsync(Source);
        Assert.True(seen.Verdict == "aligned" && seen.Troubles.Count == 0 && seen.Failing is ["PT-13 WARN"], seen.ToString());
    }

    [Fact]
    [Trait("Check", "EG-10")]
    public Task A_masquerade_that_takes_the_mail_along_is_EG10() =>
        Row("EG-10").FailsAsync(
            async () => await FirewallTable.LoadAsync(Lab.Edge, "ip shadow", "chain post { type nat hook postrouting priority srcnat;\noifname \"eth0\" masquerade\n}"),
            "EG-10 WARN");

    [Fact]
    [Trait("Check", "EG-11")]
    public Task A_connection_that_keeps_the_translation_of_yesterday_is_EG11() =>
        Row("EG-11").FailsAsync(
            async () =>
            {
                string To(IPAddress address) => $"ip saddr {Acme.Edge} tcp dport 25 snat to {address}";
                var table = await FirewallTable.LoadAsync(Lab.Edge, "ip changed", $"chain post {{ type nat hook postrouting priority srcnat;\n{To(LabPlan.EdgeKernelsChoice)}\n}}");
                var open = await Lab.Edge.DialAsync(new IPEndPoint(LabPlan.Echo, 25), Acme.Edge);
                (await Lab.Edge.FeedAsync($"flush chain ip changed post\nadd rule ip changed post {To(Acme.Edge)}\n", "nft", "-f", "-")).MustSucceed();
                return new Undo(async () =>
                {
                    open.Dispose();
                    await table.DisposeAsync();
                });
            },
            "EG-11 WARN");

    [Fact]
    [Trait("Check", "EG-12")]
    public Task A_second_uplink_that_shows_a_nameless_address_is_EG12() =>
        Row("EG-12").FailsAsync(
            async () =>
            {
                await LabHost.ConnectAsync(Lab.Router, "dmz1", Lab.Edge, "eth1");
                await Lab.Router.IpAsync("addr add 192.0.2.1/24 dev dmz1", "link set dmz1 up");
                await Lab.Edge.IpAsync("addr add 192.0.2.2/24 dev eth1", "link set eth1 up", "route add default via 192.0.2.1 dev eth1 metric 200");
                // As uplinks of providers do: each shows an address of its own, and so the answers come back by it.
                var here = await FirewallTable.LoadAsync(Lab.Edge, "ip uplink", "chain post { type nat hook postrouting priority srcnat;\noifname \"eth1\" masquerade\n}");
                var there = await FirewallTable.LoadAsync(Lab.Router, "ip uplink", $"chain post {{ type nat hook postrouting priority srcnat;\nip saddr 192.0.2.2 snat to {LabPlan.DefaultPublic}\n}}");
                return new Undo(async () =>
                {
                    await here.DisposeAsync();
                    await there.DisposeAsync();
                    await Lab.Edge.IpAsync("link del eth1");
                });
            },
            "EG-12 FAIL");

    [Fact]
    [Trait("Check", "EG-13")]
    public Task A_lease_is_EG13() =>
        Row("EG-13").FailsAsync(
            () => Undo.AfterAsync(
                Lab.Edge.IpAsync($"addr change {Acme.Edge}/25 dev eth0 valid_lft 7200 preferred_lft 3600"),
                () => Lab.Edge.IpAsync($"addr change {Acme.Edge}/25 dev eth0 valid_lft forever preferred_lft forever")),
            "EG-13 WARN");

    [Fact]
    [Trait("Check", "V6-01")]
    public Task A_way_out_by_IPv6_that_nobody_planned_is_V601() =>
        Row("V6-01").FailsAsync(
            () => Undo.AfterAsync(
                Lab.Edge.IpAsync("addr add 2001:db8:99::4/64 dev eth0 nodad", "route add default via 2001:db8:99::1 dev eth0"),
                () => Lab.Edge.IpAsync("route del default via 2001:db8:99::1 dev eth0", "addr del 2001:db8:99::4/64 dev eth0")),
            "V6-01 WARN");

    private Row Row(string check) => new(relays.OnEdge, Source, check);
}
