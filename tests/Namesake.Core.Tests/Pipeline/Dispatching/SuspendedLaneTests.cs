using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>An operator closes a lane: nothing leaves by it, whatever kind of route it is, until it is opened or its time is over.</summary>
public sealed class SuspendedLaneTests
{
    [Theory]
    [InlineData(RouteIdentity.Public)]
    [InlineData(RouteIdentity.Internal)]
    public async Task Mail_of_a_suspended_lane_waits_and_goes_when_it_is_resumed(RouteIdentity identity)
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", identity);
        await SuspendAsync(world, sink, null);
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        Assert.Empty(sink.Arrivals);

        foreach (var lane in Lanes(world, sink))
            Assert.NotNull(await world.Dispatcher.ResumeAsync(lane.Source, lane.Site, "ann").WaitAsync(TimeSpan.FromSeconds(60)));

        await world.UntilAsync(() => sink.Arrivals.Count == 1);
        Assert.Null(await world.Dispatcher.ResumeAsync(new SourceId("a"), world.SiteOf(sink), "ann").WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Mail_goes_by_the_brands_other_source()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        await world.Dispatcher.SuspendAsync(new SourceId("a"), world.SiteOf(sink), "complaints", "ann", null);

        for (var i = 0; i < 20; i++)
            await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 20);

        Assert.All(sink.Arrivals, arrival => Assert.Equal("b.acme.test", arrival.Ehlo));
    }

    [Fact]
    public async Task It_ends_by_itself_when_its_time_is_over()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        await SuspendAsync(world, sink, world.Time.GetUtcNow().AddHours(1));
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        Assert.Empty(sink.Arrivals);

        world.Time.Advance(TimeSpan.FromHours(1));

        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
        Assert.Empty(world.Dispatcher.Suspensions);
    }

    [Fact]
    public async Task A_restart_opens_nothing_that_an_operator_has_closed()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var since = world.Time.GetUtcNow();
        await SuspendAsync(world, sink, null);
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        await world.StopAsync();
        await world.OpenAsync();

        var kept = world.Dispatcher.SuspensionOf(Lanes(world, sink)[0]);
        Assert.Equal(("complaints", "ann", since, null), (kept!.Reason, kept.By, kept.Since, kept.Until));
        var other = world.Receive("other.test");
        await world.AcceptAsync("bob@other.test,carl@sink.test");
        await world.UntilAsync(() => other.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
        Assert.Empty(sink.Arrivals);
    }

    [Fact]
    public async Task What_ended_while_the_relay_was_down_is_open_and_forgotten()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        await SuspendAsync(world, sink, world.Time.GetUtcNow().AddHours(1));
        await world.StopAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.OpenAsync();

        await world.AcceptAsync("bob@sink.test");

        await world.UntilAsync(() => sink.Arrivals.Count == 1);
        Assert.DoesNotContain((await ((IIdentityStore)world.View).LoadAsync(CancellationToken.None)).Keys, key => key.StartsWith("suspension:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_under_way_comes_to_its_end_and_the_next_is_not_begun()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", connections: 1);
        var suspending = Task.CompletedTask;
        sink.Says = (_, command) =>
        {
            if (command.StartsWith("DATA", StringComparison.Ordinal))
                suspending = SuspendAsync(world, sink, null);
            return null;
        };
        await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 1);
        await suspending.WaitAsync(TimeSpan.FromSeconds(60));

        await world.AcceptAsync("carl@sink.test");
        await world.IdleAsync();

        Assert.Single(sink.Arrivals);
        Assert.Single(await world.MessagesAsync());
    }

    [Fact]
    public async Task Its_hold_names_who_and_why_and_what_opens_it_and_tells_senders_neither()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var lane = Lanes(world, sink)[0];

        var hold = (await world.Dispatcher.SuspendAsync(lane.Source, lane.Site, "complaints", "ann", world.Time.GetUtcNow().AddHours(1))).ToHold(lane.Source);

        Assert.Equal($"suspended by ann: complaints; ends by itself at 2026-08-01 13:00 UTC, or sooner with `namesake lanes resume a {lane.Site}`", hold.Describe());
        Assert.DoesNotContain("ann", hold.ToSender(), StringComparison.Ordinal);
        Assert.DoesNotContain("complaints", hold.ToSender(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_site_gets_nothing_by_whatever_source_not_by_one_that_comes_later_and_not_after_a_restart()
    {
        await using var world = await World.StartAsync();
        var (sink, other) = (world.Receive("sink.test"), world.Receive("other.test"));
        await world.Dispatcher.SuspendAsync(null, world.SiteOf(sink), "they asked us to stop", "ann", null);
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        var acme = world.Model.Brands.All[0];
        world.Model = world.Model with
        {
            Sources = new SourceDirectory([.. world.Model.Sources.All, World.SourceAt("c", "127.0.0.7")]),
            Brands = new BrandDirectory([acme with { Sources = [new SourceId("c")] }]),
        };
        world.Dispatcher.Replan();
        await world.AcceptAsync("carl@sink.test");
        await world.AcceptAsync("dora@other.test");
        await world.UntilAsync(() => other.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
        await world.StopAsync();
        await world.OpenAsync();
        await world.AcceptAsync("erik@other.test");
        await world.UntilAsync(() => other.Arrivals.Count == 2, TimeSpan.FromSeconds(1));
        await world.IdleAsync();

        Assert.Empty(sink.Arrivals);
        Assert.Equal(2, (await world.MessagesAsync()).Length);
        Assert.NotNull(await world.Dispatcher.ResumeAsync(null, world.SiteOf(sink), "ann"));
        await world.UntilAsync(() => sink.Arrivals.Count == 2, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_lane_suspended_by_itself_stays_so_when_its_site_is_resumed()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        await world.Dispatcher.SuspendAsync(null, world.SiteOf(sink), "they asked us to stop", "ann", null);
        await world.Dispatcher.SuspendAsync(new SourceId("a"), world.SiteOf(sink), "complaints", "ann", null);
        for (var i = 0; i < 20; i++)
            await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        await world.Dispatcher.ResumeAsync(null, world.SiteOf(sink), "ann");

        await world.UntilAsync(() => sink.Arrivals.Count == 20, TimeSpan.FromSeconds(1));
        Assert.All(sink.Arrivals, arrival => Assert.Equal("b.acme.test", arrival.Ehlo));
    }

    [Fact]
    public async Task The_hold_of_a_site_says_that_it_is_the_site()
    {
        await using var world = await World.StartAsync();
        var site = world.SiteOf(world.Receive("sink.test"));

        var hold = (await world.Dispatcher.SuspendAsync(null, site, "they asked us to stop", "ann", null)).ToHold(new SourceId("a"));

        Assert.Equal($"suspended towards {site}, as every source is, by ann: they asked us to stop; ends with `namesake sites resume {site}`", hold.Describe());
        Assert.DoesNotContain("ann", hold.ToSender(), StringComparison.Ordinal);
    }

    private static LaneKey[] Lanes(World world, Receiver sink) => [new(new SourceId("a"), world.SiteOf(sink)), new(new SourceId("b"), world.SiteOf(sink))];

    private static async Task SuspendAsync(World world, Receiver sink, DateTimeOffset? until)
    {
        foreach (var lane in Lanes(world, sink))
            await world.Dispatcher.SuspendAsync(lane.Source, lane.Site, "complaints", "ann", until);
    }
}
