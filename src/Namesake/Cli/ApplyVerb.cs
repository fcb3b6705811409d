using System.CommandLine;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake apply: carries a plan out, looks from outside, and takes it back when it isn't right.</summary>
internal static class ApplyVerb
{
    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var name = PlanOptions.Plan("A file that `plan -o` wrote, or an id that `plans` shows.");
        var foreign = new Option<bool>("--replace-foreign") { Description = "Also changes records that aren't ours, as the plan names them." };
        var unseen = new Option<bool>("--unseen") { Description = "Confirms also what nobody outside could see. What is seen to be wrong is undone all the same." };
        var changes = Limit("--changes", "Records and mappings it may make or change, this once. Default: plans.changes of the configuration.");
        var removals = Limit("--removals", "Records and mappings it may remove, this once. Default: plans.removals.");
        var zone = Limit("--per-zone", "Records it may change in one zone, this once. Default: plans.perZone.");
        var command = new Command("apply", "Applies a plan: asks, writes step by step, looks from outside, confirms; or takes all of it back. Ends with 0 applied, 1 not applied and as it was, 2 undecided or not known.") { name, PlanOptions.Yes, foreign, unseen, changes, removals, zone };
        return command.Working(terminal, makers, async (parsed, workshop, cancellation) =>
        {
            var plan = await PlanOptions.FindAsync(parsed.GetRequiredValue(name), workshop, cancellation);
            var people = !parsed.GetValue(PlanOptions.Json);
            if (people)
                terminal.Raw(Terminal.Plain(PlanText.Of(plan)));
            if (!plan.IsEmpty && !await PlanOptions.AgreedAsync(parsed, terminal, "Apply it?", cancellation))
                return ExitCode.Negative;
            var wish = new ApplyWish(parsed.GetValue(foreign), parsed.GetValue(unseen));
            var usual = workshop.Configuration.Plans.Limits;
            var limits = new PlanLimits(parsed.GetValue(changes) ?? usual.Changes, parsed.GetValue(removals) ?? usual.Removals, parsed.GetValue(zone) ?? usual.PerZone);
            var outcome = await PlanOptions.RunnerOf(workshop, limits).ApplyAsync(plan, wish, people ? new PlanProgress(terminal) : null, cancellation);
            return PlanOptions.Tell(parsed, terminal, outcome, undoing: false);
        });
    }

    private static Option<int?> Limit(string name, string description)
    {
        var option = new Option<int?>(name) { HelpName = "N", Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0)
                result.AddError($"{name} is a number from 0");
        });
        return option;
    }
}

/// <summary>A line for a line of the journal, as it is written.</summary>
internal sealed class PlanProgress(Terminal terminal) : IProgress<PlanEntry>
{
    public void Report(PlanEntry value)
    {
        // How it ended is said once, below.
        if (value.Event is not (PlanEvent.Recorded or PlanEvent.Refused or PlanEvent.Confirmed or PlanEvent.Undone))
            terminal.Line($"  {PlanTables.Event(value)}");
    }
}
