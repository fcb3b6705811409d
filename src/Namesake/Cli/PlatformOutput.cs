using System.Collections.Immutable;
using System.CommandLine;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Plans;

namespace Namesake.Cli;

/// <summary>A plan for translation in the words of a device.</summary>
internal static class PlatformOutput
{
    public static readonly Option<string?> As = Kinds();

    public static readonly Option<string?> Device = new("--device") { HelpName = "NAME", Description = "With --as: the interface mail leaves by, as the device calls it. Without it the text says where to put it." };

    public static readonly Option<bool> Undo = new("--undo-text") { Description = "With --as: only what undoes it." };

    public static int Tell(Plan plan, string word, ParseResult parsed, Terminal terminal)
    {
        var platform = Platforms.Find(word)!;
        var (texts, trouble) = PlanForms.OfTranslation(plan, platform, parsed.GetValue(Device));
        if (trouble is not null)
            throw new CliException(ExitCode.Usage, trouble);
        foreach (var note in plan.Notes.Where(note => note.LeavesUndone))
            terminal.Hint($"{note.About}: {note.Text}");
        if (parsed.GetValue(PlanOptions.Json))
            terminal.Json(CliJson.Element(PlatformTextReport.Of(platform, texts, plan), CliJson.Default.PlatformTextReport));
        else if (texts.IsEmpty)
            terminal.Hint("There is nothing to translate.");
        else
            foreach (var text in texts)
                terminal.Raw((parsed.GetValue(Undo) ? text.Undo : platform.Print(text)).TrimEnd());
        return plan.Notes.Any(note => note.LeavesUndone) ? ExitCode.Unknown : ExitCode.Ok;
    }

    private static Option<string?> Kinds()
    {
        var kinds = new Option<string?>("--as")
        {
            HelpName = "KIND", Description = $"The text for a device of this kind, with what to know and how to undo it, in place of a plan: {string.Join(", ", Platforms.All.Select(platform => platform.Word))}.",
        };
        kinds.AcceptOnlyFromAmong([.. Platforms.All.Select(platform => platform.Word)]);
        return kinds;
    }
}

/// <summary>The text of a device, for programs.</summary>
/// <param name="Apply">Empty when there is nothing to translate.</param>
/// <param name="Refused">What is not in the text and why.</param>
internal sealed record PlatformTextReport(string Platform, string Title, string Apply, string Undo, ImmutableArray<string> Notes, ImmutableArray<string> Refused)
{
    public static PlatformTextReport Of(IPlatform platform, ImmutableArray<RenderedText> texts, Plan plan) => new(
        platform.Word, platform.Title, string.Concat(texts.Select(text => text.Apply)), string.Concat(texts.Select(text => text.Undo)),
        [.. texts.SelectMany(text => text.Notes).Distinct()], [.. plan.Notes.Where(note => note.LeavesUndone).Select(note => $"{note.About}: {note.Text}")]);
}
