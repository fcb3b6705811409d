using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>Plans' journals and what the outside saw, for people.</summary>
internal static class PlanTables
{
    private const int MostRows = 50;

    /// <summary>"08:15:02 writing: PTR 5.113…", with the day where it isn't today's.</summary>
    public static string Line(PlanEntry entry) => $"{Event(entry)} ({entry.Who})";

    /// <summary>The same for who does it himself and looks on.</summary>
    public static string Event(PlanEntry entry)
    {
        var text = entry.Text.Length > 0 ? $": {entry.Text.ReplaceLineEndings(" ")}" : "";
        return $"{Tables.Time(entry.At)} {Word(entry.Event)}{text}";
    }

    public static void Seen(Terminal terminal, ImmutableArray<SeenIdentity> seen)
    {
        if (seen.IsEmpty)
            return;
        var table = Tables.New("identity", "address", "names", "seen");
        // A thousand rows nobody reads, and they would take longer than the plan; what isn't as wanted goes first.
        foreach (var one in seen.OrderBy(one => Math.Min(Rank(one.Address), Rank(one.Names))).Take(MostRows))
            table.AddRow(Tables.Cell($"{one.Wanted.Local} as {one.Wanted.Public}, {one.Wanted.Ehlo}"), Verdict(one.Address), Verdict(one.Names), Tables.Cell(string.Join("\n", one.Words)));
        terminal.Write(table);
        if (seen.Length > MostRows)
            terminal.Line($"and {Tables.Count(seen.Length - MostRows, "row")} more; all of them with --json");
        terminal.Line();
    }

    private static int Rank(SeenVerdict verdict) => verdict switch { SeenVerdict.Disagrees => 0, SeenVerdict.NotSeen => 1, _ => 2 };

    public static string Word(SeenVerdict verdict) => verdict switch
    {
        SeenVerdict.Agrees => "as wanted",
        SeenVerdict.Disagrees => "otherwise",
        _ => "not seen",
    };

    private static Text Verdict(SeenVerdict verdict) => Tables.Cell(Word(verdict), verdict switch { SeenVerdict.Agrees => Color.Green, SeenVerdict.Disagrees => Color.Red, _ => Color.Yellow });

    public static string Word(PlanEvent kind) => kind switch
    {
        PlanEvent.Watching => "dead-man timer waits",
        PlanEvent.NotWritten => "not written",
        PlanEvent.Already => "so already",
        PlanEvent.Seen => "seen at the zones' servers",
        PlanEvent.Drained => "connections closed",
        PlanEvent.Looked => "looked from outside",
        PlanEvent.Left => "left as others made it",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
