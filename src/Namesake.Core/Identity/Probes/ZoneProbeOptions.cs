namespace Namesake.Core.Identity.Probes;

/// <summary>How often a trouble is looked at again before the answer is given.</summary>
public sealed record ZoneProbeOptions
{
    /// <summary>Further looks where a server failed. Default 0: the next round looks again. A single check at somebody's terminal takes 2, so that ZN-04 can say something.</summary>
    public int MoreLooks { get; init; }

    /// <summary>Between those looks. Default 6 s: 5 s count as another look, and what was asked late in the first one must not make the next look too near.</summary>
    public TimeSpan Pause { get; init; } = ZoneBook.LeastGap + TimeSpan.FromSeconds(1);
}
