using Microsoft.Extensions.Time.Testing;
using Namesake.Network.Machine;

namespace Namesake.Network.Tests.Machine;

/// <summary>A machine whose clock jumps while its monotonic one goes on.</summary>
public sealed class SteadyClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly JumpingTime _machine = new(Start);
    private readonly List<string> _told = [];
    private readonly SteadyClock _clock;

    public SteadyClockTests()
    {
        _clock = new SteadyClock(_machine);
        _clock.Jumped += by => _told.Add($"jumped {by}");
        _clock.Settled += by => _told.Add($"settled {by}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(400)] // microseconds a second: what NTP slews
    [InlineData(-400)]
    public void It_follows_a_clock_that_is_slewed(int microsecondsPerSecond)
    {
        for (var i = 0; i < 100_000; i++)
        {
            _machine.Advance(Second);
            _machine.Off += TimeSpan.FromMicroseconds(microsecondsPerSecond);
            Assert.Equal(_machine.GetUtcNow(), _clock.GetUtcNow());
        }

        Assert.Empty(_told);
    }

    [Fact]
    public void It_follows_slewing_that_nobody_watched_for_a_day()
    {
        _machine.Advance(Day);
        _machine.Off += TimeSpan.FromSeconds(43);

        Assert.Equal(_machine.GetUtcNow(), _clock.GetUtcNow());
    }

    [Theory]
    [InlineData(3650)]
    [InlineData(-3650)]
    [InlineData(0.001)]
    [InlineData(-0.001)]
    public void A_jump_that_is_put_right_in_time_was_never_the_time(double days)
    {
        _machine.Off = TimeSpan.FromDays(days);
        for (var passed = 0; passed < 599; passed++)
        {
            Assert.Equal(Start + (passed * Second), _clock.GetUtcNow());
            Assert.Equal(_machine.Off, _clock.Off);
            _machine.Advance(Second);
        }

        _machine.Off = TimeSpan.Zero;

        Assert.Equal(_machine.GetUtcNow(), _clock.GetUtcNow());
        Assert.Null(_clock.Off);
        Assert.Equal([$"jumped {TimeSpan.FromDays(days)}", $"settled {TimeSpan.Zero}"], _told);
    }

    [Fact]
    public void After_a_jump_back_it_runs_at_half_speed_until_the_machine_has_caught_up_and_never_goes_back()
    {
        _machine.Off = -TimeSpan.FromHours(2);
        var (before, steps) = (_clock.GetUtcNow(), 0);
        while (_clock.Off is not null)
        {
            _machine.Advance(Second);
            steps++;
            var now = _clock.GetUtcNow();
            Assert.True(now >= before || _clock.Off is null);
            before = now;
        }

        Assert.InRange(steps, 4 * 3600, (4 * 3600) + 620); // 10 minutes of patience, then twice what was to be made up
        Assert.Equal(_machine.GetUtcNow(), _clock.GetUtcNow());
        Assert.Equal([$"jumped {-TimeSpan.FromHours(2)}", $"settled {TimeSpan.Zero}"], _told);
    }

    [Fact]
    public void A_jump_while_it_waits_begins_the_wait_anew()
    {
        _machine.Off = -Day;
        _clock.GetUtcNow();
        _machine.Advance(SteadyClock.Belief);
        _clock.GetUtcNow();
        _machine.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Start + SteadyClock.Belief + TimeSpan.FromMinutes(1), _clock.GetUtcNow());

        _machine.Off = Day;
        _clock.GetUtcNow();
        _machine.Advance(SteadyClock.Belief - Second);

        Assert.Equal(Start + SteadyClock.Belief + TimeSpan.FromMinutes(1) + SteadyClock.Belief - Second, _clock.GetUtcNow());
        _machine.Advance(Second);
        _clock.GetUtcNow();
        Assert.Equal(_machine.GetUtcNow(), _clock.GetUtcNow());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(0.01)]
    public void A_jump_forward_that_stands_for_ten_minutes_is_the_time(double days)
    {
        _machine.Off = TimeSpan.FromDays(days);
        _clock.GetUtcNow();
        _machine.Advance(SteadyClock.Belief - Second);
        Assert.Equal(Start + SteadyClock.Belief - Second, _clock.GetUtcNow());

        _machine.Advance(Second);
        _clock.GetUtcNow();

        Assert.Equal(_machine.GetUtcNow(), _clock.GetUtcNow());
        Assert.Equal([$"jumped {TimeSpan.FromDays(days)}", $"settled {TimeSpan.FromDays(days)}"], _told);
    }

    [Fact]
    public void A_second_jump_begins_the_wait_anew()
    {
        _machine.Off = Day;
        _clock.GetUtcNow();
        _machine.Advance(SteadyClock.Belief - Second);
        _machine.Off = 2 * Day;
        _clock.GetUtcNow();
        _machine.Advance(SteadyClock.Belief - Second);

        Assert.Equal(Start + (2 * (SteadyClock.Belief - Second)), _clock.GetUtcNow());
        Assert.Equal([$"jumped {Day}", $"jumped {2 * Day}"], _told);
    }

    [Fact]
    public void Timers_and_intervals_never_notice()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Second, Second);
        var began = _clock.GetTimestamp();

        _machine.Off = 3650 * Day;
        _machine.Advance(3 * Second);

        Assert.Equal(3, fired);
        Assert.Equal(3 * Second, _clock.GetElapsedTime(began));
    }

    [Fact]
    public async Task Many_threads_hear_of_one_jump_once()
    {
        using var start = new Barrier(4);
        _machine.Off = Day;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait(TestContext.Current.CancellationToken);
            for (var i = 0; i < 10_000; i++)
                Assert.Equal(Start, _clock.GetUtcNow());
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal([$"jumped {Day}"], _told);
    }

    private sealed class JumpingTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public TimeSpan Off { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Off;

        // The fake reads it off its time of day.
        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
