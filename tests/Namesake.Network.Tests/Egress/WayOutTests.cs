using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Firewall;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Egress;

/// <summary>The three probes at work on a real node: real routes, real nftables, a real reflector outside, and one fault at a time.</summary>
public sealed class WayOutTests
{
    private static readonly string[] Audited = ["EG-06", "EG-07", "EG-08", "EG-10", "EG-11", "EG-12", "EG-13", "V6-01"];

    [Fact]
    public async Task A_node_in_order_passes_all()
    {
        await using var lab = await WayOutLab.BuildAsync();
        var results = await lab.AuditAsync();
        Assert.Equal(["EG-11 Pass", "EG-12 Pass", "EG-13 Pass"], Audited[4..7].Select(check => $"{check} {Of(results, check).Outcome}"));
        Assert.All(Audited, check => Assert.True(Of(results, check).Outcome == CheckOutcome.Pass, Of(results, check).ToString()));
    }

    [Fact]
    public async Task Masquerade_that_shadows_our_translation_is_found_in_the_rules_and_seen_outside()
    {
        await using var lab = await WayOutLab.BuildAsync();
        await lab.Node.RulesAsync("table ip nat { chain POSTROUTING { type nat hook postrouting priority srcnat; oifname \"eth0\" masquerade; ip saddr 198.51.100.5 tcp dport 25 snat to 198.51.100.5; } }");
        var results = await lab.AuditAsync();
        var found = Of(results, "EG-10");
        Assert.True(found.IsBad, found.ToString());
        Assert.Contains("masquerade (ip nat POSTROUTING, handle", found.Seen, StringComparison.Ordinal);
        Assert.All(lab.Facts.Outbound!.Sessions, session => Assert.Equal(WayOutLab.KernelsChoice, session.Seen?.ToString()));

        await lab.Node.RulesAsync("table ip nat { chain POSTROUTING { type nat hook postrouting priority srcnat; ip saddr 198.51.100.5 tcp dport 25 snat to 198.51.100.5; oifname \"eth0\" masquerade; } }");
        results = await lab.AuditAsync();
        Assert.Equal(CheckOutcome.Pass, Of(results, "EG-10").Outcome);
        Assert.All(lab.Facts.Outbound!.Sessions, session => Assert.Equal(WayOutLab.Source, session.Seen?.ToString()));
    }

    /// <summary>nft prints a target of iptables as a name: what it does only iptables knows.</summary>
    [Theory]
    [InlineData("iptables", true)]
    [InlineData("iptables", false)]
    [InlineData("iptables-legacy", true)]
    public async Task Rules_of_iptables_count_whether_nft_is_installed_or_not(string iptables, bool hasNft)
    {
        await using var lab = await WayOutLab.BuildAsync(node => hasNft ? node.Tools : node.Tools with { Nft = ["no-nft-here"] });
        Assert.SkipUnless(File.Exists($"/usr/sbin/{iptables}"), $"{iptables} is not installed");
        await lab.Node.OutputAsync(iptables, "-t", "nat", "-A", "POSTROUTING", "-p", "tcp", "--dport", "25", "-m", "comment", "--comment", "all mail", "-j", "SNAT", "--to-source", WayOutLab.KernelsChoice);
        var found = Of(await lab.AuditAsync(), "EG-10");
        Assert.True(found.IsBad && found.Seen.Contains(WayOutLab.KernelsChoice, StringComparison.Ordinal), found.ToString());

        await lab.Node.OutputAsync(iptables, "-t", "nat", "-I", "POSTROUTING", "-s", WayOutLab.Source, "-p", "tcp", "-m", "multiport", "--dports", "25,465", "-j", "ACCEPT");
        var exempt = Of(await lab.AuditAsync(), "EG-10");
        Assert.True(exempt.Outcome == CheckOutcome.Pass, exempt.ToString());
    }

