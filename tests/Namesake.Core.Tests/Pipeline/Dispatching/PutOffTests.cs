using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>What is held, suspended or resting costs a look for due mail nothing, and is found again when it may move.</summary>
public sealed class PutOffTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    public async Task A_look_costs_the_same_whether_ten_thousand_queues_are_held_or_none(int held)
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        await FillAsync(world, held);
        await SettledAsync(world);
        var before = world.Spool.Cost;
        Assert.Equal(held, before.Written);

        await LookAsync(world, 10);

        Assert.Equal((before.Looks + 10, before.Rows, before.Written), world.Spool.Cost);
    }

    [Fact]
    public async Task A_suspended_lane_is_not_read_again_and_goes_on_when_it_is_resumed()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var lanes = new[] { "a", "b" }.Select(source => new LaneKey(new SourceId(source), world.SiteOf(sink))).ToList();
        foreach (var lane in lanes)
            await world.Dispatcher.SuspendAsync(lane.Source, lane.Site, "complaints", "ann", null);
        for (var i = 0; i < 20; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.IdleAsync();
        await SettledAsync(world);
        var before = world.Spool.Cost;
        await LookAsync(world, 5);
        Assert.Equal((before.Rows, before.Written), (world.Spool.Cost.Rows, world.Spool.Cost.Written));

        await world.Dispatcher.ResumeAsync(lanes[0].Source, lanes[0].Site, "ann");

        // Those of the other lane move there.
        await world.UntilAsync(() => sink.Arrivals.Count == 20, TimeSpan.FromSeconds(1));
        Assert.All(sink.Arrivals, arrival => Assert.Equal("a.acme.test", arrival.Ehlo));
    }

    /// <summary>All of it was tried, and another source of the brand is open: greylisting keeps it where it is for 4 hours.</summary>
    [Fact]
    public async Task What_may_not_move_yet_is_asked_for_once_a_minute_moves_nothing_and_leaves_in_time()
    {
        await using var world = await World.StartAsync();
        var sinks = Enumerable.Range(0, 5).Select(i => world.Receive($"d{i}.test")).ToList();
        world.Standings.Hold("b");
        foreach (var sink in sinks)
            sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
        for (var i = 0; i < 50; i++)
            await world.AcceptAsync($"bob{i}@d{i % 5}.test");
        await world.UntilAsync(async () => world.Dispatcher.InMemory == 0 && (await world.MessagesAsync()).All(message => message.Attempts > 0));
        foreach (var sink in sinks)
        {
            sink.Says = (_, _) => null;
            await world.Dispatcher.SuspendAsync(new SourceId("a"), world.SiteOf(sink), "complaints", "ann", null);
        }

        var asked = world.Spool.MoveCost.Asked;
        world.Standings.Release("b");
        await world.UntilAsync(() => world.Spool.MoveCost.Asked > asked);
        for (var minute = 0; minute < 10; minute++)
        {
            asked = world.Spool.MoveCost.Asked;
            world.Time.Advance(TimeSpan.FromMinutes(1));
            await world.UntilAsync(() => world.Spool.MoveCost.Asked > asked);
        }

        Assert.Equal(0, world.Spool.MoveCost.Moves);
        Assert.Empty(sinks.SelectMany(sink => sink.Arrivals));

        world.Time.Advance(TimeSpan.FromHours(4) - TimeSpan.FromMinutes(10));
        await world.UntilAsync(() => sinks.Sum(sink => sink.Arrivals.Count) == 50, TimeSpan.FromSeconds(10));
        Assert.All(sinks.SelectMany(sink => sink.Arrivals), arrival => Assert.Equal("b.acme.test", arrival.Ehlo));
    }

    [Fact]
    public async Task A_resting_site_is_not_read_again_and_all_its_mail_goes_when_one_message_got_through()
    {
        await using var world = await World.StartAsync(Without("b"));
        var sink = world.Receive("d0.test");
        for (var i = 1; i < 30; i++)
            world.Route($"d{i}.test", sink.EndPoint);
        sink.Says = (_, command) => command == "greeting" ? "421 4.7.0 too many messages, slow down" : null;
        for (var i = 0; i < 30; i++)
            await world.AcceptAsync($"bob@d{i}.test");
        await world.IdleAsync();
        await SettledAsync(world);
        var before = world.Spool.Cost;
        await LookAsync(world, 5);
        Assert.Equal((before.Rows, before.Written), (world.Spool.Cost.Rows, world.Spool.Cost.Written));

        sink.Says = (_, _) => null;

        await world.UntilAsync(() => sink.Arrivals.Count == 30, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_was_put_off_is_found_after_a_restart_in_which_it_was_released()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        await world.AcceptAsync("bob@sink.test");
        await SettledAsync(world);
        await world.StopAsync();
        world.Standings.Release("a");
        world.Standings.Release("b");

        await world.OpenAsync();

        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_spool_that_fails_while_queues_are_put_off_or_taken_up_strands_none()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var random = new Random(3);
        Exception? Sometimes(string operation) => operation is "put off" or "take up" && random.Next(2) == 0 ? new SpoolUnavailableException("the disk is full") : null;
        (world.Spool.Before, world.Spool.After) = (Sometimes, Sometimes);

        for (var i = 0; i < 20; i++)
        {
            world.Standings.Hold("a");
            world.Standings.Hold("b");
            await world.AcceptAsync($"bob{i}@sink.test");
            await LookAsync(world, 2, TimeSpan.FromSeconds(1));
            world.Standings.Release("a");
            world.Standings.Release("b");
        }

        await world.UntilAsync(() => sink.Arrivals.Count == 20, TimeSpan.FromSeconds(1));
    }

    /// <summary>Holds, suspensions and rests come and go in any order while mail comes in: when all of them are over, all of it has left.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_stranded_on_any_walk(int seed)
    {
        await using var world = await World.StartAsync();
        var random = new Random(seed);
        var sinks = new[] { world.Receive("one.test"), world.Receive("two.test") };
        var lanes = sinks.SelectMany(sink => new[] { "a", "b" }.Select(source => new LaneKey(new SourceId(source), world.SiteOf(sink)))).ToList();
        var accepted = 0;
        for (var step = 0; step < 150; step++)
        {
            var (source, lane, sink) = (random.Next(2) == 0 ? "a" : "b", lanes[random.Next(lanes.Count)], sinks[random.Next(2)]);
            switch (random.Next(9))
            {
                case 0:
                    world.Standings.Hold(source);
                    break;
                case 1:
                    world.Standings.Release(source);
                    break;
                case 2:
                    await world.Dispatcher.SuspendAsync(lane.Source, lane.Site, "complaints", "ann", random.Next(2) == 0 ? null : world.Time.GetUtcNow().AddMinutes(1));
                    break;
                case 3:
                    await world.Dispatcher.ResumeAsync(lane.Source, lane.Site, "ann");
                    break;
                case 4:
                    sink.Says = random.Next(2) == 0 ? (_, _) => null : (_, command) => command == "greeting" ? "421 4.7.0 too many messages, slow down" : null;
                    break;
                case 5:
                    world.Time.Advance(TimeSpan.FromSeconds(random.Next(1, 60)));
                    break;
                default:
                    await world.AcceptAsync($"bob{step}@{(random.Next(2) == 0 ? "one" : "two")}.test");
                    accepted++;
                    break;
            }
        }

        foreach (var sink in sinks)
            sink.Says = (_, _) => null;
        foreach (var lane in lanes)
            await world.Dispatcher.ResumeAsync(lane.Source, lane.Site, "ann");
        world.Standings.Release("a");
        world.Standings.Release("b");
        await world.UntilAsync(() => sinks.Sum(sink => sink.Arrivals.Count) >= accepted, TimeSpan.FromSeconds(10));
    }

    private static Func<RelayModel, RelayModel> Without(string source) => model => model with
    {
        Brands = new BrandDirectory(model.Brands.All.Select(brand => brand with { Sources = [.. brand.Sources.Where(id => id.Value != source)] })),
    };

    private static async Task FillAsync(World world, int queues)
    {
        var brand = world.Model.Brands.All[0];
        for (var from = 0; from < queues; from += 100)
        {
            var id = world.Spool.NextId();
            ImmutableArray<NewConsignment> consignments = [.. Enumerable.Range(0, 100).Select(i =>
            {
                var place = world.Dispatcher.Place(brand, id, DomainName.Parse($"d{from + i}.test"), null);
                return new NewConsignment(place.Key, [i], place.Claimed, place.Due);
            })];
            await world.Spool.AcceptAsync(new NewMessage(
                id, new Envelope(brand.Id, Mailbox.Parse("ann@acme.test"), [.. Enumerable.Range(0, 100).Select(i => new EnvelopeRecipient(Mailbox.Parse($"bob@d{from + i}.test"), null))], false),
                consignments, world.Time.GetUtcNow() + brand.Expiry, "10.0.0.9", "Subject: hello\r\n\r\nHello.\r\n"u8.ToArray(), null));
        }
    }

    /// <summary>Until two looks in a row have read nothing.</summary>
    private static async Task SettledAsync(World world)
    {
        for (var quiet = 0; quiet < 2;)
        {
            var before = world.Spool.Cost.Rows;
            await LookAsync(world, 1);
            quiet = world.Spool.Cost.Rows == before ? quiet + 1 : 0;
        }
    }

    /// <param name="step">After a failure the dispatcher pauses, and nobody sees when that begins: time goes on until it looks.</param>
    private static async Task LookAsync(World world, int times, TimeSpan? step = null)
    {
        for (var i = 0; i < times; i++)
        {
            var looks = world.Spool.Cost.Looks;
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await world.UntilAsync(() => world.Spool.Cost.Looks > looks, step);
        }
    }
}
