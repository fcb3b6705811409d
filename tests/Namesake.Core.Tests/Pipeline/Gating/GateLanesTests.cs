using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;
using Namesake.Core.Tests.Pipeline.Dispatching;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class GateLanesTests
{
    private readonly FakeTimeProvider _time = new();

    private Gate Gate => field ??= new Gate(new PaperStandings(_time), new Suspensions(new MemoryStore(), _time, NullLogger.Instance), new SessionSlots(int.MaxValue), new WarmUps(() => new SourceDirectory([]), _time, NullLogger.Instance), _time);

    [Fact]
    public void A_hundred_thousand_sites_leave_no_lane_behind()
    {
        for (var i = 0; i < 100_000; i++)
        {
            var waybill = Waybills.Of("acme");
            var lane = Gate.LineUp(KeyOf(i), waybill with { Route = waybill.Route with { Limits = new SiteLimits { ConnectionsInAll = 3 } } })!;
            Assert.NotNull(lane.First());
            lane.Ended("mx");
            if (i % 10 == 0)
                lane.Rest("down", null);
            Assert.Null(lane.First());
            Gate.Slots.Release(lane);
        }

        Gate.Prune();
        Assert.Equal((10_000, 0), (Gate.Lanes.Count(), Gate.Slots.Sites));
        _time.Advance(Backoff.First + Backoff.Remembered);
        Gate.Prune();
        Assert.Empty(Gate.Lanes);
    }

    [Fact]
    public async Task A_lane_in_use_stays_whatever_it_is_doing()
    {
        var waiting = Gate.LineUp(KeyOf(1), Waybills.Of("acme"))!;
        var working = Gate.LineUp(KeyOf(2), Waybills.Of("acme"))!;
        working.First();
        var parked = Gate.LineUp(KeyOf(3), Waybills.Of("acme"))!;
        parked.First();
        var idling = parked.NextAsync(new ParkedSession(Waybills.Of("a", "mx").Session)).AsTask();

        _time.Advance(TimeSpan.FromDays(1));
        Gate.Prune();

        Assert.Equal([waiting, working, parked], Gate.Lanes.OrderBy(lane => lane.Key.Site.Value, StringComparer.Ordinal));
        parked.EndIdle(TimeSpan.Zero);
        Assert.Null(await idling);
        parked.Ended("mx");
        Assert.Null(parked.First());
        Gate.Prune();
        Assert.Equal([waiting, working], Gate.Lanes.OrderBy(lane => lane.Key.Site.Value, StringComparer.Ordinal));
    }

    [Fact]
    public void A_retired_lane_takes_nothing_and_another_takes_its_place()
    {
        var lane = Gate.LineUp(KeyOf(1), Waybills.Of("acme"))!;
        lane.First();
        lane.Ended("mx");
        lane.First();
        Assert.True(lane.TryRetire());

        Assert.Null(lane.Enqueue(Waybills.Of("acme"), 10));
        var next = Gate.LineUp(KeyOf(1), Waybills.Of("acme", id: 7));

        Assert.NotSame(lane, next);
        Assert.Equal(7, next!.First()!.Consignment.Message.Value);
        Assert.Same(next, Assert.Single(Gate.Lanes));
    }

    [Fact]
    public void A_site_that_failed_lately_is_still_on_trial()
    {
        var lane = Gate.LineUp(KeyOf(1), Waybills.Of("acme"))!;
        lane.First();
        lane.Rest("down", null);
        lane.First();

        _time.Advance(TimeSpan.FromMinutes(30));
        Gate.Prune();

        Assert.Equal(1, Gate.Allowance(KeyOf(1), "mx", new BrandId("acme"), 50));
    }

    private static LaneKey KeyOf(int site) => new(new SourceId("a"), new SiteId($"site{site}.test"));
}
