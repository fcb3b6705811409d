using Namesake.Configuration;
using Namesake.Core.Sources;

namespace Namesake.Tests.Configuration;

/// <summary>How a new source begins, and how many connections there are in all, as they are written.</summary>
public sealed class WarmUpTests
{
    [Fact]
    public void A_ramp_may_be_written_out_or_only_begun()
    {
        Assert.Equal(new WarmUp(new DateOnly(2026, 12, 1), [50, 100]), Ramp("{ from: 2026-12-01, perDay: [50, 100] }"));
        Assert.Equal(WarmUp.Usual, Ramp("{ from: 2026-12-01 }")!.PerDay);
        Assert.Equal(new WarmUp(new DateOnly(2026, 12, 1), [7]), Ramp("{ from: 2026-12-01, perDay: 7 }"));
        Assert.Null(ConfigurationText.Good(ConfigurationText.Small).Relay.Sources.All[0].WarmUp);
    }

    [Fact]
    public void Its_days_are_counted_from_the_first()
    {
        var ramp = new WarmUp(new DateOnly(2026, 12, 1), [50, 100]);
        Assert.Equal([0, 50, 100, null, null], Enumerable.Range(-1, 5).Select(day => ramp.LimitOn(ramp.From.AddDays(day))));
        Assert.Equal(new DateOnly(2026, 12, 3), ramp.Ends);
    }

    [Theory]
    [InlineData("{ perDay: [50] }", "sources.warmUp: from: is missing")]
    [InlineData("{ from: tomorrow }", "is no day")]
    [InlineData("{ from: 2026-12-01, perDay: [] }", "at least 1 is needed")]
    [InlineData("{ from: 2026-12-01, perDay: [0] }", "out of range: 1 to 100,000,000")]
    [InlineData("{ from: 2026-12-01, perDays: [5] }", "did you mean")]
    public void What_is_wrong_with_a_ramp_is_told(string ramp, string expected) =>
        Assert.Contains(ConfigurationText.Read(With(ramp)).Problems.Where(problem => problem.IsError), problem => problem.ToString().Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void A_changed_ramp_takes_effect_at_once_and_an_equal_one_is_no_change()
    {
        var before = ConfigurationText.Good(With("{ from: 2026-12-01, perDay: [50, 100] }"));
        Assert.Empty(ReloadPlan.Between(before, ConfigurationText.Good(With("{ from: 2026-12-01, perDay: [50, 100] }"))).Live);

        var plan = ReloadPlan.Between(before, ConfigurationText.Good(With("{ from: 2026-12-01, perDay: [50, 200] }")));

        Assert.Contains("warmUp", Assert.Single(plan.Live).Path, StringComparison.Ordinal);
        Assert.Empty(plan.NeedsRestart);
    }

    [Fact]
    public void The_nodes_sessions_are_bounded_and_another_bound_waits_for_a_restart()
    {
        var before = ConfigurationText.Good(ConfigurationText.Small);
        Assert.Equal(1_000, before.Delivery.Dispatcher.Sessions);

        var plan = ReloadPlan.Between(before, ConfigurationText.Good(ConfigurationText.Small + "\ndelivery: { sessions: 20 }\n"));

        Assert.Equal("delivery: sessions", Assert.Single(plan.NeedsRestart).Path);
    }

    private static WarmUp? Ramp(string ramp) => ConfigurationText.Good(With(ramp)).Relay.Sources.All[0].WarmUp;

    private static string With(string ramp) => ConfigurationText.Small.Replace("ehlo: ", $"warmUp: {ramp}, ehlo: ", StringComparison.Ordinal);
}