    [Fact]
    public async Task A_pool_of_addresses_is_found_in_the_rules()
    {
        await using var lab = await WayOutLab.BuildAsync();
        await lab.Node.RulesAsync("table ip nat { chain POSTROUTING { type nat hook postrouting priority srcnat; tcp dport 25 snat to 198.51.100.4-198.51.100.5; } }");
        var found = Of(await lab.AuditAsync(), "EG-10");
        Assert.True(found.IsBad && found.Seen.StartsWith("snat to 198.51.100.4-198.51.100.5", StringComparison.Ordinal), found.ToString());
    }

    [Fact]
    public async Task A_translation_by_a_map_is_understood_as_nft_prints_it()
    {
        await using var lab = await WayOutLab.BuildAsync();
        await lab.Node.RulesAsync("table ip lab { map mail { type ipv4_addr : ipv4_addr; elements = { 198.51.100.5 : 198.51.100.4 } } chain out { type nat hook postrouting priority srcnat; ip protocol tcp ip saddr 198.51.100.0/24 oifname \"eth0\" tcp dport { 25, 465 } snat to ip saddr map @mail; } }");
        var results = await lab.AuditAsync(outside: WayOutLab.KernelsChoice);
        Assert.Equal((CheckOutcome.Pass, "snat by a map (ip lab out, handle"), (Of(results, "EG-10").Outcome, Of(results, "EG-10").Seen[..33]));
        Assert.Contains(results, result => result.Check == "EG-06" && result.Outcome == CheckOutcome.Pass);
    }

    [Fact]
    public async Task Port_25_that_is_blocked_is_told_from_a_network_that_is_down()
    {
        await using var lab = await WayOutLab.BuildAsync();
        await lab.Node.RulesAsync("table ip f { chain out { type filter hook output priority filter; tcp dport 25 drop; } }");
        var found = Of(await lab.AuditAsync(), "EG-07");
        Assert.True(found.IsBad && found.Seen.Contains("Another port of 198.51.100.1 answers", StringComparison.Ordinal), found.ToString());

        await lab.Node.RulesAsync("table ip f { chain out { type filter hook output priority filter; tcp dport 25 reject with tcp reset; } }");
        Assert.True(Of(await lab.AuditAsync(), "EG-07").IsBad);

        await lab.Node.RulesAsync("table ip f { chain out { type filter hook output priority filter; ip daddr != 127.0.0.1 drop; } }");
        var results = await lab.AuditAsync();
        Assert.Equal(CheckOutcome.Unknown, Of(results, "EG-07").Outcome);
        Assert.Equal([CheckOutcome.Unknown, CheckOutcome.Unknown], new[] { "EG-06", "EG-08" }.Select(check => Of(results, check).Outcome));
    }

