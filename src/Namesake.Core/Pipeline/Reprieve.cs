namespace Namesake.Core.Pipeline;

/// <summary>A time in which no mail's life ends: after a start, and after the clock was set forward.</summary>
/// <param name="From">By the monotonic clock: the other one is what is not trusted.</param>
internal sealed record Reprieve(long From, TimeSpan For)
{
    /// <summary>After a step of years, too, the sender hears within a day that his mail can't be delivered.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public bool IsOver(TimeProvider time) => time.GetElapsedTime(From) >= For;
}
