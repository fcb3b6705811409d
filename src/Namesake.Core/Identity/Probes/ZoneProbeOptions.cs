namespace Namesake.Core.Identity.Probes;

/// <summary>How often a trouble is looked at again before the answer is given.</summary>
public sealed record ZoneProbeOptions
{
    /// <summary>Most looks in all that anybody may ask for: one more takes 6 seconds and as long as the servers are silent.</summary>
    public const int MostLooks = 10;

    /// <summary>Further looks where a server failed. Default 0: the next round looks again. With 2 a single audit can tell whether a server fails repeatedly (ZN-04).</summary>
    public int MoreLooks { get; init; }

    /// <summary>Told the number of the look, from 2 on, before it is waited for.</summary>
    public Action<int>? Looked { get; init; }

    /// <summary>Between those looks. Default 6 s: 5 s count as another look, and what was asked late in the first one must not make the next look too near.</summary>
    public TimeSpan Pause { get; init; } = ZoneBook.LeastGap + TimeSpan.FromSeconds(1);
}
