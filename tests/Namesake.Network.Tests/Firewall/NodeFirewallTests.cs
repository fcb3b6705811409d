using System.Net.Sockets;
using Namesake.Core.Firewall;
using Namesake.Core.Plans;
using Namesake.Network.Firewall;

namespace Namesake.Network.Tests.Firewall;

/// <summary>Translation written into namespaces by the real tools, and seen from the other end of real connections.</summary>
public sealed class NodeFirewallTests
{
    private const string Masquerade = "table ip nat { chain post { type nat hook postrouting priority srcnat; policy accept; oifname \"eth0\" masquerade; } }";

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task Five_private_addresses_leave_as_one_for_port_25_only(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        Assert.Equal(TranslationLab.Locals, await lab.AllSeenAsync());

        await lab.WriteAsync(firewall, null, TranslationLab.AllAs("203.0.113.5"));

        Assert.Equal(Enumerable.Repeat("203.0.113.5", 5), await lab.AllSeenAsync());
        Assert.Equal(TranslationLab.Locals, await lab.AllSeenAsync(TranslationLab.OtherPort));
        Assert.Equal(TranslationLab.LocalV6, await lab.SeenAsync(TranslationLab.LocalV6));
        Assert.Equal(TranslationLab.Own, await lab.SeenAsync(TranslationLab.Own));
        Assert.Equal(TranslationLab.AllAs("203.0.113.5"), await lab.OursAsync(firewall));
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task Each_leaves_as_its_own_and_before_the_masquerade_that_stays_for_everything_else(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        await MasqueradeAsync(lab, kind);
        Assert.Equal(Enumerable.Repeat(TranslationLab.Own, 5), await lab.AllSeenAsync());

        await lab.WriteAsync(firewall, null, TranslationLab.EachAsItsOwn);

        Assert.Equal(TranslationLab.EachAsItsOwn.Mappings.Select(mapping => mapping.Public.ToString()), await lab.AllSeenAsync());
        Assert.Equal(Enumerable.Repeat(TranslationLab.Own, 5), await lab.AllSeenAsync(TranslationLab.OtherPort));
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task A_live_connection_keeps_its_address_until_it_is_forgotten(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        await MasqueradeAsync(lab, kind);
        using var live = await lab.ConnectAsync("10.0.0.11");
        using var unchanged = await lab.ConnectAsync("10.0.0.12");
        using var otherPort = await lab.ConnectAsync("10.0.0.11", TranslationLab.OtherPort);
        foreach (var socket in new[] { live, unchanged, otherPort })
            Assert.Equal(TranslationLab.Own, await TranslationLab.AskAsync(socket));

        var table = TranslationLab.Table("10.0.0.11 203.0.113.5");
        await lab.WriteAsync(firewall, null, table);

        Assert.Equal(TranslationLab.Own, await TranslationLab.AskAsync(live));
        Assert.Equal("203.0.113.5", await lab.SeenAsync("10.0.0.11"));
        var forgotten = await firewall.ForgetConnectionsAsync(TranslationLab.Change(null, table), TestContext.Current.CancellationToken);
        if (!File.Exists("/usr/sbin/conntrack"))
        {
            Assert.Null(forgotten);
            return;
        }
        Assert.InRange(forgotten!.Value, 1, 3); // those of before that are closing among them
        await Assert.ThrowsAnyAsync<SocketException>(() => TranslationLab.AskAsync(live));
        Assert.Equal(TranslationLab.Own, await TranslationLab.AskAsync(unchanged));
        Assert.Equal(TranslationLab.Own, await TranslationLab.AskAsync(otherPort));
    }

    [Fact]
    public async Task Where_nothing_was_tracked_before_a_live_connection_is_translated_at_once_and_ends()
    {
        await using var lab = await TranslationLab.BuildAsync();
        using var live = await lab.ConnectAsync("10.0.0.11");
        using var otherPort = await lab.ConnectAsync("10.0.0.11", TranslationLab.OtherPort);
        await lab.WriteAsync(lab.Firewall(FirewallKind.Nftables), null, TranslationLab.AllAs("203.0.113.5"));
        await Assert.ThrowsAnyAsync<SocketException>(() => TranslationLab.AskAsync(live));
        Assert.Equal("10.0.0.11", await TranslationLab.AskAsync(otherPort));
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task After_undo_the_rules_are_as_before_byte_for_byte(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        await MasqueradeAsync(lab, kind);
        var before = await lab.PictureAsync();
        var (one, each) = (TranslationLab.AllAs("203.0.113.5"), TranslationLab.EachAsItsOwn with { Device = "eth0", User = 4711 });

        await lab.WriteAsync(firewall, null, one);
        await lab.Node.OutputAsync("nft", "add", "table", "ip", "later"); // what others have made since stays behind ours
        var between = await lab.PictureAsync();
        await lab.WriteAsync(firewall, one, each);
        Assert.NotEqual(between, await lab.PictureAsync());
        await lab.WriteAsync(firewall, each, one);
        Assert.Equal(between, await lab.PictureAsync());

        await lab.Node.OutputAsync("nft", "delete", "table", "ip", "later");
        await lab.WriteAsync(firewall, one, null);
        Assert.Equal(before, await lab.PictureAsync());
        Assert.Null(await lab.OursAsync(firewall));
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task Device_and_user_narrow_it(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        var table = TranslationLab.AllAs("203.0.113.5");
        foreach (var (narrowed, seen) in new[] { (table with { Device = "eth0", User = 0 }, "203.0.113.5"), (table with { Device = "eth1" }, "10.0.0.11"), (table with { User = 4711 }, "10.0.0.11") })
        {
            var old = await lab.OursAsync(firewall);
            await lab.WriteAsync(firewall, old, narrowed);
            Assert.Equal(narrowed, await lab.OursAsync(firewall));
            Assert.Equal(seen, await lab.SeenAsync("10.0.0.11"));
        }
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task What_is_not_as_expected_is_a_conflict_and_nothing_is_touched(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        var (one, each) = (TranslationLab.AllAs("203.0.113.5"), TranslationLab.EachAsItsOwn);
        await lab.WriteAsync(firewall, null, one);
        var before = await lab.PictureAsync();
        foreach (var old in new[] { null, each, one with { User = 1 } })
            Assert.IsType<WriteResult.Conflict>(await firewall.WriteAsync(TranslationLab.Change(old, TranslationLab.Table("10.0.0.11 203.0.113.9")), TestContext.Current.CancellationToken));
        Assert.Equal(before, await lab.PictureAsync());
        Assert.True(Assert.IsType<WriteResult.Done>(await firewall.WriteAsync(TranslationLab.Change(null, one), TestContext.Current.CancellationToken)).WasSo);
        Assert.Equal(before, await lab.PictureAsync());
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task After_a_restart_that_lost_the_rules_the_reading_says_so(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        var table = TranslationLab.AllAs("203.0.113.5");
        await lab.WriteAsync(firewall, null, table);
        await lab.Node.OutputAsync("nft", "flush", "ruleset");
        var reading = await firewall.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((null, "", null), (reading.Ours, reading.Text, reading.Trouble));
        Assert.IsType<WriteResult.Conflict>(await firewall.WriteAsync(TranslationLab.Change(table, null) with { New = TranslationLab.EachAsItsOwn }, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task A_rest_that_does_nothing_reads_as_nothing_translated_and_is_written_over(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        await lab.WriteAsync(firewall, null, TranslationLab.AllAs("203.0.113.5"));
        if (kind == FirewallKind.Nftables)
            await lab.Node.OutputAsync("nft", "flush", "chain", "ip", "namesake", "mail");
        else
            await lab.Node.OutputAsync("iptables", "-t", "nat", "-F", "POSTROUTING");
        var rest = await lab.OursAsync(firewall);
        Assert.Equal(new TranslationTable([]), rest);

        await lab.WriteAsync(firewall, rest, TranslationLab.EachAsItsOwn);
        Assert.Equal("203.0.113.1", await lab.SeenAsync("10.0.0.11"));
        await lab.WriteAsync(firewall, TranslationLab.EachAsItsOwn, rest);
        Assert.Equal((rest, "10.0.0.11"), (await lab.OursAsync(firewall), await lab.SeenAsync("10.0.0.11")));
        await lab.WriteAsync(firewall, rest, null);
        Assert.Null(await lab.OursAsync(firewall));
    }

    [Theory]
    [InlineData(FirewallKind.Nftables, "nft add chain ip namesake extra", "chain extra")]
    [InlineData(FirewallKind.Nftables, "nft add rule ip namesake mail counter", "rule mail")]
    [InlineData(FirewallKind.Iptables, "iptables -t nat -A NAMESAKE-MAIL -j ACCEPT", "-A NAMESAKE-MAIL -j ACCEPT")]
    [InlineData(FirewallKind.Iptables, "iptables -t nat -A POSTROUTING -o eth9 -j NAMESAKE-MAIL", "-A POSTROUTING -o eth9 -j NAMESAKE-MAIL")]
    public async Task What_somebody_put_into_our_table_is_named_and_never_written_over(FirewallKind kind, string command, string named)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        var table = TranslationLab.AllAs("203.0.113.5");
        await lab.WriteAsync(firewall, null, table);
        await lab.Node.OutputAsync(command.Split(' ')[0], command.Split(' ')[1..]);
        var before = await lab.PictureAsync();

        var reading = await firewall.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Contains(named, reading.Trouble!, StringComparison.Ordinal);
        Assert.IsType<WriteResult.Refused>(await firewall.WriteAsync(TranslationLab.Change(table, null), TestContext.Current.CancellationToken));
        Assert.Equal(before, await lab.PictureAsync());
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task A_thousand_mappings_are_checked_written_and_undone(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        var table = TranslationLab.Table([.. Enumerable.Range(0, 1000).Select(number => $"10.1.{number / 250}.{number % 250} 203.0.113.{number % 250}")]);
        Assert.Null(await firewall.CheckAsync(TranslationLab.Change(null, table), TestContext.Current.CancellationToken));
        await lab.WriteAsync(firewall, null, table);
        Assert.Equal(table, await lab.OursAsync(firewall));
        await lab.WriteAsync(firewall, table, null);
        Assert.Null(await lab.OursAsync(firewall));
    }

    private static async Task MasqueradeAsync(TranslationLab lab, FirewallKind kind)
    {
        if (kind == FirewallKind.Nftables)
            await lab.Node.RulesAsync(Masquerade);
        else
            await lab.Node.OutputAsync("iptables", "-t", "nat", "-A", "POSTROUTING", "-o", "eth0", "-j", "MASQUERADE");
    }
}
