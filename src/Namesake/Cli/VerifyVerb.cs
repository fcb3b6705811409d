using System.CommandLine;
using Namesake.Core.Plans.Journal;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake verify: is what a plan wrote still there, and does the outside see what it wants. Changes nothing.</summary>
internal static class VerifyVerb
{
    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var name = PlanOptions.Plan("A file that `plan -o` wrote, or an id that `plans` shows.");
        var command = new Command("verify", "Looks whether everything is as a plan wants it, at the place it is written and from outside. Ends with 0 it is, 1 it isn't, 2 not all could be seen.") { name };
        return command.Working(terminal, makers, async (parsed, workshop, cancellation) =>
        {
            await PlanOptions.RecoverAsync(workshop, terminal, cancellation);
            var plan = await PlanOptions.FindAsync(parsed.GetRequiredValue(name), workshop, cancellation);
            var runner = PlanOptions.RunnerOf(workshop);
            var apart = await runner.CompareAsync(plan, cancellation);
            var seen = await runner.LookAsync(plan, cancellation);
            if (parsed.GetValue(PlanOptions.Json))
                terminal.Json(CliJson.Element(new PlanVerifyReport(plan.Id.Value, apart, [.. seen.Select(PlanSeenReport.Of)]), CliJson.Default.PlanVerifyReport));
            else
            {
                PlanTables.Seen(terminal, seen);
                foreach (var text in apart)
                    terminal.Line($"Not as the plan left it: {text}.");
                if (apart.IsEmpty)
                    terminal.Line("Everything the plan writes is there.");
            }
            return !apart.IsEmpty || seen.Any(one => one.Address == SeenVerdict.Disagrees || one.Names == SeenVerdict.Disagrees) ? ExitCode.Negative
                : seen.Any(one => one.Address == SeenVerdict.NotSeen || one.Names == SeenVerdict.NotSeen) ? ExitCode.Unknown : ExitCode.Ok;
        });
    }
}
