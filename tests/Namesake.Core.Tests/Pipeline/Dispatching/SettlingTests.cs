using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>What becomes of mail in memory when the spool or we ourselves fail.</summary>
public sealed class SettlingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_message_is_delivered_and_gone()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");

        var id = await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        var arrival = Assert.Single(sink.Arrivals);
        Assert.Equal(("ann@acme.test", "bob@sink.test"), (arrival.Sender, Assert.Single(arrival.Recipients)));
        Assert.Equal(arrival.Client.ToString() == "127.0.0.5" ? "a.acme.test" : "b.acme.test", arrival.Ehlo);
        Assert.Null(await world.SummaryAsync(id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_delivery_is_written_down_when_the_spool_works_again_and_not_sent_twice(bool afterwards)
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var down = true;
        Exception? Trouble(string operation) => operation.StartsWith("settle", StringComparison.Ordinal) && Volatile.Read(ref down) ? new SpoolUnavailableException("disk full") : null;
        if (afterwards)
            world.Spool.After = Trouble;
        else
            world.Spool.Before = Trouble;

        var id = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => world.Spool.Failures >= 3, Second);
        Assert.Equal(1, world.Dispatcher.InMemory);
        Volatile.Write(ref down, false);
        await world.UntilAsync(() => world.Dispatcher.InMemory == 0, Second);

        Assert.Null(await world.SummaryAsync(id));
        Assert.Single(sink.Arrivals);
    }

    [Fact]
    public async Task A_move_the_spool_could_not_take_is_made_when_it_works_again()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", connections: 1);
        sink.Says = (session, _) => session.Number == 1 ? ReceiverSession.Silence : null;
        world.Standings.Hold("b");
        await world.AcceptAsync("first@sink.test");
        await world.UntilAsync(() => sink.Open == 1);
        await world.AcceptAsync("second@sink.test");
        world.Standings.Release("b");
        world.Spool.Before = operation => operation.StartsWith("move", StringComparison.Ordinal) ? new SpoolUnavailableException("disk full") : null;

        // The second waits in a's lane, claimed.
        world.Standings.Hold("a");
        await world.UntilAsync(() => world.Spool.Failures >= 2 && world.Dispatcher.InMemory == 1, Second);
        world.Spool.Before = null;
        await world.UntilAsync(() => sink.Arrivals.Count == 1 && world.Dispatcher.InMemory == 1, Second);

        Assert.Equal(("127.0.0.6", "second@sink.test"), (sink.Arrivals[0].Client.ToString(), Assert.Single(sink.Arrivals[0].Recipients)));
    }

    [Fact]
    public async Task A_fault_in_a_move_gives_memory_and_claim_back()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", connections: 1);
        sink.Says = (session, _) => session.Number == 1 ? ReceiverSession.Silence : null;
        world.Standings.Hold("b");
        await world.AcceptAsync("first@sink.test");
        await world.UntilAsync(() => sink.Open == 1);
        var second = await world.AcceptAsync("second@sink.test");
        world.Standings.Release("b");
        world.Spool.Before = operation => operation == "move" ? new InvalidOperationException("a bug") : null;

        world.Standings.Hold("a");
        await world.UntilAsync(() => world.Dispatcher.InMemory == 1);

        Assert.Equal("waiting", (await world.SummaryAsync(second))!.State);
    }

    [Fact]
    public async Task A_delivery_whose_event_can_not_be_written_is_settled_without_it()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.Contains("carl", StringComparison.Ordinal) ? "451 4.2.2 not now" : null;
        world.Spool.Before = operation => operation == "settle attempt" ? new InvalidOperationException("a bug") : null;

        var id = await world.AcceptAsync("bob@sink.test,carl@sink.test");
        await world.IdleAsync();
        world.Spool.Before = null;

        var left = (await world.View.MessageAsync(id, CancellationToken.None))!;
        var carl = Assert.Single(left.Recipients);
        Assert.Equal(("carl@sink.test", "waiting", 1), (carl.Address, carl.State, carl.Attempts));
        Assert.True(carl.Due > world.Time.GetUtcNow());
        Assert.Single(sink.Arrivals);
    }

    [Fact]
    public async Task A_fault_on_the_way_to_a_route_gives_memory_and_claim_back()
    {
        await using var world = await World.StartAsync();
        world.Dns.Fault = new InvalidOperationException("a bug");

        var id = await world.AcceptAsync("bob@nowhere.test");
        await world.IdleAsync();
        var waiting = await world.SummaryAsync(id);
        Assert.Equal(("waiting", 0), (waiting!.State, waiting.Attempts));

        world.Dns.Fault = null;
        await world.UntilAsync(async () => await world.SummaryAsync(id) is null, TimeSpan.FromMinutes(1)); // it bounces: there is no such domain
        await world.IdleAsync();
    }

    [Fact]
    public async Task Expired_mail_whose_DSN_can_not_be_written_stays_and_leaves_memory()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        world.Receive("sink.test");
        var id = await world.AcceptAsync("bob@sink.test");
        world.Spool.Before = operation => operation == "content" ? new InvalidOperationException("a bug") : null;

        world.Time.Advance(TimeSpan.FromDays(5) + TimeSpan.FromMinutes(2));
        await world.UntilAsync(() => world.Spool.Failures > 0, Second);
        // The sweep may have taken it up again meanwhile: what counts is that it ends there.
        await world.UntilAsync(async () => (await world.SummaryAsync(id))!.State == "waiting" && world.Dispatcher.InMemory == 0);
    }
}
