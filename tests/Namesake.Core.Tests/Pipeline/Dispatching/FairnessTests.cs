using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

public sealed class FairnessTests
{
    private static readonly Brand Small = new() { Id = new BrandId("small"), SenderDomains = [DomainName.Parse("small.test")], Sources = [new SourceId("a")] };

    [Fact]
    public async Task A_brand_that_fills_its_share_of_memory_does_not_send_anothers_fresh_mail_to_wait()
    {
        await using var world = await World.StartAsync(
            model => model with { Brands = new BrandDirectory([.. model.Brands.All, Small]) }, new DispatcherOptions { Window = 10 });
        var sink = world.Receive("sink.test", connections: 1);
        sink.Says = (_, command) => command == "." ? ReceiverSession.Silence : null;
        for (var i = 0; i < 30; i++)
            await world.AcceptAsync($"ann{i}@sink.test");

        Assert.Equal(8, world.Dispatcher.InMemory);
        Assert.False(Place(world, world.Model.Brands.All[0]).Claimed);
        Assert.True(Place(world, Small).Claimed);
    }

    [Fact]
    public async Task Three_hundred_due_queues_of_one_brand_leave_room_and_all_are_sent()
    {
        await using var world = await World.StartAsync(options: new DispatcherOptions { Window = 10 });
        var sink = world.Receive("sink.test", connections: 1);
        var domains = Enumerable.Range(0, 300).Select(i => $"d{i}.test").ToList();
        foreach (var domain in domains)
            world.Route(domain, sink.EndPoint, connections: 1);
        foreach (var domain in domains)
        {
            await world.AcceptAsync($"ann@{domain}");
            Assert.InRange(world.Dispatcher.InMemory, 0, 8);
        }

        await world.UntilAsync(() => sink.Arrivals.Count >= 300, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task All_lanes_together_never_have_more_sessions_than_the_node_may_and_every_one_is_served()
    {
        await using var world = await World.StartAsync(options: new DispatcherOptions { Sessions = 2 });
        var (most, sinks) = (0, Enumerable.Range(0, 6).Select(i => world.Receive($"d{i}.test")).ToList());
        foreach (var sink in sinks)
            sink.Says = (_, _) =>
            {
                InterlockedMax(ref most, world.Dispatcher.Slots.Taken);
                return null;
            };
        for (var i = 0; i < 60; i++)
            await world.AcceptAsync($"bob{i}@d{i % 6}.test");

        await world.UntilAsync(() => sinks.Sum(sink => sink.Arrivals.Count) == 60, TimeSpan.FromMilliseconds(100));

        Assert.All(sinks, sink => Assert.Equal(10, sink.Arrivals.Count));
        Assert.Equal(2, most);
        Assert.Equal(0, world.Dispatcher.Slots.Waiting);
    }

    [Fact]
    public async Task Sources_towards_one_site_have_no_more_sessions_together_than_it_allows()
    {
        await using var world = await World.StartAsync();
        var (most, sink) = (0, world.Receive("sink.test"));
        world.Model = world.Model with { Sites = [new SiteRule([world.SiteOf(sink).Value], null, null, null, ConnectionsInAll: 3)] };
        sink.Says = (_, _) =>
        {
            InterlockedMax(ref most, world.Dispatcher.Slots.Taken);
            return null;
        };
        for (var i = 0; i < 60; i++)
            await world.AcceptAsync($"bob{i}@sink.test");

        await world.UntilAsync(() => sink.Arrivals.Count == 60, TimeSpan.FromMilliseconds(100));

        Assert.Equal(2, sink.Arrivals.Select(arrival => arrival.Ehlo).Distinct().Count());
        Assert.InRange(most, 1, 3);
    }

    private static void InterlockedMax(ref int most, int seen)
    {
        int known;
        while ((known = Volatile.Read(ref most)) < seen && Interlocked.CompareExchange(ref most, seen, known) != known)
        {
        }
    }

    private static Placement Place(World world, Brand brand) => world.Dispatcher.Place(brand, MessageId.At(world.Time.GetUtcNow()), DomainName.Parse("sink.test"), null);
}
