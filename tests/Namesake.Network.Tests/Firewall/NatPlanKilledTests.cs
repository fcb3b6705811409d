using Namesake.Core.Plans.Journal;
using Namesake.Network.Firewall;

namespace Namesake.Network.Tests.Firewall;

/// <summary>Translation applied by the program as it is, and killed around the write.</summary>
public sealed class NatPlanKilledTests
{
    [Theory]
    [InlineData(FirewallKind.Nftables, "before")]
    [InlineData(FirewallKind.Nftables, "after")]
    [InlineData(FirewallKind.Iptables, "before")]
    [InlineData(FirewallKind.Iptables, "after")]
    public async Task Killed_around_the_write_the_rules_are_gone_again_by_themselves(FirewallKind kind, string place)
    {
        await using var scene = await NatPlanScene.BuildAsync(kind);
        if (kind == FirewallKind.Iptables)
            await scene.Lab.Node.OutputAsync("iptables", "-t", "nat", "-A", "POSTROUTING", "-o", "eth0", "-j", "MASQUERADE");
        var before = await scene.Lab.PictureAsync();
        await scene.RunAsync("plan", "nat", "-o", scene.PlanFile);
        scene.StopAt(place);
        var apply = scene.Start("apply", scene.PlanFile, "--yes", "--json");
        await scene.ReachedAsync(place);
        Assert.Equal(place == "before", before == await scene.Lab.PictureAsync());

        apply.Kill(); // SIGKILL; the tool lives on, and does what it was told
        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);
        scene.GoOn(place);

        var history = await scene.UntilAsync(history => history.State == PlanState.Undone && !history.IsUnrecorded);
        Assert.Equal(before, await scene.Lab.PictureAsync());
        Assert.StartsWith("dead-man timer", history.Entries.Last(entry => entry.Event == PlanEvent.Undone).Who, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_timer_waits_for_a_tool_that_outlived_its_killed_parent_and_never_calls_undone_what_is_yet_to_be_loaded()
    {
        await using var scene = await NatPlanScene.BuildAsync(FirewallKind.Nftables);
        var before = await scene.Lab.PictureAsync();
        await scene.RunAsync("plan", "nat", "-o", scene.PlanFile);
        scene.StopAt("before");
        var apply = scene.Start("apply", scene.PlanFile, "--yes", "--json");
        await scene.ReachedAsync("before");
        apply.Kill();
        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);

        // Its time is over, and it can't look: the tool holds the lock.
        var waiting = await scene.UntilAsync(history => history.Entries.Any(entry => entry.Event == PlanEvent.Trouble));
        Assert.Equal(PlanState.Undoing, waiting.State);
        scene.GoOn("before");

        await scene.UntilAsync(history => history.State == PlanState.Undone && !history.IsUnrecorded);
        Assert.Equal(before, await scene.Lab.PictureAsync());
    }
}
