using Namesake.Configuration;
using Namesake.Core.Suppression;

namespace Namesake.Tests.Configuration;

/// <summary>When a brand's list is fed by receivers, as it is written.</summary>
public sealed class SuppressionTests
{
    [Fact]
    public void It_is_off_until_a_brand_wants_it_and_every_number_can_be_another()
    {
        Assert.Equal(new SuppressionRules(), ConfigurationText.Good(ConfigurationText.Small).Relay.Brands.All[0].Suppression);
        Assert.Equal(SuppressionMode.Off, new SuppressionRules().Mode);
        Assert.Equal(new SuppressionRules { Mode = SuppressionMode.On }, Rules("{ mode: on }"));
        Assert.Equal(new SuppressionRules { Mode = SuppressionMode.On, Refusals = 3, Within = TimeSpan.FromDays(60), Apart = TimeSpan.FromHours(1), Lifetime = TimeSpan.FromDays(90) },
            Rules("{ mode: on, refusals: 3, within: 60d, apart: 1h, lifetime: 90d }"));
    }

    [Theory]
    [InlineData("{ mode: perhaps }", "mode")]
    [InlineData("{ refusals: 0 }", "out of range")]
    [InlineData("{ within: 91d }", "within")]
    [InlineData("{ within: 1d, apart: 2d }", "apart (2d) must be shorter than within (1d)")]
    [InlineData("{ lifetime: 1m }", "lifetime")]
    [InlineData("{ after: 3 }", "is no key we know")]
    public void What_is_wrong_is_told(string rules, string expected) =>
        Assert.Contains(ConfigurationText.Read(With(rules)).Problems.Where(problem => problem.IsError), problem => problem.ToString().Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Another_rule_takes_effect_at_once()
    {
        var plan = ReloadPlan.Between(ConfigurationText.Good(ConfigurationText.Small), ConfigurationText.Good(With("{ mode: on }")));

        Assert.Contains("suppression", Assert.Single(plan.Live).Path, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(plan.NeedsRestart);
    }

    private static SuppressionRules Rules(string rules) => ConfigurationText.Good(With(rules)).Relay.Brands.All[0].Suppression;

    private static string With(string rules) => ConfigurationText.Small.Replace("sources: [acme-v4] }", $"sources: [acme-v4], suppression: {rules} }}", StringComparison.Ordinal);
}
