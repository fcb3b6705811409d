namespace Namesake.Core.Tests.Pipeline.Dispatching;

public sealed class StoppingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("greeting")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    public async Task A_session_that_hangs_beyond_the_drain_is_cut_off_and_its_mail_given_back_uncounted(string at)
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", connections: 1);
        sink.Says = (_, command) => command.StartsWith(at, StringComparison.Ordinal) ? ReceiverSession.Silence : null;
        var hanging = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => sink.Open == 1);
        var behind = await world.AcceptAsync("carl@sink.test");

        await world.CutOffAsync();

        Assert.Equal(0, world.Dispatcher.InMemory);
        foreach (var id in new[] { hanging, behind })
        {
            var waiting = (await world.SummaryAsync(id))!;
            Assert.Equal(("waiting", 0), (waiting.State, waiting.Attempts));
            Assert.True(waiting.Due <= world.Time.GetUtcNow());
        }
    }

    [Fact]
    public async Task What_the_receiver_may_have_taken_keeps_its_attempt_and_its_retry()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var dotted = false;
        sink.Says = (_, command) =>
        {
            if (command != ".")
                return null;
            Volatile.Write(ref dotted, true);
            return ReceiverSession.Silence;
        };
        var id = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => Volatile.Read(ref dotted));
        var accepted = world.Time.GetUtcNow();

        await world.CutOffAsync();

        var waiting = (await world.SummaryAsync(id))!;
        Assert.Equal(("waiting", 1, accepted + TimeSpan.FromMinutes(5)), (waiting.State, waiting.Attempts, waiting.Due));
        Assert.Contains("may have the message", waiting.LastReply, StringComparison.Ordinal);
        Assert.Equal(0, world.Dispatcher.InMemory);
    }

    [Fact]
    public async Task A_session_that_finishes_within_the_drain_delivers()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var go = new ManualResetEventSlim();
        var waits = false;
        sink.Says = (_, command) =>
        {
            if (command != ".")
                return null;
            Volatile.Write(ref waits, true);
            go.Wait(TestContext.Current.CancellationToken);
            return null;
        };
        var id = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => Volatile.Read(ref waits));

        var stopping = world.Dispatcher.StopAsync();
        go.Set();
        await stopping;

        Assert.Single(sink.Arrivals);
        Assert.Null(await world.SummaryAsync(id));
    }

    [Fact]
    public async Task A_spool_that_does_not_work_when_the_relay_stops_loses_nothing_and_holds_nobody_up()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", connections: 1);
        sink.Says = (_, command) => command == "greeting" ? ReceiverSession.Silence : null;
        var ids = new[] { await world.AcceptAsync("bob@sink.test"), await world.AcceptAsync("carl@sink.test") };
        await world.UntilAsync(() => sink.Open == 1);
        world.Spool.Before = operation => operation.StartsWith("settle", StringComparison.Ordinal) ? new Core.Pipeline.Spool.SpoolUnavailableException("disk full") : null;

        await world.CutOffAsync();
        Assert.Equal(0, world.Dispatcher.InMemory);

        sink.Says = (_, _) => null;
        await world.StopAsync();
        await world.OpenAsync();
        await world.UntilAsync(() => sink.Arrivals.Count == ids.Length && world.Dispatcher.InMemory == 0, Second);
    }
}
