using System.CommandLine;
using System.Text.Json;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Plans;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake plans: what was planned and applied here, and what became of it.</summary>
internal static class PlansVerb
{
    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var plans = List(terminal, makers, "plans");
        plans.Description = "Plans that were applied here, newest first: how they stand, and what was done when.";
        plans.Subcommands.Add(List(terminal, makers, "list"));
        plans.Subcommands.Add(Show(terminal, makers));
        plans.Subcommands.Add(Owned(terminal, makers));
        plans.Subcommands.Add(DriftVerbs.Drift(terminal, makers));
        plans.Subcommands.Add(DriftVerbs.Adopt(terminal, makers));
        return plans;
    }

    private static Command List(Terminal terminal, PlanMakers makers, string name) => new Command(name, "All plans in a table.").Working(terminal, makers, async (parsed, workshop, cancellation) =>
    {
        await PlanOptions.RecoverAsync(workshop, terminal, cancellation);
        var all = await workshop.Store.ListAsync(cancellation);
        if (parsed.GetValue(PlanOptions.Json))
            terminal.Json(CliJson.Element([.. all.Select(PlanReport.Of)], CliJson.Default.ImmutableArrayPlanReport));
        else if (all.IsEmpty)
            terminal.Line("No plan was applied here.");
        else
        {
            var table = Tables.New("plan", "state", "since", "changes", "by");
            foreach (var history in all)
                table.AddRow(Tables.Cell(history.Plan.Id.Value), Tables.Cell(history.State.Word(), ColourOf(history.State)), Tables.Cell(Tables.Time(history.Since)), Tables.Cell(PlanText.Summary(history.Plan)), Tables.Cell(history.Begun?.Who));
            terminal.Write(table);
        }
        return ExitCode.Ok;
    });

    private static Command Show(Terminal terminal, PlanMakers makers)
    {
        var name = new Argument<string>("ID") { Description = "As `plans` shows it." };
        return new Command("show", "One plan with its journal: who did what when, and what was seen.") { name }.Working(terminal, makers, async (parsed, workshop, cancellation) =>
        {
            var text = parsed.GetRequiredValue(name);
            if (!PlanId.TryParse(text, out var id) || await workshop.Store.FindAsync(id, cancellation) is not { } history)
                throw new CliException(ExitCode.Negative, $"there is no plan {text} here: `namesake plans` lists those there are");
            if (parsed.GetValue(PlanOptions.Json))
            {
                terminal.Json(CliJson.Element(PlanHistoryReport.Of(history), CliJson.Default.PlanHistoryReport));
                return ExitCode.Ok;
            }
            terminal.Raw(Terminal.Plain(PlanText.Of(history.Plan)));
            terminal.Line($"{char.ToUpperInvariant(history.State.Word()[0])}{history.State.Word()[1..]} since {Tables.Time(history.Since)}.");
            foreach (var entry in history.Entries)
                terminal.Line($"  {PlanTables.Line(entry)}");
            if (history.Damaged > 0)
                terminal.Line($"  {Tables.Count(history.Damaged, "line")} of the journal can't be read.");
            return ExitCode.Ok;
        });
    }

    private static Command Owned(Terminal terminal, PlanMakers makers) => new Command("owned", "What plans have written here and is ours: everything else counts as somebody else's.").Working(terminal, makers, async (parsed, workshop, cancellation) =>
    {
        var registry = await workshop.Store.RegistryAsync(cancellation);
        if (parsed.GetValue(PlanOptions.Json))
        {
            using var document = JsonDocument.Parse(PlanJournalJson.Write(registry));
            terminal.Json(document.RootElement);
            return ExitCode.Ok;
        }
        var table = Tables.New("what", "as written", "plan", "by");
        foreach (var record in registry.Records)
            table.AddRow(Tables.Cell($"{record.Type.Word()} {record.Name}"), Tables.Cell(record.Set.ToString()), Tables.Cell(record.Plan.Value), Tables.Cell(record.By));
        foreach (var zone in registry.Zones)
            table.AddRow(Tables.Cell($"zone {zone.Zone}"), Tables.Cell(""), Tables.Cell(zone.Plan.Value), Tables.Cell(zone.By));
        foreach (var owned in registry.Tables)
            table.AddRow(Tables.Cell("translation"), Tables.Cell(Tables.Count(owned.Table.Mappings.Length, "mapping")), Tables.Cell(owned.Plan.Value), Tables.Cell(owned.By));
        if (table.Rows.Count == 0)
            terminal.Line("Nothing here was written by a plan.");
        else
            terminal.Write(table);
        return ExitCode.Ok;
    });

    private static Color? ColourOf(PlanState state) => state switch
    {
        PlanState.Applied => Color.Green,
        PlanState.Applying or PlanState.Undoing => Color.Red,
        PlanState.UndoneInPart => Color.Yellow,
        _ => null,
    };
}
