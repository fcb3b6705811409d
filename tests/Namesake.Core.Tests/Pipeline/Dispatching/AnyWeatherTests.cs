using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Receivers, identities and the disk fail and recover in whatever order: nothing is lost, nothing is sent twice without need, nothing stays in memory.</summary>
public sealed class AnyWeatherTests
{
    private static readonly string?[] Moods = [null, null, null, "421 4.3.2 greeting", "451 4.7.1 RCPT", "450 4.2.0 DATA", "451 4.3.0 .", "@hang up EHLO", "@hang up MAIL", "@hang up DATA", "@hang up ."];
    private static readonly string[] Fragile = ["settle", "settle attempt", "move", "move waiting", "claim", "due", "content"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task When_the_weather_clears_everything_has_arrived_once(int seed)
    {
        var random = new Random(seed);
        await using var world = await World.StartAsync();
        world.Receive("acme.test", connections: 2); // where delays are told to
        Receiver[] sinks = [world.Receive("one.test", connections: 2), world.Receive("two.test", connections: 3)];
        var sent = new List<string>();

        for (var step = 0; step < 80; step++)
        {
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    for (var i = random.Next(1, 6); i > 0; i--)
                    {
                        sent.Add($"r{sent.Count}@{(random.Next(2) == 0 ? "one" : "two")}.test");
                        await world.AcceptAsync(sent[^1]);
                    }

                    break;
                case 3:
                    Feel(sinks[random.Next(2)], Moods[random.Next(Moods.Length)]);
                    break;
                case 4:
                    Hold(world, random.Next(2) == 0 ? "a" : "b", random.Next(2) == 0, sinks[random.Next(2)], random.Next(3) == 0);
                    break;
                case 5:
                    Break(world, random.Next(2) == 0 ? null : Fragile[random.Next(Fragile.Length)], random.Next(2) == 0);
                    break;
                default:
                    world.Time.Advance(TimeSpan.FromSeconds(random.Next(2) == 0 ? random.Next(60) : random.Next(1200)));
                    break;
            }
        }

        Break(world, null, false);
        foreach (var sink in sinks)
        {
            Feel(sink, null);
            foreach (var source in new[] { "a", "b" })
                world.Standings.Release(source, world.SiteOf(sink));
        }

        world.Standings.Release("a");
        world.Standings.Release("b");
        await world.UntilAsync(async () => world.Dispatcher.InMemory == 0 && (await world.MessagesAsync()).IsEmpty, TimeSpan.FromSeconds(20));

        // Only who hung up after the final dot, or was too slow with the answer to it, may have a message twice.
        var doubtful = world.Spool.Settled.Where(settled => settled.Event is { Phase: "finaldot", Outcome: "deferred", Code: null })
            .SelectMany(settled => settled.Consignment.Recipients.Select(recipient => recipient.Address.ToString())).ToHashSet();
        var arrived = sinks.SelectMany(sink => sink.Arrivals).SelectMany(arrival => arrival.Recipients).ToList();
        Assert.Equal(sent.Order(StringComparer.Ordinal), arrived.Distinct().Order(StringComparer.Ordinal));
        Assert.All(arrived.CountBy(recipient => recipient).Where(recipient => recipient.Value > 1), recipient => Assert.Contains(recipient.Key, doubtful));
    }

    private static void Break(World world, string? broken, bool afterwards)
    {
        Exception? Trouble(string operation) => operation == broken ? new SpoolUnavailableException("disk full") : null;
        // A claim that fails has claimed nothing: the spool takes it back. So there is no claim that is done and fails afterwards.
        var after = afterwards && broken != "claim";
        world.Spool.Before = broken is null || after ? null : Trouble;
        world.Spool.After = broken is null || !after ? null : Trouble;
    }

    private static void Feel(Receiver sink, string? mood) => sink.Says = (_, command) =>
        mood is not null && command.StartsWith(mood[(mood.LastIndexOf(' ') + 1)..], StringComparison.Ordinal) ? mood[..mood.LastIndexOf(' ')] : null;

    private static void Hold(World world, string source, bool hold, Receiver sink, bool lane)
    {
        if (hold)
            world.Standings.Hold(source, lane ? world.SiteOf(sink) : null, lane ? "EG-01" : "PT-01");
        else
            world.Standings.Release(source, lane ? world.SiteOf(sink) : null);
    }
}
