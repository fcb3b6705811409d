using Namesake.Web.Sources;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>A source's past as a postmaster reads it: the newest first.</summary>
internal static class HistoryTables
{
    public static void Show(Terminal terminal, HistoryView history)
    {
        terminal.Write(Tables.Facts(
            ("source", Tables.Cell(history.Source)),
            ("verdict", Tables.Verdict(history.Verdict, held: false)),
            ("aligned since", history.AlignedSince is { } since ? Tables.Cell($"{Tables.Time(since)} ({Tables.Age(since)})") : null)));
        terminal.Line();
        if (history.Changes.IsEmpty)
        {
            terminal.Write(Tables.Cell("Nothing has changed within the time that is kept.\n"));
            return;
        }

        var table = Tables.New("when", "what");
        foreach (var change in history.Changes)
            table.AddRow(Tables.Cell(Tables.Time(change.At)), Tables.Cell($"{change.Text}; told by {change.Origin}"));
        terminal.Write(table);
        if (history.Next is { } next)
            terminal.Line($"\nThere is more: --after {next}");
    }
}
