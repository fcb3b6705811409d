using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>The time of day was wrong, and is set.</summary>
public sealed class ClockSetTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3650);

    [Fact]
    public async Task Set_forward_mail_is_tried_before_it_is_sent_back()
    {
        await using var world = await ReadyAsync();
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        var sink = world.Receive("sink.test");
        Hold(world);
        await world.AcceptAsync("bob@sink.test");

        Set(world, TenYears);
        world.Time.Advance(5 * Minute);
        await world.IdleAsync();
        world.Standings.Release("a");
        world.Standings.Release("b");
        await world.UntilAsync(() => sink.Arrivals.Count == 1, step: TimeSpan.FromSeconds(1));

        Assert.All(home.Arrivals, report => Assert.Contains("Action: delayed", report.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Set_forward_what_stays_undeliverable_is_sent_back_after_a_day()
    {
        await using var world = await ReadyAsync();
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        Hold(world);
        var id = await world.AcceptAsync("bob@sink.test");

        Set(world, TenYears);
        world.Time.Advance(TimeSpan.FromHours(24) - Minute);
        await world.IdleAsync();
        Assert.NotNull(await world.SummaryAsync(id));

        await world.UntilAsync(async () => await world.SummaryAsync(id) is null && home.Arrivals.Any(report => report.Text.Contains("Action: failed", StringComparison.Ordinal)), step: Minute);
    }

    [Fact]
    public async Task After_a_start_nothing_expires_before_it_had_time_to_be_tried()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        Hold(world);
        await world.AcceptAsync("bob@sink.test");
        await world.StopAsync();
        world.Time.Advance(TimeSpan.FromDays(6));

        await world.OpenAsync();
        world.Time.Advance(5 * Minute);
        await world.IdleAsync();
        world.Standings.Release("a");
        world.Standings.Release("b");

        await world.UntilAsync(() => sink.Arrivals.Count == 1, step: TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Mail_accepted_by_a_clock_that_was_ahead_gets_the_life_of_its_brand_once_it_was_tried()
    {
        await using var world = await ReadyAsync();
        world.Receive("sink.test").Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "450 4.2.0 later" : null;
        Hold(world);
        world.Time.Off = TenYears;
        var id = await world.AcceptAsync("bob@sink.test");

        Set(world, TimeSpan.Zero);
        await using var jobs = new QueueJobs(world.Spool, world.View, (IQueueControl)world.View, world.Dispatcher, () => world.Model, world.Time, NullLogger.Instance);
        jobs.Start(new QueueOrder.Retry(), QueueFilter.All, "the clock");
        world.Standings.Release("a");
        world.Standings.Release("b");
        await world.UntilAsync(async () => (await world.SummaryAsync(id))?.LastReply is not null, step: TimeSpan.FromSeconds(1));

        Assert.InRange((await world.SummaryAsync(id))!.Expires, world.Time.GetUtcNow(), world.Time.GetUtcNow() + TimeSpan.FromDays(5));
    }

    [Fact]
    public async Task After_a_clock_that_was_ahead_delays_are_told_of_mail_from_before_and_since_once_and_not_too_early()
    {
        await using var world = await AfterClockAheadAsync();
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        Hold(world);
        await world.AcceptAsync("since@sink.test");
        Assert.True(world.Spool.NextId().AcceptedAt > world.Time.GetUtcNow().AddYears(9), "ids go on behind the last one");

        world.Time.Advance(TimeSpan.FromHours(3) + (55 * Minute));
        await SweptAsync(world);
        Assert.DoesNotContain(home.Arrivals, report => report.Text.Contains("since@sink.test", StringComparison.Ordinal));
        world.Time.Advance(10 * Minute);
        await world.UntilAsync(() => home.Arrivals.Count == 2, step: Minute);
        await world.IdleAsync(); // the replies to them have been read
        world.Time.Advance(TimeSpan.FromHours(9));
        await SweptAsync(world);
        await world.IdleAsync();

        Assert.Equal(2, home.Arrivals.Count);
        Assert.All(home.Arrivals, report => Assert.Contains("Action: delayed", report.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_clock_that_was_ahead_tried_mail_leaves_a_held_source_after_its_four_hours_and_not_before()
    {
        await using var world = await AfterClockAheadAsync();
        var sink = world.Receive("late.test");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
        world.Standings.Release("a");
        world.Standings.Hold("b");
        var id = await world.AcceptAsync("bob@late.test");
        await world.UntilAsync(async () => (await world.SummaryAsync(id))!.LastReply is not null);
        world.Standings.Hold("a");
        world.Standings.Release("b");
        sink.Says = (_, _) => null;

        world.Time.Advance(TimeSpan.FromHours(3) + (50 * Minute));
        var asked = world.Spool.MoveCost.Asked;
        await world.UntilAsync(() => world.Spool.MoveCost.Asked > asked + 1, step: Minute);
        Assert.Empty(sink.Arrivals);

        world.Time.Advance(20 * Minute);
        await world.UntilAsync(() => sink.Arrivals.Count == 1, step: Minute);
        Assert.Equal("b.acme.test", sink.Arrivals[0].Ehlo);
    }

    [Fact]
    public async Task After_a_clock_that_was_ahead_mail_refused_for_our_identity_lives_a_day()
    {
        await using var world = await AfterClockAheadAsync();
        world.Receive("strict.test").Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.7.25 your PTR record does not resolve" : null;
        world.Standings.Release("a");
        world.Standings.Release("b");

        var id = await world.AcceptAsync("bob@strict.test");
        await world.UntilAsync(async () => (await world.SummaryAsync(id))!.LastReply is not null);

        Assert.InRange((await world.SummaryAsync(id))!.Expires, world.Time.GetUtcNow() + TimeSpan.FromHours(23), world.Time.GetUtcNow() + TimeSpan.FromHours(24));
    }

    /// <summary>Started again with the right time, with a message that waits from before. Both sources are held.</summary>
    private static async Task<World> AfterClockAheadAsync()
    {
        var world = await World.StartAsync();
        world.Time.Off = TenYears;
        Hold(world);
        world.Receive("sink.test");
        await world.AcceptAsync("before@sink.test");
        await world.StopAsync();
        world.Time.Off = TimeSpan.Zero;
        await world.OpenAsync();
        world.Time.Advance(world.Options.Reprieve + Minute);
        return world;
    }

    private static async Task SweptAsync(World world)
    {
        var sweeps = world.Spool.Sweeps;
        await world.UntilAsync(() => world.Spool.Sweeps >= sweeps + 2, step: Minute / 6);
    }

    /// <summary>Beyond the time after the start in which nothing expires.</summary>
    private static async Task<World> ReadyAsync()
    {
        var world = await World.StartAsync();
        world.Time.Advance(world.Options.Reprieve + Minute);
        return world;
    }

    private static void Set(World world, TimeSpan to)
    {
        var by = to - world.Time.Off;
        world.Time.Off = to;
        world.Dispatcher.ClockSet(by);
    }

    private static void Hold(World world)
    {
        world.Standings.Hold("a");
        world.Standings.Hold("b");
    }
}
