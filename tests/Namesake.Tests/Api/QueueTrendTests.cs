using Namesake.Web.Alarms;

namespace Namesake.Tests.Api;

public sealed class QueueTrendTests
{
    private readonly QueueTrend _trend = new();
    private DateTimeOffset _now = new(2026, 8, 3, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_long_queue_that_grows_is_an_alarm_until_it_shrinks()
    {
        Assert.False(After(0, 5000));
        Assert.False(After(5, 10_000)); // not above
        Assert.True(After(5, 10_001));
        Assert.True(After(5, 20_000));
        Assert.True(After(10, 20_000)); // no longer than 15 minutes ago, and no shorter
        Assert.False(After(5, 19_000));
    }

    [Fact]
    public void It_does_not_come_and_go_around_the_limit()
    {
        Assert.False(After(0, 5000));
        Assert.True(After(5, 10_500));
        Assert.True(After(1, 9500));
        Assert.True(After(1, 8001));
        Assert.False(After(1, 8000));
        Assert.False(After(1, 9500));
    }

    [Fact]
    public void A_long_queue_that_stands_still_is_none()
    {
        Assert.False(After(0, 50_000));
        for (var i = 0; i < 10; i++)
            Assert.False(After(5, 50_000));
    }

    [Fact]
    public void Zero_switches_it_off()
    {
        Assert.False(_trend.Grows(1, 0, _now));
        Assert.False(_trend.Grows(1_000_000, 0, _now.AddMinutes(1)));
    }

    private bool After(int minutes, long waiting) => _trend.Grows(waiting, 10_000, _now = _now.AddMinutes(minutes));
}
