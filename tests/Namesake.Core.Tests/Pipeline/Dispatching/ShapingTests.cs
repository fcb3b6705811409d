using System.Text.Json;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Limits towards a receiver, with a real spool and real sockets.</summary>
public sealed class ShapingTests
{
    [Fact]
    public async Task A_connection_that_carried_its_share_is_ended_and_another_goes_on()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test", connections: 1);
        Limit(world, sink, messagesPerConnection: 2);

        for (var i = 0; i < 5; i++)
            await world.AcceptAsync($"user{i}@sink.test");
        await world.IdleAsync();

        Assert.Equal(5, sink.Arrivals.Count);
        Assert.Equal(3, sink.Connections);
    }

    [Fact]
    public async Task Above_the_rate_mail_waits_in_the_spool_uncounted_and_goes_when_its_moment_has_come()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        Limit(world, sink, messagesPerMinute: 60);
        var ids = new List<MessageId>();
        for (var i = 0; i < 6; i++)
            ids.Add(await world.AcceptAsync($"user{i}@sink.test"));
        await world.IdleAsync();

        // Two seconds' worth at once; of the others nobody has tried anything.
        Assert.Equal(2, sink.Arrivals.Count);
        foreach (var id in ids.Skip(2))
            Assert.Equal(0, (await world.SummaryAsync(id))!.Attempts);

        var start = world.Time.GetUtcNow();
        await world.UntilAsync(() => sink.Arrivals.Count == 6, TimeSpan.FromMilliseconds(500));
        Assert.True(world.Time.GetUtcNow() - start >= TimeSpan.FromSeconds(4), "four more at one a second take four seconds at least");
    }

    [Fact]
    public async Task Sources_towards_one_site_share_its_rate_and_take_turns()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Model = world.Model with { Sites = [new SiteRule([world.SiteOf(sink).Value], null, null, null, MessagesPerMinuteInAll: 60)] };
        for (var i = 0; i < 40; i++)
            await world.AcceptAsync($"user{i}@sink.test");
        await world.IdleAsync();
        Assert.Equal(2, sink.Arrivals.Count);

        var start = world.Time.GetUtcNow();
        await world.UntilAsync(() => sink.Arrivals.Count >= 22, TimeSpan.FromMilliseconds(500));
        // Of the first second a part may have gone by before.
        Assert.True(world.Time.GetUtcNow() - start >= TimeSpan.FromSeconds(19), "twenty more at one a second take nineteen seconds at least");
        Assert.All(sink.Arrivals.Skip(2).GroupBy(arrival => arrival.Ehlo), source => Assert.InRange(source.Count(), 5, 15));
        Assert.Equal(2, sink.Arrivals.Select(arrival => arrival.Ehlo).Distinct().Count());
    }

    [Fact]
    public async Task Twenty_sources_with_mail_for_one_receiver_do_not_meet_it_with_a_hundred_connections()
    {
        await using var world = await World.StartAsync(model =>
        {
            var sources = Enumerable.Range(0, 20).Select(i => World.SourceAt($"s{i}", $"127.0.0.{50 + i}")).ToArray();
            return model with
            {
                Sources = new SourceDirectory([.. sources]),
                Brands = new BrandDirectory([model.Brands.All[0] with { Sources = [.. sources.Select(source => source.Id)] }]),
            };
        });
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command == "greeting" ? ReceiverSession.Silence : null;
        for (var i = 0; i < 200; i++)
            await world.AcceptAsync($"user{i}@sink.test");

        // Ten, and one of each source that had none among them.
        await world.UntilAsync(() => sink.Open == world.Dispatcher.Slots.Taken && world.Dispatcher.Lanes.Count(lane => lane.Sessions > 0) == 20);
        Assert.InRange(sink.Connections, 20, 19 + ConnectionRamp.FirstInAll);

        sink.Says = (_, _) => null;
        sink.HangUp("421 4.3.2 restarting");
        await world.UntilAsync(() => sink.Arrivals.Count == 200, TimeSpan.FromSeconds(1));
        Assert.Equal(20, sink.Arrivals.Select(arrival => arrival.Ehlo).Distinct().Count());
    }

    [Fact]
    public async Task A_greylisted_recipient_is_tried_again_from_the_same_address_under_the_same_name_and_the_lane_goes_on()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT TO:<grey", StringComparison.Ordinal) ? "450 4.2.0 <grey@sink.test>: Recipient address rejected: Greylisted, see the postmaster's page" : null;
        var id = await world.AcceptAsync("grey@sink.test");
        await world.IdleAsync();
        var before = Assert.Single(await EventsAsync(world, id));
        Assert.DoesNotContain(world.Dispatcher.Lanes, lane => lane.IsResting);

        sink.Says = (_, _) => null;
        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
        await world.IdleAsync();

        var events = await EventsAsync(world, id);
        Assert.Equal(2, events.Count);
        Assert.All(events, told => Assert.Equal((before.Source, before.Local, before.Ehlo), (told.Source, told.Local, told.Ehlo)));
    }

    [Theory]
    [InlineData("MAIL", "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation", "address-deferred-microsoft: ", 600)]
    [InlineData("greeting", "421 4.7.0 too many connections from 192.0.2.1", "too-many-connections: ", 30)]
    public async Task A_receiver_that_asks_for_less_is_left_alone_and_no_other_is(string at, string reply, string reason, int seconds)
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var (sink, other) = (world.Receive("sink.test"), world.Receive("other.test"));
        sink.Says = (_, command) => command.StartsWith(at, StringComparison.Ordinal) ? reply : null;

        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        await world.AcceptAsync("carl@other.test");
        await world.IdleAsync();

        Assert.Single(other.Arrivals);
        var resting = Assert.Single(world.Dispatcher.Lanes, lane => lane.IsResting);
        Assert.Equal(world.SiteOf(sink), resting.Key.Site);
        Assert.StartsWith(reason, resting.Backoff!.Reason, StringComparison.Ordinal);
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds), resting.Backoff.Until);
    }

    private static async Task<List<(string? Source, string? Local, string? Ehlo)>> EventsAsync(World world, MessageId id)
    {
        var details = await world.View.MessageAsync(id, CancellationToken.None);
        return [.. details!.Events.Select(text =>
        {
            using var told = JsonDocument.Parse(text);
            // The port is the kernel's choice.
            return (Text(told, "source"), Text(told, "local")?.Split(':')[0], Text(told, "ehlo"));
        })];

        static string? Text(JsonDocument told, string name) => told.RootElement.GetProperty(name).GetString();
    }

    private static void Limit(World world, Receiver sink, int? messagesPerConnection = null, int? messagesPerMinute = null) =>
        world.Model = world.Model with { Sites = [new SiteRule([world.SiteOf(sink).Value], null, messagesPerConnection, messagesPerMinute)] };
}
