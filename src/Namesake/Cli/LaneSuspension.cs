using System.CommandLine;
using Namesake.Web;
using Namesake.Web.Lanes;

namespace Namesake.Cli;

/// <summary>namesake lanes suspend, lanes resume: an operator closes one source towards one receiver, and opens it again.</summary>
internal static class LaneSuspension
{
    public static Command Suspend(Terminal terminal)
    {
        var (source, site) = Lane();
        var (reason, until) = Options("lane");
        var command = new Command("suspend", "Lets nothing leave by a lane, over restarts too. For a receiver as a whole: `sites suspend`. Mail no receiver has seen yet goes by the brand's other sources, the rest waits.") { source, site, reason, until };
        Moments.Check(command, until);
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var ends = Moments.Of(parsed, until);
            var answer = await relay.PostAsync(PathOf(parsed, source, site, "suspend"), new SuspendRequest(parsed.GetValue(reason), ends, Operators.Name),
                RequestJson.Default.SuspendRequest, ApiJson.Default.LaneView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"{answer.Value.Source} sends nothing to {answer.Value.Site} any more: {Text(answer.Value.Suspension!)}.{Noted(answer.Value.Note)}");
            return ExitCode.Ok;
        });
    }

    public static Command Resume(Terminal terminal)
    {
        var (source, site) = Lane();
        var command = new Command("resume", "Opens a suspended lane.") { source, site };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.PostAsync($"{PathOf(parsed, source, site, "resume")}?by={Uri.EscapeDataString(Operators.Name)}", ApiJson.Default.LaneView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"{answer.Value.Source} {(answer.Value.Hold is { } hold ? $"is no longer suspended towards {answer.Value.Site}, but held: {hold.Text}"
                    : answer.Value.Suspension is { } other ? $"is no longer suspended towards {answer.Value.Site} itself, but the site is {Text(other)}"
                    : $"sends to {answer.Value.Site} again")}.");
            return ExitCode.Ok;
        });
    }

    /// <param name="what">That is closed.</param>
    public static (Option<string> Reason, Option<string?> Until) Options(string what) =>
    (
        new Option<string>("--reason") { HelpName = "TEXT", Description = $"Why; stands in the log and beside the {what}.", Required = true },
        new Option<string?>("--until") { HelpName = "TIME", Description = "When it ends by itself: \"90m\", \"8h\", \"2d\", or a time such as 2026-01-31T18:00Z. Default: when it is resumed." }
    );

    public static string Noted(string? note) => note is null ? "" : $"\nBut {note}.";

    public static string Text(SuspensionView suspension) =>
        $"suspended by {suspension.By} {(suspension.Until is { } until ? $"until {Tables.Time(until)}" : "until it is resumed")}: {suspension.Reason}; `{suspension.Resume}` opens it";

    private static (Argument<string> Source, Argument<string> Site) Lane() =>
        (new Argument<string>("source") { HelpName = "SOURCE" }, new Argument<string>("site") { HelpName = "SITE", Description = "As `lanes` shows it." });

    private static string PathOf(ParseResult parsed, Argument<string> source, Argument<string> site, string verb) =>
        $"api/v1/lanes/{Uri.EscapeDataString(parsed.GetRequiredValue(source))}/{Uri.EscapeDataString(parsed.GetRequiredValue(site))}/{verb}";
}
