using Namesake.Core.Receivers;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Without its lease nothing leaves a source (FB-08), and its mail is left to whoever holds it.</summary>
public sealed class LeasedSourceTests
{
    [Theory]
    [InlineData(RouteIdentity.Public)]
    [InlineData(RouteIdentity.Delegated)]
    [InlineData(RouteIdentity.Internal)]
    public async Task Nothing_leaves_on_any_route_until_the_lease_is_back(RouteIdentity identity)
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", identity);
        Lose(world, "a", "b");
        await world.AcceptAsync("bob@sink.test");
        for (var i = 0; i < 20; i++)
            await LookAsync(world);
        Assert.Empty(sink.Arrivals);
        Assert.Equal(0, sink.Connections);

        world.Standings.Release("a");
        world.Standings.Release("b");

        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_session_that_stands_ends_before_the_next_mail_from()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test", connections: 1);
        var begun = 0;
        sink.Says = (_, command) =>
        {
            if (command.StartsWith("MAIL", StringComparison.Ordinal) && Interlocked.Increment(ref begun) == 3)
                Lose(world, "a"); // what is under way goes on
            return null;
        };
        for (var i = 0; i < 10; i++)
            await world.AcceptAsync($"bob{i}@sink.test");

        await world.UntilAsync(() => sink.Arrivals.Count == 3 && sink.Open == 0, TimeSpan.FromSeconds(1));
        for (var i = 0; i < 5; i++)
            await LookAsync(world);
        Assert.Equal((3, 3), (sink.Arrivals.Count, begun));

        world.Standings.Release("a");
        await world.UntilAsync(() => sink.Arrivals.Count == 10, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_message_with_more_recipients_than_one_transaction_takes_stops_between_two()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        var quits = 0;
        sink.Says = (_, command) =>
        {
            if (command == ".")
                Lose(world, "a");
            quits += command == "QUIT" ? 1 : 0;
            return null;
        };
        await world.AcceptAsync(string.Join(',', Enumerable.Range(0, 250).Select(i => $"bob{i}@sink.test")));

        await world.UntilAsync(() => sink.Open == 0 && sink.Arrivals.Count > 0, TimeSpan.FromSeconds(1));
        await world.IdleAsync();
        Assert.Equal(100, Assert.Single(sink.Arrivals).Recipients.Count);
        Assert.Equal(1, quits);

        sink.Says = (_, _) => null;
        world.Standings.Release("a");
        await world.UntilAsync(() => sink.Arrivals.Count == 3, TimeSpan.FromSeconds(1));
        Assert.Equal(250, sink.Arrivals.SelectMany(arrival => arrival.Recipients).Distinct().Count());
    }

    [Fact]
    public async Task What_waits_there_is_neither_put_off_nor_moved_nor_claimed()
    {
        await using var world = await World.StartAsync();
        world.Receive("sink.test");
        world.Standings.Hold("b");
        Lose(world, "a");
        for (var i = 0; i < 10; i++)
            await world.AcceptAsync($"bob{i}@d{i}.test");
        var waiting = (await world.MessagesAsync()).Where(message => message.Source.Value == "a").Select(message => message.Id).ToList();
        Assert.NotEmpty(waiting);

        world.Standings.Release("b");
        for (var i = 0; i < 5; i++)
        {
            await LookAsync(world);
            world.Time.Advance(TimeSpan.FromMinutes(1)); // mail moves once a minute
        }

        var after = (await world.MessagesAsync()).Where(message => message.Source.Value == "a").ToList();
        Assert.Equal(waiting, after.Select(message => message.Id));
        Assert.All(after, message => Assert.Equal(0, message.Attempts));
    }

    [Fact]
    public async Task What_was_put_off_while_the_source_was_held_is_shown_again_to_whoever_has_its_lease()
    {
        await using var world = await World.StartAsync();
        world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        for (var i = 0; i < 10; i++)
            await world.AcceptAsync($"bob@d{i}.test");
        await world.UntilAsync(() => world.Spool.Cost.Written == 10, TimeSpan.FromSeconds(1));
        Assert.Empty(await world.Spool.DueQueuesAsync(world.Time.GetUtcNow(), default, 100));

        Lose(world, "a", "b");

        await world.UntilAsync(async () => (await world.Spool.DueQueuesAsync(world.Time.GetUtcNow(), default, 100)).Length == 10, TimeSpan.FromSeconds(1));
    }

    private static void Lose(World world, params string[] sources)
    {
        foreach (var source in sources)
            world.Standings.Hold(source, check: "FB-08", reason: "no-lease");
    }

    private static async Task LookAsync(World world)
    {
        var before = world.Spool.Cost.Looks;
        await world.UntilAsync(() => world.Spool.Cost.Looks > before, TimeSpan.FromSeconds(1));
    }
}
