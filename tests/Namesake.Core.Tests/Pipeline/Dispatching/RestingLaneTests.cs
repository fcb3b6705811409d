using Namesake.Core.Pipeline.Gating;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

public sealed class RestingLaneTests
{
    [Fact]
    public async Task What_waits_in_a_lane_that_begins_to_rest_goes_back_uncounted_until_the_rest_is_over()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test", connections: 1);
        sink.Says = (_, _) => ReceiverSession.Silence;
        var tried = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => sink.Open == 1);
        var waiting = await world.AcceptAsync("carl@sink.test");

        sink.HangUp();
        await world.IdleAsync();

        var back = (await world.SummaryAsync(waiting))!;
        Assert.Equal(("waiting", 0, world.Time.GetUtcNow() + Backoff.First), (back.State, back.Attempts, back.Due));
        Assert.Equal(1, (await world.SummaryAsync(tried))!.Attempts);
    }

    [Fact]
    public async Task After_a_rest_one_message_is_tried_and_the_others_follow_only_when_it_got_through()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command == "greeting" ? "421 4.3.2 down" : null;
        await world.AcceptAsync("first@sink.test");
        await world.IdleAsync();
        var others = new List<Messages.MessageId>();
        for (var i = 0; i < 5; i++)
            others.Add(await world.AcceptAsync($"other{i}@sink.test"));
        await world.IdleAsync();
        Assert.Equal(1, sink.Connections);

        // 15 and 30 seconds: two trials with one connection each, of one message each.
        foreach (var rest in new[] { Backoff.First, 2 * Backoff.First })
        {
            var before = sink.Connections;
            world.Time.Advance(rest);
            await world.UntilAsync(() => sink.Connections == before + 1);
            await world.IdleAsync();
        }

        Assert.Equal(3, sink.Connections);
        var attempts = new List<int>();
        foreach (var id in others)
            attempts.Add((await world.SummaryAsync(id))!.Attempts);
        Assert.Equal(2, attempts.Sum());

        sink.Says = (_, _) => null;
        world.Time.Advance(4 * Backoff.First);
        await world.UntilAsync(() => sink.Arrivals.Count == 3, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(world.Dispatcher.Lanes, lane => lane.IsResting);
        await world.IdleAsync(); // Moving the clock while an answer is under way would make it a time-out, and the message come twice.
        world.Time.Advance(TimeSpan.FromMinutes(10));
        await world.UntilAsync(() => sink.Arrivals.Count == 6);
    }
}
