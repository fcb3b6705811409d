using System.Net;
using System.Net.Sockets;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A brand with a source of each family, and a receiver that has addresses of both: where nobody answers over one, mail goes by the other.</summary>
public sealed class DualStackTests : IDisposable
{
    private readonly Socket _silent = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);

    public void Dispose() => _silent.Dispose();

    private static readonly SourceId V4 = new("a"), V6 = new("b");

    [Fact]
    public async Task Mail_that_nobody_answers_over_IPv6_goes_over_IPv4_at_once()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        await KnowWayAsync(world, sink);
        Assert.Contains(V6, Placed(world));

        for (var i = 0; i < 20; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 21, TimeSpan.FromSeconds(1));

        Assert.All(sink.Arrivals, arrival => Assert.Equal("a.acme.test", arrival.Ehlo));
    }

    [Fact]
    public async Task IPv6_is_tried_again_when_its_silence_is_forgotten()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        await KnowWayAsync(world, sink);
        // Twice silent, with a rest between: until its rest is forgotten nothing goes there.
        for (var minutes = 0; minutes < 10; minutes++)
        {
            for (var i = 0; i < 20; i++)
                await world.AcceptAsync("bob@sink.test");
            await world.UntilAsync(async () => (await world.MessagesAsync()).IsEmpty, TimeSpan.FromSeconds(1));
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.DoesNotContain(V6, Placed(world));
        // Mail comes in all the time: its way stays known.
        for (var minutes = 0; !Placed(world).Contains(V6); minutes += 5)
        {
            Assert.True(minutes < 120);
            world.Time.Advance(TimeSpan.FromMinutes(5));
            await world.AcceptAsync("bob@sink.test");
            await world.UntilAsync(async () => (await world.MessagesAsync()).IsEmpty, TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Mail_a_receiver_has_seen_over_IPv6_keeps_its_address_for_4_hours_and_goes_over_IPv4_then()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        await KnowWayAsync(world, sink);
        await using (var greylisting = await ListenAsync(world, sink))
        {
            greylisting.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
            for (var i = 0; greylisting.Connections == 0; i++)
            {
                Assert.True(i < 100);
                await world.AcceptAsync("bob@sink.test");
                await world.IdleAsync();
            }
        }

        var waiting = Assert.Single(await world.MessagesAsync());
        Assert.Equal((V6, 1), (waiting.Source, waiting.Attempts));
        var (before, since) = (sink.Arrivals.Count, world.Time.GetUtcNow());
        await world.UntilAsync(() => sink.Arrivals.Count == before + 1, TimeSpan.FromMinutes(1));

        Assert.True(world.Time.GetUtcNow() - since >= TimeSpan.FromHours(4) - TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_receiver_that_answers_over_IPv6_again_is_silent_no_more_whatever_it_says()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        await KnowWayAsync(world, sink);
        world.Standings.Hold("a");
        await world.AcceptAsync("bob@sink.test");
        var lane = new LaneKey(V6, new SiteId($"route:both.test:{sink.EndPoint.Port}"));
        await world.UntilAsync(() => world.Dispatcher.Lanes.Any(one => one.Key == lane && one.RestingDestinations().Any(rest => rest.Backoff.Failures >= 2)), TimeSpan.FromSeconds(1));

        await using var greylisting = await ListenAsync(world, sink);
        greylisting.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
        await world.UntilAsync(() => greylisting.Connections > 0, TimeSpan.FromSeconds(1));
        await world.IdleAsync();
        world.Standings.Release("a");

        Assert.Contains(V6, Placed(world));
    }

    [Fact]
    public async Task Sources_of_one_family_leave_a_dead_receivers_mail_where_it_is()
    {
        await using var world = await World.StartAsync(); // both IPv4
        var sink = world.Receive("sink.test");
        await sink.DisposeAsync();
        var id = await world.AcceptAsync("bob@sink.test");
        var source = (await world.SummaryAsync(id))!.Source;

        await world.UntilAsync(async () => (await world.SummaryAsync(id))!.Attempts >= 3, TimeSpan.FromSeconds(5));

        Assert.Equal((source, 0), ((await world.SummaryAsync(id))!.Source, world.Spool.Moves));
    }

    [Fact]
    public async Task What_waits_in_the_spool_for_a_silent_family_goes_by_the_other_as_well()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        await KnowWayAsync(world, sink);
        world.Standings.Hold("a");
        for (var i = 0; i < 30; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => world.Dispatcher.Lanes.Any(lane => lane.Key.Source == V6 && lane.RestingDestinations().Any(rest => rest.Backoff.Failures >= 2)), TimeSpan.FromSeconds(1));
        await world.IdleAsync();
        var tried = (await world.MessagesAsync()).Count(message => message.LastReply is not null);
        Assert.InRange(tried, 1, 10);

        world.Standings.Release("a");
        await world.AcceptAsync("carl@sink.test");

        await world.UntilAsync(async () => (await world.MessagesAsync()).All(message => message.LastReply is not null), TimeSpan.FromSeconds(1));
        Assert.InRange(sink.Arrivals.Count, 32 - tried, 32);
    }

    [Fact]
    public async Task Mail_for_a_receiver_that_is_dead_over_both_does_not_go_to_and_fro()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        await KnowWayAsync(world, sink);
        await sink.DisposeAsync();
        var id = await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        await world.UntilAsync(async () => (await world.SummaryAsync(id))!.Attempts >= 4, TimeSpan.FromSeconds(5));

        Assert.InRange(world.Spool.Moves, 0, 3); // a family that was silent once is tried again after its rest
    }

    [Fact]
    public async Task The_message_that_met_the_silence_waits_for_no_look_at_its_queue()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        await KnowWayAsync(world, sink);
        var since = world.Time.GetUtcNow();

        for (var i = 0; i < 20; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 21, TimeSpan.FromMilliseconds(10));

        Assert.True(world.Time.GetUtcNow() - since < TimeSpan.FromSeconds(14)); // the silent family's rest is 15 s
    }

    [Fact]
    public async Task A_brand_without_a_source_of_the_other_family_goes_on_trying()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        world.Standings.Hold("a");
        var id = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(async () => (await world.SummaryAsync(id))!.Attempts > 0, TimeSpan.FromSeconds(1));
        await world.IdleAsync();
        Assert.Equal(V6, (await world.SummaryAsync(id))!.Source);

        // Tried mail keeps its source for 4 hours, whatever it met.
        world.Standings.Release("a");
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_brand_whose_IPv4_source_is_held_has_new_receivers_tried_over_IPv6_and_waits_where_there_is_none()
    {
        await using var world = await StartAsync();
        var sink = Receive(world);
        await using var overV6 = await ListenAsync(world, sink);
        world.Standings.Hold("a");
        await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => overV6.Arrivals.Count == 1, TimeSpan.FromSeconds(1));

        await world.AcceptAsync("bob@elsewhere.test"); // it has an IPv4 address only
        await world.IdleAsync();
        Assert.Empty(sink.Arrivals);
        world.Standings.Release("a");
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_family_that_reaches_only_hosts_that_step_in_is_left_to_those_who_have_no_other()
    {
        var route = new Reachable(new SiteId("sink.test"), "hosts",
            [new NextHop("best.sink.test", IPAddress.Parse("192.0.2.1"), 25, 10), new NextHop("backup.test", IPAddress.Parse("2001:db8::1"), 25, 20), new NextHop("backup.test", IPAddress.Parse("192.0.2.2"), 25, 20)],
            RouteIdentity.Public, 10, "MX", DateTimeOffset.MaxValue) { BestPreference = 10 };

        Assert.Equal((true, false), (route.HasBestBy(AddressFamily.InterNetwork), route.HasBestBy(AddressFamily.InterNetworkV6)));
        Assert.True(route.HasFamily(AddressFamily.InterNetworkV6));
        Assert.Equal([true, false, false], route.Hops.Select(route.IsBest));
    }

    private static Task<World> StartAsync() => World.StartAsync(model => model with { Sources = new SourceDirectory([World.SourceAt("a", "127.0.0.5"), World.SourceAt("b", "::1")]) });

    /// <summary>A receiver that answers over IPv4 and has an IPv6 address at which nobody listens.</summary>
    private Receiver Receive(World world)
    {
        var sink = world.Receive("elsewhere.test");
        // Bound and not listening: refused, and nobody else's meanwhile.
        _silent.Bind(new IPEndPoint(IPAddress.IPv6Loopback, sink.EndPoint.Port));
        world.Dns.Addresses["both.test"] = [IPAddress.Loopback, IPAddress.IPv6Loopback];
        world.Model = world.Model with { Routes = [.. world.Model.Routes, new RouteModel([DomainName.Parse("sink.test")], [], "both.test", sink.EndPoint.Port, RouteIdentity.Public, 10)] };
        return sink;
    }

    private async Task<Receiver> ListenAsync(World world, Receiver sink)
    {
        _silent.Dispose();
        Receiver? found = null;
        await world.UntilAsync(() =>
        {
            try
            {
                found = new Receiver(new IPEndPoint(IPAddress.IPv6Loopback, sink.EndPoint.Port));
            }
            catch (SocketException)
            {
                // The port is let go in a moment.
            }

            return found is not null;
        });
        return found!;
    }

    /// <summary>Until the receiver's addresses are known mail goes over IPv4.</summary>
    private static async Task KnowWayAsync(World world, Receiver sink)
    {
        await world.AcceptAsync("first@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 1);
        await world.IdleAsync();
    }

    /// <summary>Sources that new messages would go by.</summary>
    private static HashSet<SourceId> Placed(World world) =>
        [.. Enumerable.Range(1, 50).Select(i => world.Dispatcher.Place(world.Model.Brands.All[0], new MessageId(MessageId.At(world.Time.GetUtcNow()).Value + i), DomainName.Parse("sink.test"), null).Key.Source)];
}
