using Namesake.Configuration;
using Namesake.Core.Receivers;

namespace Namesake.Tests.Configuration;

/// <summary>Limits towards receivers, as they are written.</summary>
public sealed class SiteTests
{
    [Fact]
    public void Sites_are_given_their_limits_and_the_star_stands_for_all()
    {
        var rules = ConfigurationText.Good(ConfigurationText.Small + """

            sites:
              - { sites: [Google.com, "route:10.0.0.9:25"], connections: 3 }
              - { sites: "*", messagesPerConnection: 20, messagesPerMinute: 600, messagesPerMinuteInAll: 900 }
            """).Relay.Sites;
        Assert.Equal(["google.com", "route:10.0.0.9:25"], rules[0].Sites);
        Assert.Equal((3, null, null), (rules[0].Connections, rules[0].MessagesPerConnection, rules[0].MessagesPerMinute));
        Assert.Equal(new SiteLimits { MessagesPerConnection = 20, MessagesPerMinute = 600, MessagesPerMinuteInAll = 900 }, KnownLimits.For(new SiteId("other.test"), rules));
        Assert.Equal(3, KnownLimits.For(new SiteId("google.com"), rules).Connections);
    }

    [Theory]
    [InlineData("{ connections: 3 }", "sites: sites: is missing")]
    [InlineData("{ sites: [a.test] }", "sites: says no limit")]
    [InlineData("{ sites: [a.test, a.test], connections: 3 }", "sites: the site a.test stands here a second time")]
    [InlineData("{ sites: [a.test, \"*\"], connections: 3 }", "swallows the others beside it")]
    [InlineData("{ sites: [\"*.a.test\"], connections: 3 }", "is no site: a star stands alone")]
    [InlineData("{ sites: [\"a test\"], connections: 3 }", "is no site")]
    [InlineData("{ sites: [a.test], connections: 0 }", "sites: connections: \"0\" is out of range: 1 to 10,000")]
    [InlineData("{ sites: [a.test], messagesPerMinuet: 3 }", "did you mean", "says no limit")]
    public void What_is_wrong_with_an_entry_is_told(string entry, string expected, string? alsoTold = null)
    {
        var errors = ConfigurationText.Read($"{ConfigurationText.Small}\nsites:\n  - {entry}\n").Problems.Where(problem => problem.IsError).Select(problem => problem.ToString()).ToList();
        Assert.Contains(errors, error => error.Contains(expected, StringComparison.Ordinal));
        Assert.True(errors.Count == (alsoTold is null ? 1 : 2) || expected.Contains("out of range", StringComparison.Ordinal), string.Join('\n', errors));
    }

    [Fact]
    public void Changed_limits_take_effect_at_once()
    {
        var before = ConfigurationText.Good(ConfigurationText.Small);
        var after = ConfigurationText.Good(ConfigurationText.Small + "\nsites:\n  - { sites: [google.com], connections: 3 }\n");
        var plan = ReloadPlan.Between(before, after);
        Assert.Contains(plan.Live, change => change.Path == "sites");
        Assert.Empty(plan.NeedsRestart);
        Assert.Single(plan.Effective.Relay.Sites);
    }
}
