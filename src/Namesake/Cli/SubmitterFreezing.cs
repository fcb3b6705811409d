using System.CommandLine;
using Namesake.Web;
using Namesake.Web.Submitters;

namespace Namesake.Cli;

/// <summary>namesake submitters freeze, submitters thaw: an operator stops one who hands mail in, and lets it go on.</summary>
internal static class SubmitterFreezing
{
    public static Command Freeze(Terminal terminal)
    {
        var name = Name();
        var reason = new Option<string>("--reason") { HelpName = "TEXT", Description = "Why; stands in the log and beside the submitter, and is not told to it.", Required = true };
        var command = new Command("freeze", "Refuses what it hands in (451 4.7.1) and holds what it has queued, over restarts too, until it is thawed.") { name, reason };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.PostAsync(PathOf(parsed, name, "freeze"), new FreezeRequest(parsed.GetValue(reason), Operators.Name), RequestJson.Default.FreezeRequest, ApiJson.Default.SubmitterView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"{answer.Value.Name} may hand in nothing more, and what it has queued is held: {Text(answer.Value.Freeze!)}");
            return ExitCode.Ok;
        });
    }

    public static Command Thaw(Terminal terminal)
    {
        var name = Name();
        var quiet = new Option<string?>("--quiet") { HelpName = "TIME", Description = "Until when its volume is not judged: \"8h\", \"2d\", or a time such as 2026-01-31T18:00Z. For a mailing that was no theft. Default: it is judged, today counting as a day of its history." };
        var command = new Command("thaw", "Lets it hand in again and releases what was held.") { name, quiet };
        Moments.Check(command, quiet);
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var until = Moments.Of(parsed, quiet);
            var answer = await relay.PostAsync(PathOf(parsed, name, "thaw"), new ThawRequest(until, Operators.Name), RequestJson.Default.ThawRequest, ApiJson.Default.SubmitterView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                terminal.Line($"{answer.Value.Name} may hand in again, and what was held goes{(until is { } quietUntil ? $"; its volume is not judged until {Tables.Time(quietUntil)}" : "")}.");
            return ExitCode.Ok;
        });
    }

    public static string Text(FreezeView freeze) =>
        $"frozen by {freeze.By} since {Tables.Time(freeze.Since)}: {freeze.Reason}; {Tables.Count(freeze.Held, "recipient")} held; `{freeze.Thaw}` ends it";

    private static Argument<string> Name() => new("name") { HelpName = "NAME", Description = "As `submitters` shows it: a login, or SENDER@CLIENT." };

    private static string PathOf(ParseResult parsed, Argument<string> name, string verb) => $"api/v1/submitters/{Uri.EscapeDataString(parsed.GetRequiredValue(name))}/{verb}";
}
