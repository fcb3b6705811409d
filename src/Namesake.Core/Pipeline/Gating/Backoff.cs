namespace Namesake.Core.Pipeline.Gating;

/// <summary>A lane or destination that rests after it failed: until when, why, and how often in a row. Immutable; null stands for none.</summary>
/// <param name="Failures">Failures in a row. The wait doubles with each, from <see cref="First"/> to <see cref="Longest"/>.</param>
public sealed record Backoff(DateTimeOffset Until, string Reason, int Failures)
{
    /// <summary>After the first failure: one message's bad luck should not cost the others minutes.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(15);

    /// <summary>A dead site is looked at four times an hour, by one message.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>How long after its end a rest makes the next one longer. Most of what waits for a site is tried again within that time.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    public static Backoff After(Backoff? previous, string reason, DateTimeOffset now, TimeSpan? wait = null)
    {
        var failures = (previous?.Failures ?? 0) + 1;
        var doubled = TimeSpan.FromTicks((long)Math.Min(Longest.Ticks, First.Ticks * Math.Pow(2, failures - 1)));
        return new Backoff(now + (wait ?? doubled), reason, failures);
    }
}
