namespace Namesake.Core.Tests.Plans;

/// <summary>A clock that goes on by itself to whatever is waited for: waits take no time, and everything after them is as late as it would be. Waits of half an hour and more are limits nobody runs into, and never end.</summary>
internal sealed class SkippingTime(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    private long _passed;

    public TimeSpan Passed => TimeSpan.FromTicks(Volatile.Read(ref _passed));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + Passed;

    public override long GetTimestamp() => Volatile.Read(ref _passed);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _passed, by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.Zero && dueTime < Never)
        {
            Advance(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
