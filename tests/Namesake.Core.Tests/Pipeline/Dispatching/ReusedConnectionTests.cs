namespace Namesake.Core.Tests.Pipeline.Dispatching;

public sealed class ReusedConnectionTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("421 4.4.2 idle too long")]
    public async Task A_connection_the_receiver_closed_while_it_idled_is_replaced_at_once(string? farewell)
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        sink.HangUp(farewell);
        await world.UntilAsync(() => sink.Open == 0);
        await world.AcceptAsync("carl@sink.test");
        await world.IdleAsync();

        Assert.Equal(2, sink.Arrivals.Count);
        Assert.Equal(2, sink.Connections);
    }

    [Theory]
    [InlineData(ReceiverSession.HangUp)]
    [InlineData("421 4.4.2 idle too long")]
    public async Task A_connection_that_ends_instead_of_answering_is_replaced_once_and_uncounted(string end)
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        // Whatever message it is, a connection that has carried one answers nothing more.
        sink.Says = (session, command) => session.Taken > 0 && command.StartsWith("MAIL", StringComparison.Ordinal) ? end : null;
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        var id = await world.AcceptAsync("carl@sink.test");
        await world.IdleAsync();

        Assert.Equal(2, sink.Arrivals.Count);
        Assert.Equal(2, sink.Connections);
        Assert.Null(await world.SummaryAsync(id));
    }

    [Fact]
    public async Task A_fresh_connection_that_ends_before_it_answered_is_a_failure_like_any_other()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("MAIL", StringComparison.Ordinal) ? ReceiverSession.HangUp : null;

        var id = await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        Assert.Equal(1, sink.Connections);
        var waiting = (await world.SummaryAsync(id))!;
        Assert.Equal((1, world.Time.GetUtcNow() + TimeSpan.FromMinutes(5)), (waiting.Attempts, waiting.Due));
    }

    [Fact]
    public async Task A_receiver_that_takes_its_leave_again_on_the_fresh_connection_is_believed()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        sink.Says = (_, command) => command.StartsWith("MAIL", StringComparison.Ordinal) ? "421 4.7.0 slow down" : null;

        var id = await world.AcceptAsync("carl@sink.test");
        await world.IdleAsync();

        Assert.Equal(2, sink.Connections);
        Assert.Equal(1, (await world.SummaryAsync(id))!.Attempts);
        Assert.Single(world.Dispatcher.Lanes, lane => lane.IsResting);
    }

    [Fact]
    public async Task A_connection_that_ends_after_an_answer_is_not_tried_again_at_once()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        sink.Says = (session, command) => session.Taken > 0 && command.StartsWith("RCPT", StringComparison.Ordinal) ? ReceiverSession.HangUp : null;
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        var id = await world.AcceptAsync("carl@sink.test");
        await world.IdleAsync();

        Assert.Equal(1, sink.Connections);
        Assert.Equal(1, (await world.SummaryAsync(id))!.Attempts);
    }
}
