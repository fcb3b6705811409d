namespace Namesake.Network.Tests.Dns.Survey;

/// <summary>The clock on the wall, which the test may set forward, and which jumps over pauses of one length. Time-outs take their time.</summary>
internal sealed class ShiftedClock(TimeSpan pause) : TimeProvider
{
    private long _ticks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != pause)
            return base.CreateTimer(callback, state, dueTime, period);
        Advance(pause);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
