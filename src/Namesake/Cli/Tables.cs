using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Namesake.Cli;

/// <summary>Tables without lines: they can be read, and cut with awk.</summary>
internal static class Tables
{
    /// <param name="columns">A name that ends with '#' is a column of numbers.</param>
    public static Table New(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        for (var i = 0; i < columns.Length; i++)
        {
            var number = columns[i].EndsWith('#');
            table.AddColumn(new TableColumn(new Text(columns[i].TrimEnd('#').ToUpperInvariant(), new Style(decoration: Decoration.Bold)))
            {
                Padding = new Padding(0, 0, i == columns.Length - 1 ? 0 : 2, 0),
                Alignment = number ? Justify.Right : Justify.Left,
                NoWrap = number,
            });
        }

        return table;
    }

    /// <summary>Names and values, one a line.</summary>
    public static Grid Facts(params ReadOnlySpan<(string Name, IRenderable? Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) }).AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach (var (name, value) in facts)
            if (value is not null)
                grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), value);
        return grid;
    }

    public static Text Cell(string? text) => new(Terminal.Plain(text ?? ""));

    /// <param name="colour">Of what is above zero; null: of the terminal.</param>
    public static Text Number(long number, Color? colour = null) => Cell(number.ToString("N0", CultureInfo.InvariantCulture), number == 0 ? null : colour);

    public static Text Cell(string? text, Color? colour) => new(Terminal.Plain(text ?? ""), colour is { } known ? new Style(known) : Style.Plain);

    /// <summary>Green, red or yellow; the word says the same to who sees no colour.</summary>
    public static Text Verdict(string verdict, bool held) => Cell(held ? $"{verdict}, held" : verdict, verdict switch
    {
        _ when held => Color.Red,
        "aligned" => Color.Green,
        "misaligned" => Color.Red,
        _ => Color.Yellow,
    });

    public static string Age(DateTimeOffset? at) => at is { } known ? $"{Web.Ages.Short(TimeProvider.System.GetUtcNow() - known)} ago" : "never";

    public static string In(DateTimeOffset? at)
    {
        if (at is not { } known)
            return "";
        var span = known - TimeProvider.System.GetUtcNow();
        return span <= TimeSpan.Zero ? "now" : $"in {Web.Ages.Short(span)}";
    }

    public static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";

    /// <summary>"1 brand", "2,000 brands".</summary>
    public static string Count(long number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {noun}{(number == 1 ? "" : "s")}");

    public static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes} B",
        < 10_000_000 => $"{bytes / 1024} KB",
        < 10_000_000_000 => $"{bytes >> 20} MB",
        _ => $"{bytes >> 30} GB",
    };
}
