using Namesake.Network.Firewall;

namespace Namesake.Network.Tests.Firewall;

/// <summary>Variant 2 by the program as it is: planned, applied, verified from outside, undone.</summary>
public sealed class NatPlanProcessTests
{
    [Theory]
    [InlineData(FirewallKind.Nftables)]
    [InlineData(FirewallKind.Iptables)]
    public async Task A_plan_is_made_applied_seen_from_outside_and_undone_byte_for_byte(FirewallKind kind)
    {
        await using var scene = await NatPlanScene.BuildAsync(kind);
        if (kind == FirewallKind.Iptables)
            await scene.Lab.Node.OutputAsync("iptables", "-t", "nat", "-A", "POSTROUTING", "-o", "eth0", "-j", "MASQUERADE");
        var before = await scene.Lab.PictureAsync();

        var planned = await scene.RunAsync("plan", "nat", "-o", scene.PlanFile);
        Assert.True(planned.Code == 1, planned.Output);
        Assert.Contains("+ 10.0.0.11 -> 203.0.113.5", planned.Output, StringComparison.Ordinal);
        var applied = await scene.RunAsync("apply", scene.PlanFile, "--yes");
        Assert.True(applied.Code == 0, applied.Output);
        Assert.Contains("5 of 5 addresses", applied.Output, StringComparison.Ordinal);
        Assert.Contains("forgotten on edge", applied.Output, StringComparison.Ordinal);

        var again = await scene.RunAsync("plan", "nat");
        Assert.True(again.Code == 0, again.Output);
        var verified = await scene.RunAsync("verify", scene.PlanFile);
        Assert.Contains("Everything the plan writes is there", verified.Output, StringComparison.Ordinal);
        Assert.NotEqual(1, verified.Code); // what DNS says can't be seen here

        var undone = await scene.RunAsync("undo", scene.Plan.Value, "--yes");
        Assert.True(undone.Code == 0, undone.Output);
        Assert.Equal(before, await scene.Lab.PictureAsync());
    }

    [Fact]
    public async Task Rules_that_changed_between_plan_and_apply_make_the_plan_stale_and_nothing_is_touched()
    {
        await using var scene = await NatPlanScene.BuildAsync(FirewallKind.Nftables);
        await scene.RunAsync("plan", "nat", "-o", scene.PlanFile);
        await scene.Lab.WriteAsync(scene.Lab.Firewall(FirewallKind.Nftables), null, TranslationLab.Table("10.0.0.11 203.0.113.99"));
        var before = await scene.Lab.PictureAsync();
        var applied = await scene.RunAsync("apply", scene.PlanFile, "--yes");
        Assert.True(applied.Code == 1, applied.Output);
        Assert.Contains("The plan is stale", applied.Output, StringComparison.Ordinal);
        Assert.Equal(before, await scene.Lab.PictureAsync());
    }

    [Fact]
    public async Task A_rule_of_others_that_translates_first_is_named_by_the_plan_and_seen_by_the_verification_which_takes_all_back()
    {
        await using var scene = await NatPlanScene.BuildAsync(FirewallKind.Nftables);
        await scene.Lab.Node.RulesAsync("table ip early { chain post { type nat hook postrouting priority 50; policy accept; tcp dport 25 snat to 203.0.113.77; } }");
        var before = await scene.Lab.PictureAsync();
        var planned = await scene.RunAsync("plan", "nat", "-o", scene.PlanFile);
        Assert.True(planned.Code == 2, planned.Output);
        Assert.Contains("ip early post", planned.Output, StringComparison.Ordinal);

        var applied = await scene.RunAsync("apply", scene.PlanFile, "--yes");
        Assert.True(applied.Code == 1, applied.Output);
        Assert.Contains("203.0.113.77", applied.Output, StringComparison.Ordinal);
        Assert.Equal(before, await scene.Lab.PictureAsync());
    }

    [Fact]
    public async Task After_a_restart_that_lost_the_rules_the_verification_says_so_and_a_new_plan_makes_them_again()
    {
        await using var scene = await NatPlanScene.BuildAsync(FirewallKind.Nftables, index => $"203.0.113.{index + 1}");
        await scene.RunAsync("plan", "nat", "-o", scene.PlanFile);
        var applied = await scene.RunAsync("apply", scene.PlanFile, "--yes");
        Assert.True(applied.Code == 0, applied.Output);
        await scene.Lab.Node.OutputAsync("nft", "flush", "ruleset");

        var verified = await scene.RunAsync("verify", scene.PlanFile);
        Assert.Equal(1, verified.Code);
        Assert.Contains("our table on nftables on this node is not there", verified.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await scene.RunAsync("plan", "nat", "-o", scene.PlanFile)).Code);
        Assert.Equal(0, (await scene.RunAsync("apply", scene.PlanFile, "--yes")).Code);
    }
}
