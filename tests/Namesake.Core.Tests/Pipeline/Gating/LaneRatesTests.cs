using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class LaneRatesTests
{
    private static readonly LaneKey Lane = new(new SourceId("a"), new SiteId("sink.test"));
    private static readonly SiteLimits Sixty = new() { MessagesPerMinute = 60 };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_lane_without_a_rate_is_not_remembered()
    {
        var rates = new LaneRates(_time);
        Assert.Null(rates.Take(Lane, new SiteLimits()));
        Assert.Null(rates.Available(Lane, new SiteLimits()));
        Assert.Equal(0, rates.Count);
    }

    [Fact]
    public void Each_lane_has_its_own_rate()
    {
        var rates = new LaneRates(_time);
        Assert.Null(rates.Take(Lane, Sixty));
        Assert.Null(rates.Take(Lane, Sixty));
        Assert.Equal(TimeSpan.FromSeconds(1), rates.Take(Lane, Sixty));
        Assert.Null(rates.Take(Lane with { Source = new SourceId("b") }, Sixty));
        Assert.Null(rates.Take(Lane with { Site = new SiteId("other.test") }, Sixty));
    }

    [Fact]
    public void Lanes_towards_one_site_share_its_rate_and_no_other_does()
    {
        var (rates, shared) = (new LaneRates(_time), new SiteLimits { MessagesPerMinuteInAll = 60 });
        var other = Lane with { Source = new SourceId("b") };
        Assert.Equal(2, rates.Available(other, shared));
        Assert.Null(rates.Take(Lane, shared));
        Assert.Null(rates.Take(other, shared));
        Assert.Equal(0, rates.Available(other, shared));
        Assert.Equal(TimeSpan.FromSeconds(1), rates.Take(Lane, shared));
        Assert.Null(rates.Take(Lane with { Site = new SiteId("other.test") }, shared));
        _time.Advance(TimeSpan.FromSeconds(2));
        rates.Prune();
        Assert.Equal(0, rates.Count);
    }

    [Fact]
    public void What_one_of_the_two_rates_refuses_takes_nothing_of_the_other()
    {
        var rates = new LaneRates(_time);
        SiteLimits narrowSite = new() { MessagesPerMinute = 600, MessagesPerMinuteInAll = 60 }, narrowLane = new() { MessagesPerMinute = 60, MessagesPerMinuteInAll = 600 };
        var (first, second) = (Lane, Lane with { Site = new SiteId("other.test") });
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(i < 2, rates.Take(first, narrowSite) is null);
            Assert.Equal(i < 2, rates.Take(second, narrowLane) is null);
        }

        Assert.Equal(18, rates.Available(first, narrowSite with { MessagesPerMinuteInAll = null }));
        Assert.Equal(18, rates.Available(second, narrowLane with { MessagesPerMinute = null }));
        Assert.Equal((0, 0), (rates.Available(first, narrowSite), rates.Available(second, narrowLane)));
    }

    [Fact]
    public void A_lane_that_has_rested_long_enough_is_forgotten_and_no_other()
    {
        var rates = new LaneRates(_time);
        rates.Take(Lane, Sixty);
        rates.Prune();
        Assert.Equal(1, rates.Count);
        _time.Advance(TimeSpan.FromSeconds(2));
        rates.Prune();
        Assert.Equal(0, rates.Count);
    }

    [Fact]
    public void A_new_rate_takes_effect_at_once()
    {
        var rates = new LaneRates(_time);
        while (rates.Take(Lane, Sixty) is null)
        {
            // Until nothing is left of the old rate.
        }

        Assert.Equal(20, rates.Available(Lane, Sixty with { MessagesPerMinute = 600 }));
    }
}
