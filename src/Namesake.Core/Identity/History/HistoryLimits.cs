namespace Namesake.Core.Identity.History;

/// <summary>How much of the past is kept.</summary>
public static class HistoryLimits
{
    /// <summary>Three times what any check looks at; a quarter of a year for people who look for a pattern.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Changes of one kind of one source: a verdict that flaps all day pushes out no change of a name.</summary>
    public const int Most = 200;

    /// <summary>Observations in one write, and in memory while the store is away.</summary>
    public const int Batch = 200, Waiting = 100_000;

    /// <summary>An address that comes and goes is told no more often than this.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);
}
