using Microsoft.Extensions.Time.Testing;

namespace Namesake.Core.Tests;

/// <summary>A clock the test moves, and whose time of day it may set while timers and intervals go on.</summary>
internal sealed class JumpingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    public TimeSpan Off { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Off;

    // The fake reads it off its time of day.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
