using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Network.Firewall;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Firewall;

/// <summary>Tools that are missing or not allowed, others who write at the same moment, and rules of others in the way.</summary>
public sealed class FirewallTroubleTests
{
    private static readonly TranslationTable One = TranslationLab.AllAs("203.0.113.5");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FirewallKind.Nftables, "nft", "nftables")]
    [InlineData(FirewallKind.Iptables, "iptables-save", "iptables")]
    public async Task A_missing_tool_is_named_with_the_package_that_brings_it(FirewallKind kind, string tool, string package)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind, lab.Tools with { Nft = ["/nowhere/nft"], IptablesSave = ["/nowhere/iptables-save"], IptablesRestore = ["/nowhere/iptables-restore"] });
        var result = Assert.IsType<WriteResult.Refused>(await firewall.WriteAsync(TranslationLab.Change(null, One), Stop));
        Assert.Contains(tool, result.Text, StringComparison.Ordinal);
        Assert.Contains($"Install the package {package}", result.Text, StringComparison.Ordinal);
        Assert.Equal(result.Text, await firewall.CheckAsync(TranslationLab.Change(null, One), Stop));
        Assert.Equal(result.Text, (await firewall.ReadAsync(Stop)).Trouble);
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task Without_the_privilege_it_says_which_one_is_missing(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var tools = lab.Tools;
        ImmutableArray<string> nobody = [.. lab.Node.Enter, "setpriv", "--bounding-set", "-net_admin"];
        var refused = new[]
        {
            tools with { Nft = [.. nobody, "nft"], IptablesSave = [.. nobody, "iptables-save"], IptablesRestore = [.. nobody, "iptables-restore"] },
            tools with { Nft = ReadOnly(nobody, tools.Nft, "-f"), IptablesRestore = [.. nobody, "iptables-restore"] },
        };
        foreach (var some in refused)
        {
            var result = Assert.IsType<WriteResult.Refused>(await lab.Firewall(kind, some).WriteAsync(TranslationLab.Change(null, One), Stop));
            Assert.Contains("CAP_NET_ADMIN", result.Text, StringComparison.Ordinal);
        }
        Assert.Null(await lab.OursAsync(lab.Firewall(kind)));
        Assert.Null(await lab.Firewall(kind, tools with { Conntrack = [.. nobody, "conntrack"] }).ForgetConnectionsAsync(TranslationLab.Change(null, One), Stop));
    }

    [Theory]
    [InlineData(FirewallKind.Nftables, "nft delete element ip namesake mail { 10.0.0.13 }", true)]
    [InlineData(FirewallKind.Nftables, "nft delete table ip namesake", true)]
    [InlineData(FirewallKind.Nftables, "nft flush chain ip namesake mail", true)]
    [InlineData(FirewallKind.Nftables, "nft add element ip namesake mail { 10.0.0.99 : 203.0.113.99 }", false)]
    [InlineData(FirewallKind.Iptables, "iptables -t nat -D NAMESAKE-MAIL 2", true)]
    [InlineData(FirewallKind.Iptables, "iptables -t nat -F POSTROUTING", true)]
    [InlineData(FirewallKind.Iptables, "iptables -t nat -A NAMESAKE-MAIL -s 10.0.0.99 -p tcp --dport 25 -j SNAT --to-source 203.0.113.99", false)]
    public async Task What_somebody_changes_between_reading_and_loading_is_not_overwritten(FirewallKind kind, string meanwhile, bool isConflict)
    {
        await using var lab = await TranslationLab.BuildAsync();
        await lab.WriteAsync(lab.Firewall(kind), null, One);
        var disturbed = lab.Tools with
        {
            Nft = Before(lab.Tools.Nft, "-f", [.. lab.Node.Enter, .. meanwhile.Split(' ')]),
            IptablesRestore = Before(lab.Tools.IptablesRestore, "--noflush", [.. lab.Node.Enter, .. meanwhile.Split(' ')]),
        };

        var result = await lab.Firewall(kind, disturbed).WriteAsync(TranslationLab.Change(One, null), Stop);

        var isDone = meanwhile.Contains("delete table", StringComparison.Ordinal);
        // Taking the table away fails with one that is gone already, and it is gone.
        Assert.IsType(isConflict || isDone || kind == FirewallKind.Iptables ? typeof(WriteResult.Conflict) : typeof(WriteResult.Done), result);
        if (isConflict)
            Assert.NotEqual(One, (await lab.Firewall(kind).ReadAsync(Stop)).Ours);
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task A_table_that_somebody_makes_between_reading_and_loading_is_a_conflict(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        string[] meanwhile = kind == FirewallKind.Nftables ? ["nft", "add", "table", "ip", "namesake"] : ["iptables", "-t", "nat", "-N", "NAMESAKE-MAIL"];
        var disturbed = lab.Tools with
        {
            Nft = Before(lab.Tools.Nft, "-f", [.. lab.Node.Enter, .. meanwhile]),
            IptablesRestore = Before(lab.Tools.IptablesRestore, "--noflush", [.. lab.Node.Enter, .. meanwhile]),
        };
        Assert.IsType<WriteResult.Conflict>(await lab.Firewall(kind, disturbed).WriteAsync(TranslationLab.Change(null, One), Stop));
        Assert.Equal(new TranslationTable([]), await lab.OursAsync(lab.Firewall(kind)));
    }

    [Fact]
    public async Task That_somebody_else_changed_rules_at_the_same_moment_is_told()
    {
        await using var lab = await TranslationLab.BuildAsync();
        var disturbed = lab.Tools with { Nft = Before(lab.Tools.Nft, "-f", [.. lab.Node.Enter, "nft", "add", "table", "ip", "other"]) };
        var firewall = lab.Firewall(FirewallKind.Nftables, disturbed);
        var result = await lab.Node.InsideAsync(() => firewall.WriteAsync(TranslationLab.Change(null, One), Stop));
        Assert.Contains("somebody else changed rules", Assert.IsType<WriteResult.Done>(result).Text, StringComparison.Ordinal);
        var calm = lab.Firewall(FirewallKind.Nftables);
        Assert.Equal("", Assert.IsType<WriteResult.Done>(await lab.Node.InsideAsync(() => calm.WriteAsync(TranslationLab.Change(One, null), Stop))).Text);
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task Nobody_reads_or_writes_while_a_tool_of_ours_is_at_work(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var gate = Path.Combine(lab.Tools.RunFolder!, "gate");
        var slow = lab.Tools with
        {
            Nft = Before(lab.Tools.Nft, "-f", ["sh", "-c", $": > {gate}.reached; while [ ! -e {gate} ]; do sleep 0.02; done"]),
            IptablesRestore = Before(lab.Tools.IptablesRestore, "--noflush", ["sh", "-c", $": > {gate}.reached; while [ ! -e {gate} ]; do sleep 0.02; done"]),
        };
        var writing = lab.Firewall(kind, slow).WriteAsync(TranslationLab.Change(null, One), Stop);
        while (!File.Exists(gate + ".reached"))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        var reading = lab.OursAsync(lab.Firewall(kind));
        Assert.False(reading.IsCompleted);
        await File.WriteAllTextAsync(gate, "", Stop);
        Assert.IsType<WriteResult.Done>(await writing);
        Assert.Equal(One, await reading);
    }

    [Theory]
    [InlineData(FirewallKind.Nftables, "nft")]
    [InlineData(FirewallKind.Iptables, "nft")]
    [InlineData(FirewallKind.Iptables, "iptables")]
    public async Task A_rule_that_is_met_before_ours_is_named_and_does_shadow_it(FirewallKind kind, string by)
    {
        await using var lab = await TranslationLab.BuildAsync();
        var firewall = lab.Firewall(kind);
        await lab.WriteAsync(firewall, null, One);
        if (by == "nft")
            await lab.Node.OutputAsync("nft", "add table ip early; add chain ip early post { type nat hook postrouting priority 50; }; add rule ip early post tcp dport 25 snat to 203.0.113.77");
        else
            await lab.Node.OutputAsync("iptables", "-t", "nat", "-I", "POSTROUTING", "-p", "tcp", "--dport", "25", "-j", "SNAT", "--to-source", "203.0.113.77");
        Assert.Equal("203.0.113.77", await lab.SeenAsync("10.0.0.11"));

        var notes = Plan(kind, await firewall.ReadAsync(Stop), One).Notes.Where(note => note.Kind == PlanNoteKind.Foreign).ToList();
        Assert.Equal(TranslationLab.Locals, notes.Select(note => note.About));
        Assert.All(notes, note => Assert.Contains(by == "nft" ? "ip early post" : "ip nat POSTROUTING, rule 1", note.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task Rules_that_iptables_made_are_understood_by_both_and_the_second_plan_is_empty(FirewallKind kind)
    {
        await using var lab = await TranslationLab.BuildAsync();
        Assert.SkipUnless(File.Exists("/usr/sbin/iptables"), "iptables is not installed");
        await lab.Node.OutputAsync("iptables", "-t", "nat", "-A", "POSTROUTING", "-s", "10.0.0.11", "-j", "SNAT", "--to-source", "203.0.113.5");
        await lab.Node.OutputAsync("iptables", "-t", "nat", "-A", "POSTROUTING", "-o", "eth0", "-j", "MASQUERADE");
        var firewall = lab.Firewall(kind);

        var plan = Plan(kind, await firewall.ReadAsync(Stop), One);
        var change = Assert.IsType<TranslationChange>(Assert.Single(plan.Changes));
        // The first leaves as that already, by somebody's rule.
        Assert.Equal(TranslationLab.Locals[1..], change.New!.Mappings.Select(mapping => mapping.Local.ToString()));
        Assert.Null(await firewall.CheckAsync(change, Stop));
        Assert.IsType<WriteResult.Done>(await firewall.WriteAsync(change, Stop));

        Assert.Equal(Enumerable.Repeat("203.0.113.5", 5), await lab.AllSeenAsync());
        Assert.True(Plan(kind, await firewall.ReadAsync(Stop), One).IsComplete);
    }

    [Fact]
    public async Task Rules_of_iptables_legacy_are_seen_too()
    {
        await using var lab = await TranslationLab.BuildAsync();
        Assert.SkipUnless(File.Exists("/usr/sbin/iptables-legacy"), "iptables-legacy is not installed");
        await lab.Node.OutputAsync("iptables-legacy", "-t", "nat", "-A", "POSTROUTING", "-s", "10.0.0.11", "-j", "SNAT", "--to-source", "203.0.113.5");
        var firewall = lab.Firewall(FirewallKind.Nftables);
        var reading = await lab.Node.InsideAsync(() => firewall.ReadAsync(Stop));
        Assert.Equal("ip legacy-nat POSTROUTING, rule 1", NatWalk.Of(reading.Rules!, IPAddress.Parse("10.0.0.11"), "eth0").Translated?.Place);
    }

    [Fact]
    public async Task It_writes_by_iptables_legacy_as_well()
    {
        await using var lab = await TranslationLab.BuildAsync();
        Assert.SkipUnless(File.Exists("/usr/sbin/iptables-legacy"), "iptables-legacy is not installed");
        var firewall = lab.Firewall(FirewallKind.Iptables, lab.Tools with { IptablesSave = [.. lab.Node.Enter, "iptables-legacy-save"], IptablesRestore = [.. lab.Node.Enter, "iptables-legacy-restore"] });
        Assert.Null(await firewall.CheckAsync(TranslationLab.Change(null, One), Stop));
        await lab.WriteAsync(firewall, null, One);
        Assert.Equal("203.0.113.5", await lab.SeenAsync("10.0.0.11"));
        await lab.WriteAsync(firewall, One, TranslationLab.EachAsItsOwn);
        Assert.Equal("203.0.113.2", await lab.SeenAsync("10.0.0.12"));
        await lab.WriteAsync(firewall, TranslationLab.EachAsItsOwn, null);
        Assert.Equal("10.0.0.11", await lab.SeenAsync("10.0.0.11"));
    }

    private static Plan Plan(FirewallKind kind, FirewallReading reading, TranslationTable wanted) => NatPlanner.Make(new NatPlanRequest
    {
        Id = PlanId.New(PlanKind.Nat, DateTimeOffset.UnixEpoch, 1), Node = "node", Now = DateTimeOffset.UnixEpoch, Reading = reading, Device = null,
        Firewall = new FirewallTraits { Id = "edge", Name = "here", Priority = kind == FirewallKind.Nftables ? 90 : 100, OwnChain = kind == FirewallKind.Nftables ? "ip namesake " : "ip nat NAMESAKE-MAIL" },
        Wanted = [.. wanted.Mappings.Select(mapping => new WantedIdentity(null, mapping.Local, mapping.Public, HostName.Parse("mail.acme.example")))],
    });

    /// <summary>Runs something before the tool, when that is called with this argument.</summary>
    private static ImmutableArray<string> Before(ImmutableArray<string> tool, string argument, ImmutableArray<string> first) =>
        ["sh", "-c", $"case \" $* \" in *' -c '*|*--test*) ;; *' {argument} '*) {Quoted(first)} || exit 9 ;; esac; exec {Quoted(tool)} \"$@\"", "tool"];

    /// <summary>Another tool when it is called with this argument.</summary>
    private static ImmutableArray<string> ReadOnly(ImmutableArray<string> prefix, ImmutableArray<string> tool, string argument) =>
        ["sh", "-c", $"case \" $* \" in *' {argument} '*) exec {Quoted(prefix)} nft \"$@\" ;; esac; exec {Quoted(tool)} \"$@\"", "tool"];

    private static string Quoted(ImmutableArray<string> words) => string.Join(' ', words.Select(word => $"'{word}'"));
}
