namespace Namesake.Core.Identity.Verdicts;

/// <summary>A clock that stands still while our own resolving is in doubt, so that no outage of ours uses up anybody's grace. An immutable reading of it.</summary>
/// <param name="Lost">Time it has stood still so far.</param>
/// <param name="StoppedAt">Since when it stands still; null when it runs.</param>
public sealed record PatienceClock(TimeSpan Lost, DateTimeOffset? StoppedAt)
{
    public static PatienceClock Running { get; } = new(TimeSpan.Zero, null);

    public bool IsStopped => StoppedAt is not null;

    public DateTimeOffset Read(DateTimeOffset now) => (StoppedAt is { } stopped && stopped < now ? stopped : now) - Lost;

    /// <summary>The time of day was set by so much: patience goes on where it was.</summary>
    public PatienceClock Set(TimeSpan by) => StoppedAt is { } stopped ? this with { Lost = Lost + by, StoppedAt = stopped + by } : this with { Lost = Lost + by };

    public PatienceClock Stop(DateTimeOffset now) => IsStopped ? this : this with { StoppedAt = now };

    public PatienceClock Start(DateTimeOffset now) => StoppedAt is { } stopped ? new(Lost + (now > stopped ? now - stopped : TimeSpan.Zero), null) : this;
}
