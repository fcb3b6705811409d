using Microsoft.Extensions.Time.Testing;

namespace Namesake.Core.Tests.Identity.Leases;

/// <summary>A machine whose clocks run a little too fast or too slow, and stand at another time of day.</summary>
internal sealed class PacedTime(FakeTimeProvider truth, double pace, TimeSpan off) : TimeProvider
{
    private readonly DateTimeOffset _begun = truth.GetUtcNow();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)((truth.GetUtcNow() - _begun).Ticks * pace);

    public override DateTimeOffset GetUtcNow() => _begun + off + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => truth.CreateTimer(callback, state, dueTime, period);
}
