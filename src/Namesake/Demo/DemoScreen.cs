using System.Globalization;
using Spectre.Console;

namespace Namesake.Demo;

/// <summary>What a person sees of the demo; silent with --json.</summary>
public sealed class DemoScreen(IAnsiConsole console, bool silent)
{
    public void Chapter(string title, string text)
    {
        if (silent)
            return;
        console.WriteLine();
        console.Write(new Rule($"[bold]{Markup.Escape(title)}[/]") { Justification = Justify.Left });
        console.MarkupLineInterpolated($"{text}");
    }

    public void Line(Mood mood, string text)
    {
        if (silent)
            return;
        var (sign, colour) = mood switch { Mood.Good => ("✔", "green"), Mood.Bad => ("✘", "red"), Mood.Doubtful => ("!", "yellow"), _ => ("·", "default") };
        console.MarkupLine($"  [{colour}]{sign}[/] {Markup.Escape(text)}");
    }

    public void Table(string[] heads, IEnumerable<string[]> rows)
    {
        if (silent)
            return;
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var head in heads)
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(head)}[/]"));
        foreach (var row in rows)
            table.AddRow(row.Select(Markup.Escape).ToArray());
        console.Write(table);
    }

    public DemoProgress Progress(string what, int of) => new(console, what, of, silent);

    public void Figures(DemoFigures figures)
    {
        if (silent)
            return;
        Chapter("What was counted", figures.CameTrue ? "The story came true." : "The story did NOT come true: something above went wrong.");
        Table(["messages", "count", "should be"],
        [
            ["refused while the system chose the address", Text(figures.RefusedBefore), Text(DemoWorld.Brands.Count * 2)],
            ["accepted and held until DNS agreed", Text(figures.Held), Text(DemoWorld.Brands.Count * 3 * DemoStory.MessagesEach)],
            ["leaked under a wrong identity", Text(figures.Leaked), "0"],
            ["delivered after the plan was applied", Text(figures.DeliveredAfter), Text(DemoWorld.Brands.Count * 3 * DemoStory.MessagesEach)],
            ["lost", Text(figures.Lost), "0"],
        ]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

public enum Mood
{
    Plain,
    Good,
    Doubtful,
    Bad,
}