    [Fact]
    public async Task A_proxy_that_rewrites_is_seen_in_what_arrives_and_in_the_rules_that_lead_to_it()
    {
        await using var lab = await WayOutLab.BuildAsync();
        using var listener = await lab.Node.InsideAsync(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 10025));
            socket.Listen(16);
            return socket;
        });
        var proxying = ProxyAsync(lab, listener);
        await lab.Node.RulesAsync("table ip nat { chain OUTPUT { type nat hook output priority -100; tcp dport 25 redirect to :10025; } }");

        var results = await lab.AuditAsync();

        var seen = Of(results, "EG-08");
        Assert.True(seen.IsBad && seen.Seen.Contains("a line of 198.51.100.1 is masked: XXXXXXXA", StringComparison.Ordinal) && seen.Seen.Contains("offers STARTTLS, which did not arrive", StringComparison.Ordinal), seen.ToString());
        Assert.True(Of(results, "EG-10") is { IsBad: true } diverted && diverted.Seen.StartsWith("redirect to port 10025", StringComparison.Ordinal), Of(results, "EG-10").ToString());
        listener.Close();
        await proxying;
    }

    [Fact]
    public async Task Connections_keep_the_translation_they_began_with()
    {
        await using var lab = await WayOutLab.BuildAsync();
        await lab.Node.RulesAsync("table ip nat { chain POSTROUTING { type nat hook postrouting priority srcnat; tcp dport 25 snat to 198.51.100.4; } }");
        using var open = await lab.Node.InsideAsync(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(WayOutLab.Source), 0));
            socket.Connect(IPEndPoint.Parse("198.51.100.1:25"));
            return socket;
        });
        await lab.Node.RulesAsync("table ip nat { chain POSTROUTING { type nat hook postrouting priority srcnat; tcp dport 25 snat to 198.51.100.5; } }");

        var results = await lab.AuditAsync();

        Assert.SkipWhen(lab.Facts.Firewall!.Connections is null, $"no connection table here: {lab.Facts.Firewall.Trouble}");
        Assert.True(Of(results, "EG-11") is { IsBad: true } old && old.Seen.Contains("leave as 198.51.100.4", StringComparison.Ordinal), Of(results, "EG-11").ToString());
        Assert.Equal(CheckOutcome.Pass, Of(results, "EG-10").Outcome);
    }

    [Fact]
    public async Task Another_host_behind_the_public_address_is_seen_on_the_node_that_translates()
    {
        await using var lab = await WayOutLab.BuildAsync();
        await using var customer = await NamespaceHost.BootAsync();
        await lab.Node.ConnectAsync("lan0", customer, "eth0");
        await lab.Node.IpAsync("addr add 10.0.0.1/24 dev lan0", "link set lan0 up");
        await lab.Node.InsideAsync(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
            return true;
        });
        await customer.IpAsync("addr add 10.0.0.9/24 dev eth0", "link set eth0 up", "route add default via 10.0.0.1");
        const string Rules = "table ip nat { chain POSTROUTING { type nat hook postrouting priority srcnat; oifname \"eth0\" ip saddr 10.0.0.0/24 snat to 198.51.100.5; } }";
        await lab.Node.RulesAsync(Rules);

        var results = await lab.AuditAsync();
        Assert.SkipWhen(lab.Facts.Firewall!.Connections is null, $"no connection table here: {lab.Facts.Firewall.Trouble}");
        Assert.True(Of(results, "RP-05").Outcome == CheckOutcome.Pass, Of(results, "RP-05").ToString());

        using var infected = await customer.InsideAsync(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPEndPoint.Parse("198.51.100.1:25"));
            return socket;
        });
        var found = Of(await lab.AuditAsync(), "RP-05");
        Assert.True(found.IsBad && found.Seen == "10.0.0.9 (seen by this node's connection table)", found.ToString());
        // It is nobody's concern who only holds another of the node's addresses.
        Assert.Equal(CheckOutcome.Pass, Of(await lab.AuditAsync(WayOutLab.KernelsChoice, WayOutLab.KernelsChoice), "RP-05").Outcome);
    }

    [Fact]
    public async Task The_other_uplink_is_tried_though_the_routing_prefers_the_first()
    {
        await using var lab = await WayOutLab.BuildAsync();
        await lab.Node.ConnectAsync("up1", lab.Outside, "net1");
        await lab.Node.IpAsync("addr add 192.0.2.9/24 dev up1", "link set up1 up", "route add default via 192.0.2.2 dev up1 metric 200");
        await lab.Outside.IpAsync("addr add 192.0.2.2/24 dev net1", "link set net1 up");
        await lab.Node.RulesAsync("table ip nat { chain POSTROUTING { type nat hook postrouting priority srcnat; oifname \"up1\" masquerade; } }");

        var found = Of(await lab.AuditAsync(), "EG-12");
        Assert.True(found.IsBad && found.Seen.StartsWith("up1 via 192.0.2.2: 192.0.2.9; 9.2.0.192.in-addr.arpa does not exist", StringComparison.Ordinal), found.ToString());

        lab.Zones.SetRecord(ReverseName.Of(IPAddress.Parse("192.0.2.9")).Value, RecordType.Ptr, WayOutLab.Ehlo);
        lab.Zones.SetRecord(WayOutLab.Ehlo, RecordType.A, WayOutLab.Source, "192.0.2.9");
        found = Of(await lab.AuditAsync(), "EG-12");
        Assert.True(found.Outcome == CheckOutcome.Pass, found.ToString());

        await lab.Node.IpAsync("rule add from 198.51.100.5 lookup 100", "route add default via 198.51.100.1 table 100", "route add unreachable default metric 999 table 100");
        found = Of(await lab.AuditAsync(), "EG-12");
        Assert.True(found.Outcome == CheckOutcome.Pass && found.Seen == "one way out: eth0 via 198.51.100.1", found.ToString());
    }

    [Fact]
    public async Task Leases_and_a_way_out_by_IPv6_are_read_from_the_kernel()
    {
        await using var lab = await WayOutLab.BuildAsync();
        await lab.Node.IpAsync("addr change 198.51.100.5/24 dev eth0 valid_lft 7200 preferred_lft 3600", "-6 addr add 2001:db8:51::4/64 dev eth0 nodad", "-6 route add default via 2001:db8:51::1");
        var results = await lab.AuditAsync();
        Assert.True(Of(results, "EG-13").IsBad, Of(results, "EG-13").ToString());
        Assert.True(Of(results, "V6-01") is { IsBad: true } v6 && v6.Seen.StartsWith("an unbound socket would leave from 2001:db8:51::4 by eth0", StringComparison.Ordinal), Of(results, "V6-01").ToString());
        Assert.Equal(WayOutLab.KernelsChoice, lab.Facts.Host!.Unbound!.Source.ToString());
        Assert.Equal(new KernelChoice(IPAddress.Parse(WayOutLab.Source), "eth0", IPAddress.Parse("198.51.100.1")), lab.Facts.Host.Bound);
    }

    [Fact]
    public async Task Without_nft_or_the_right_to_use_it_the_rules_can_not_be_observed()
    {
        await using var host = await NamespaceHost.BootAsync();
        using var probe = new FirewallProbe(TimeProvider.System, new FirewallTools { Nft = ["/nonexistent/nft"], IptablesSave = ["/nonexistent/iptables-save"] });
        var basis = new IdentityFacts { Source = new Core.Sources.Source { Id = new("a"), LocalAddress = IPAddress.Loopback, PublicAddress = IPAddress.Loopback, Ehlo = HostName.Parse(WayOutLab.Ehlo) } };
        var facts = (await host.InsideAsync(() => probe.LookAsync(basis, TestContext.Current.CancellationToken)))(basis);
        Assert.Null(facts.Firewall!.Nat);
        Assert.Contains("/nonexistent/nft can't be run", facts.Firewall.Trouble, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.NotObservable, Of(Catalogue.Judge(facts), "EG-10").Outcome);
    }

    private static CheckResult Of(ImmutableArray<CheckResult> results, string check) => results.Single(result => result.Check == check);

    // As PIX did: reads along, and overwrites the keywords it doesn't know.
    private static async Task ProxyAsync(WayOutLab lab, Socket listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                using var server = await lab.Node.InsideAsync(() =>
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    socket.Connect(IPEndPoint.Parse("198.51.100.1:2525"));
                    return socket;
                });
                await Task.WhenAll(PumpAsync(client, server, text => text), PumpAsync(server, client, text => text.Replace("STARTTLS", "XXXXXXXA", StringComparison.Ordinal)));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Func<string, string> change)
    {
        var buffer = new byte[8192];
        try
        {
            int length;
            while ((length = await from.ReceiveAsync(buffer)) > 0)
                await to.SendAsync(Encoding.ASCII.GetBytes(change(Encoding.ASCII.GetString(buffer, 0, length))));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // One of the two hung up.
        }
    }
}
