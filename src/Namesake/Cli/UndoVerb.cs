using System.CommandLine;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake undo: takes an applied plan back.</summary>
internal static class UndoVerb
{
    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var name = new Argument<string>("ID") { Description = "As `plans` shows it." };
        var leave = new Option<bool>("--leave") { Description = "Leaves what was changed since, and what can't be read or written, as it is, by your word, and takes the rest back: the plan is at its end, and no source waits for it any more." };
        var command = new Command("undo", "Takes a plan back: everything is as before it. Where something was changed since, nothing is undone and nothing overwritten. Ends with 0 undone, 1 not, 2 undecided or not known.") { name, PlanOptions.Yes, leave };
        return command.Working(terminal, makers, async (parsed, workshop, cancellation) =>
        {
            var text = parsed.GetRequiredValue(name);
            if (!PlanId.TryParse(text, out var id) || await workshop.Store.FindAsync(id, cancellation) is not { } history)
                throw new CliException(ExitCode.Negative, $"there is no plan {text} here: `namesake plans` lists those there are");
            if (!parsed.GetValue(PlanOptions.Json))
            {
                terminal.Line($"{id}, {history.State.Word()} since {Tables.Time(history.Since)}. Taking it back means:");
                foreach (var change in history.Plan.Inverse().SelectMany(step => step.Changes))
                    terminal.Line($"  {PlanText.Line(change)}");
            }
            if (!await PlanOptions.AgreedAsync(parsed, terminal, parsed.GetValue(leave) ? "Take it back, and leave what can't be?" : "Take it back?", cancellation))
                return ExitCode.Negative;
            var progress = parsed.GetValue(PlanOptions.Json) ? null : new PlanProgress(terminal);
            var outcome = await PlanOptions.RunnerOf(workshop).UndoAsync(id, parsed.GetValue(leave), progress, cancellation);
            return PlanOptions.Tell(parsed, terminal, outcome, undoing: true);
        });
    }
}
