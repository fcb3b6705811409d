using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Namesake.Core.Dns;
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
        return new Command("adopt", "Takes what somebody has changed as ours: the drift ends, and the next plan may change it without asking. Writes nothing but the registry.") { names, PlanOptions.Yes }
            .Working(terminal, makers, async (parsed, workshop, cancellation) =>
            {
                var (drifts, troubles) = await DriftSearch.LookAsync(workshop, cancellation);
                var chosen = Chosen(drifts, parsed.GetValue(names) ?? []);
                Show(terminal, chosen, troubles);
                if (chosen.IsEmpty || !await PlanOptions.AgreedAsync(parsed, terminal, "Take these as ours?", cancellation))
                    return chosen.IsEmpty ? ExitCode.Ok : ExitCode.Negative;
                using var hold = await workshop.Store.TakeAsync(Operators.Name, TimeSpan.FromSeconds(10), cancellation)
                    ?? throw new CliException(ExitCode.Unknown, "another plan is in hand: try again when it is decided (`namesake plans`)");
                // Under the lock, on what the registry says now.
                await hold.RegisterAsync(OwnedDrift.Adopt(await workshop.Store.RegistryAsync(cancellation), chosen, TimeProvider.System.GetUtcNow()));
                terminal.Line($"{Tables.Count(chosen.Length, "change")} of others taken as ours.");
                return ExitCode.Ok;
            });
    }

    /// <summary>namesake plan restore.</summary>
    public static Command Restore(Terminal terminal, PlanMakers makers)
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = "Only these names of records, or ids of firewalls. Default: all that `plans drift` shows." };
        return new Command("restore", "Puts back what plans have made and somebody has changed since. Ends as plan dns does.") { names, PlanVerb.Output }
            .Working(terminal, makers, async (parsed, workshop, cancellation) =>
            {
                var (drifts, troubles) = await DriftSearch.LookAsync(workshop, cancellation);
                var now = TimeProvider.System.GetUtcNow();
                var chosen = Chosen(drifts, parsed.GetValue(names) ?? []);
                var relay = workshop.Configuration.Relay;
                var id = PlanId.New(chosen.Any(drift => drift is OwnedDrift.Records) ? PlanKind.Dns : PlanKind.Nat, now);
                var plan = OwnedDrift.Restore(id, relay.Node, chosen, DnsPlanning.Identities(relay, []), workshop.Configuration.Plans.Limits, now);
                return PlanVerb.Tell(plan with { Notes = [.. troubles.Select(trouble => new PlanNote(PlanNoteKind.Unknown, "what is there", trouble))] }, parsed, terminal);
            });
    }

    private static ImmutableArray<OwnedDrift> Chosen(ImmutableArray<OwnedDrift> drifts, string[] names)
    {
        var wanted = names.Select(name => name.TrimEnd('.').ToLowerInvariant()).ToHashSet();
        if (wanted.FirstOrDefault(name => !drifts.Any(drift => DriftedReport.Of(drift).Name == name)) is { } unknown)
            throw new CliException(ExitCode.Usage, $"nothing named {unknown} was changed by others: `namesake plans drift` shows what was");
        return wanted.Count == 0 ? drifts : [.. drifts.Where(drift => wanted.Contains(DriftedReport.Of(drift).Name))];
    }

    private static void Show(Terminal terminal, ImmutableArray<OwnedDrift> drifts, ImmutableArray<string> troubles)
    {
        if (drifts.IsEmpty)
            terminal.Line(troubles.IsEmpty ? "All that plans have made is as they made it." : "Nothing is seen to be otherwise than plans made it.");
        else
        {
            var table = Tables.New("what", "as made", "now", "plan");
            foreach (var one in drifts.Select(DriftedReport.Of))
                table.AddRow(Tables.Cell($"{one.What} {one.Name}"), Tables.Cell(one.Made), Tables.Cell(one.Now), Tables.Cell(one.Plan));
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
    public static DriftedReport Of(OwnedDrift drift) => drift switch
    {
        OwnedDrift.Records(var owned, var present) => new(owned.Type.Word(), owned.Name.Value, owned.Set.ToString(), present?.ToString() ?? "nothing", owned.Plan.Value),
        OwnedDrift.Table(var owned, var present) => new("translation", owned.By, string.Create(CultureInfo.InvariantCulture, $"{owned.Table.Mappings.Length} mappings"),
            present is null ? "nothing" : string.Join(", ", present.Mappings.Except(owned.Table.Mappings).Take(5).Select(mapping => mapping.ToString()).DefaultIfEmpty($"{present.Mappings.Length} mappings")), owned.Plan.Value),
        _ => throw new InvalidOperationException(),
    };
}
