using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A plan changes what a source is to the outside: nothing leaves by it until that is decided, and then over new connections.</summary>
public sealed class PlanInHandTests
{
    [Theory]
    [InlineData(RouteIdentity.Public)]
    [InlineData(RouteIdentity.Internal)]
    public async Task Mail_of_a_source_whose_plan_is_in_hand_waits_and_goes_when_it_is_decided(RouteIdentity identity)
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", identity);
        world.Dispatcher.SetUndecided([Plan(world, "a"), Plan(world, "b")]);
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        Assert.Empty(sink.Arrivals);

        world.Dispatcher.SetUndecided([]);

        await world.UntilAsync(() => sink.Arrivals.Count == 1);
    }

    [Fact]
    public async Task Other_sources_of_the_brand_go_on()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Dispatcher.SetUndecided([Plan(world, "a")]);

        for (var i = 0; i < 20; i++)
            await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 20);

        Assert.All(sink.Arrivals, arrival => Assert.Equal("b.acme.test", arrival.Ehlo));
    }

    [Fact]
    public async Task After_a_drain_the_next_message_goes_over_a_new_connection()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        Assert.Equal(1, sink.Open);

        Assert.Equal(1, world.Dispatcher.Drain(new SourceId("a")));
        await world.UntilAsync(() => sink.Open == 0);
        await world.AcceptAsync("carl@sink.test");
        await world.IdleAsync();

        Assert.Equal((2, 2), (sink.Arrivals.Count, sink.Connections));
    }

    [Fact]
    public async Task Draining_one_source_leaves_the_connections_of_another()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        Assert.Equal(0, world.Dispatcher.Drain(new SourceId("b")));
        await world.AcceptAsync("carl@sink.test");
        await world.IdleAsync();

        Assert.Equal((2, 1), (sink.Arrivals.Count, sink.Connections));
    }

    private static UndecidedPlan Plan(World world, string source) => new(new SourceId(source), "nat-20261126-081500-0001", world.Time.GetUtcNow());
}
