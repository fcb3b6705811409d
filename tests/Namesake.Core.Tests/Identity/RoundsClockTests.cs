using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Identity;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>Waits of the rounds, and a clock that somebody sets.</summary>
public sealed class RoundsClockTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A timer reckoned before the jump would end as much later as the clock has jumped: nobody would notice that the errand is due.</summary>
    [Fact]
    public async Task A_clock_that_is_set_forward_just_as_a_wait_begins_makes_nobody_late()
    {
        var clock = new JumpingClock(TimeSpan.FromMinutes(10));
        var due = clock.GetUtcNow() + TimeSpan.FromMinutes(30);
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rounds = new Rounds(1, (_, _) =>
        {
            ran.SetResult();
            return Task.FromResult<DateTimeOffset?>(null);
        }, TimeSpan.FromMinutes(1), clock, NullLogger.Instance);
        rounds.Want(new AuditErrand(new SourceId("a")), due);
        using var stop = new CancellationTokenSource();
        var loop = rounds.RunAsync(stop.Token);

        await clock.Jumped.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(ran.Task.IsCompleted);
        clock.SetUtcNow(due);
        await ran.Task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await loop;
    }

    /// <summary>Is set forward once, when a timer has been reckoned and before it is made: the second, for the first wait is ended by the bell of who wanted the errand.</summary>
    private sealed class JumpingClock(TimeSpan by) : FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 8, 0, 0, TimeSpan.Zero))
    {
        private readonly TaskCompletionSource _jumped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _timers;
        private bool _isMade;

        public Task Jumped => _jumped.Task;

        // Whoever asks first after the timer was made has his answer before the test goes on.
        public override DateTimeOffset GetUtcNow()
        {
            var now = base.GetUtcNow();
            if (Volatile.Read(ref _isMade))
                _jumped.TrySetResult();
            return now;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var jumps = Interlocked.Increment(ref _timers) == 2;
            if (jumps)
                SetUtcNow(base.GetUtcNow() + by);
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (jumps)
                Volatile.Write(ref _isMade, true);
            return timer;
        }
    }
}
