using System.Collections.Immutable;

namespace Namesake.Core.Identity;

/// <summary>What receivers' refusals together mean for a source: verdicts.md §4.</summary>
/// <remarks>One receiver may be wrong, or have trouble of its own. The same fault told by several organisations within an hour holds the source even when every look at DNS is
/// green. It ends when one of them takes a message: they are tried in turn, one every <see cref="BetweenTrials"/> after the newest refusal.</remarks>
public static class RefusalRules
{
    /// <summary>Organisations that must say the same.</summary>
    public const int Organisations = 3;

    /// <summary>Refusals that belong together.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>How long a source held for it waits before one of the refusing receivers is tried, and between two of them.</summary>
    public static readonly TimeSpan BetweenTrials = TimeSpan.FromMinutes(15);

    /// <summary>How long after the newest refusal a source is held when nothing was tried since: what nobody says any more is no evidence.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromHours(4);

    private const int MostKept = 16;

    /// <summary>The newest of each receiver and fault, oldest first.</summary>
    public static ImmutableArray<RefusalNote> With(ImmutableArray<RefusalNote> refusals, RefusalNote added) =>
        [.. refusals.Where(old => old.Site != added.Site || old.Subclass != added.Subclass).TakeLast(MostKept - 1), added];

    /// <summary>The refusals of enough organisations that say the same; empty when there are none.</summary>
    /// <remarks>Receivers that share an operator of their mail hosts are one organisation.</remarks>
    public static ImmutableArray<RefusalNote> Agreeing(ImmutableArray<RefusalNote> refusals, DateTimeOffset now)
    {
        foreach (var group in refusals.Where(note => note.IsEvidence && now - note.At <= Window).GroupBy(note => note.Subclass))
            if (Independent(group) >= Organisations)
                return [.. group];
        return [];
    }

    private static int Independent(IEnumerable<RefusalNote> refusals)
    {
        var (operators, count) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var note in refusals.OrderBy(note => note.Site.Count(sign => sign == '+')))
        {
            var own = note.Site.Split('+');
            count += operators.Overlaps(own) ? 0 : 1;
            operators.UnionWith(own);
        }

        return count;
    }

    /// <summary>The receiver whose turn it is to be tried while the source is held; null: none yet.</summary>
    public static string? TrialSite(ImmutableArray<RefusalNote> refusals, DateTimeOffset now)
    {
        var sites = refusals.Where(note => note.IsEvidence).GroupBy(note => note.Site).OrderBy(site => site.Max(note => note.At)).Select(site => site.Key).ToList();
        if (sites.Count == 0)
            return null;
        var turn = (now - refusals.Where(note => note.IsEvidence).Max(note => note.At)).Ticks / BetweenTrials.Ticks;
        return turn < 1 ? null : sites[(int)((turn - 1) % sites.Count)];
    }
}
