using System.Collections.Immutable;
using System.CommandLine;
using Namesake.Core.Plans;
using Namesake.Plans;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>What plans have made and somebody has changed since: shown, put back, or taken as it is now.</summary>
internal static class DriftVerbs
{
    /// <summary>namesake plans drift.</summary>
    public static Command Drift(Terminal terminal, PlanMakers makers) =>
        new Command("drift", "What plans have made and somebody has changed since. `plan restore` puts it back, `plans adopt` takes it as it is. Ends with 0 when all is as made, 1 when not, 2 when something could not be looked at.")
            .Working(terminal, makers, async (parsed, workshop, cancellation) =>
            {
                var (drifts, troubles) = await DriftSearch.LookAsync(workshop, cancellation);
                if (parsed.GetValue(PlanOptions.Json))
                    terminal.Json(CliJson.Element(new DriftReport([.. drifts.Select(DriftedReport.Of)], troubles), CliJson.Default.DriftReport));
                else
                    Show(terminal, drifts, troubles);
                return troubles.Length > 0 ? ExitCode.Unknown : drifts.IsEmpty ? ExitCode.Ok : ExitCode.Negative;
            });

    /// <summary>namesake plans adopt.</summary>
    public static Command Adopt(Terminal terminal, PlanMakers makers)
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = "Only these names of records, or ids of firewalls. Default: all that `plans drift` shows." };
        return new Command("adopt", "Takes what somebody has changed as ours: the drift ends, and the next plan may change it without asking. Writes nothing but the registry. Ends with 0 when all of it was taken, 1 when something is no longer as it was shown and was left, 2 while a plan is in hand.") { names, PlanOptions.Yes }
            .Working(terminal, makers, async (parsed, workshop, cancellation) =>
            {
                var (drifts, troubles) = await DriftSearch.LookAsync(workshop, cancellation);
                var chosen = Chosen(drifts, parsed.GetValue(names) ?? []);
                Show(terminal, chosen, troubles);
                if (chosen.IsEmpty || !await PlanOptions.AgreedAsync(parsed, terminal, "Take these as ours?", cancellation))
                    return chosen.IsEmpty ? ExitCode.Ok : ExitCode.Negative;
                var adoption = await DriftAdoption.TakeAsync(workshop, chosen, Operators.Name, TimeProvider.System.GetUtcNow(), cancellation);
                if (adoption.InTheWay is { } inTheWay)
                    throw new CliException(ExitCode.Unknown, inTheWay);
                foreach (var (drift, why) in adoption.Left)
                    terminal.Line($"{drift.What} {drift.Name} was left: {why}. Look at it with `namesake plans drift`.");
                terminal.Line($"{Tables.Count(adoption.Taken.Length, "change")} of others taken as ours.");
                return adoption.Left.IsEmpty ? ExitCode.Ok : ExitCode.Negative;
            });
    }

    /// <summary>namesake plan restore.</summary>
    public static Command Restore(Terminal terminal, PlanMakers makers)
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = "Only these names of records, or ids of firewalls. Default: all that `plans drift` shows." };
        return new Command("restore", "Puts back what plans have made and somebody has changed since. Ends with 0 when nothing is to be done, 1 when something is, 2 when something could not be looked at.") { names, PlanVerb.Output }
            .Working(terminal, makers, async (parsed, workshop, cancellation) =>
            {
                var (drifts, troubles) = await DriftSearch.LookAsync(workshop, cancellation);
                var chosen = Chosen(drifts, parsed.GetValue(names) ?? []);
                return PlanVerb.Tell(DriftSearch.Restore(workshop.Configuration.Relay, chosen, troubles, workshop.Configuration.Plans.Limits, TimeProvider.System.GetUtcNow()), parsed, terminal);
            });
    }

    private static ImmutableArray<OwnedDrift> Chosen(ImmutableArray<OwnedDrift> drifts, string[] names)
    {
        var chosen = DriftSearch.Named(drifts, names, out var unknown);
        return unknown is null ? chosen : throw new CliException(ExitCode.Usage, $"nothing named {unknown} was changed by others: `namesake plans drift` shows what was");
    }

    private static void Show(Terminal terminal, ImmutableArray<OwnedDrift> drifts, ImmutableArray<string> troubles)
    {
        if (drifts.IsEmpty)
            terminal.Line(troubles.IsEmpty ? "All that plans have made is as they made it." : "Nothing is seen to be otherwise than plans made it.");
        else
        {
            var table = Tables.New("what", "as made", "now", "plan");
            foreach (var one in drifts.Select(DriftedReport.Of))
                table.AddRow(Tables.Cell($"{one.What} {one.Name}"), Tables.Cell(one.Made), Tables.Cell(one.Now.Length <= 200 ? one.Now : one.Now[..199] + "…"), Tables.Cell(one.Plan));
            terminal.Write(table);
        }

        foreach (var trouble in troubles)
            terminal.Line($"Could not be looked at: {trouble}");
    }
}

internal sealed record DriftReport(ImmutableArray<DriftedReport> Drifts, ImmutableArray<string> Troubles);

/// <param name="What">"PTR", "A", "translation".</param>
/// <param name="Name">The record's name, or the firewall's id.</param>
internal sealed record DriftedReport(string What, string Name, string Made, string Now, string Plan)
{
    public static DriftedReport Of(OwnedDrift drift) => new(drift.What, drift.Name, drift.Made, drift.Now, drift.Plan.Value);
}
