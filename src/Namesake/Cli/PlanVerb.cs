using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Namesake.Core.Plans;
using Namesake.Core.Sources;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake plan: what would have to change, and why. Changes nothing.</summary>
internal static class PlanVerb
{
    internal static readonly Option<string[]> Sources = new("--source") { HelpName = "ID", Description = "Only this source; may be given several times. Default all." };
    internal static readonly Option<string?> Output = new("--output", "-o") { HelpName = "FILE", Description = "Also writes the plan there, for show and apply." };
    internal static readonly Option<int?> MostChanges = new("--changes") { HelpName = "N", Description = "As many changes this plan may have. Default plans.limits.changes of the configuration." };
    internal static readonly Option<int?> MostRemovals = new("--removals") { HelpName = "N", Description = "As many removals. Default plans.limits.removals." };
    private static readonly Option<int?> MostPerZone = new("--per-zone") { HelpName = "N", Description = "As many changes in one zone. Default plans.limits.perZone." };

    public static Command Create(Terminal terminal, PlanMakers makers) => new("plan", "What would have to change so that address, name and DNS agree. Changes nothing; `apply` does.") { Dns(terminal, makers), NatVerb.Create(terminal, makers), AdviceVerb.Create(terminal, makers), DriftVerbs.Restore(terminal, makers) };

    private static Command Dns(Terminal terminal, PlanMakers makers)
    {
        var giveUp = new Option<string[]>("--give-up") { HelpName = "ID", Description = "A source whose records are to go: those that a plan has written and nobody changed since. May be given several times." };
        var leaveForeign = new Option<bool>("--leave-foreign") { Description = "Nothing for records that somebody else has written, in place of changes that need --replace-foreign." };
        var command = new Command("dns", "Variant 1: the records that make DNS say what is on the wire. Ends with 0 when nothing is to be done, 1 when something is, 2 when something could not be planned or is somebody else's and takes consent of its own.") { Sources, giveUp, leaveForeign, Output, MostChanges, MostRemovals, MostPerZone };
        return command.Working(terminal, makers, async (parsed, workshop, cancellation) =>
        {
            var relay = workshop.Configuration.Relay;
            var gone = Known(parsed.GetValue(giveUp), workshop);
            var wanted = gone.Count > 0 && parsed.GetValue(Sources) is null or [] ? [] : DnsPlanning.Identities(relay, Known(parsed.GetValue(Sources), workshop)).RemoveAll(identity => gone.Contains(identity.Source!.Value));
            var leaving = gone.Count == 0 ? [] : DnsPlanning.Identities(relay, gone);
            var planning = new DnsPlanning(workshop, TimeProvider.System);
            var plan = await WorkProgress.ShowAsync(terminal, !parsed.GetValue(PlanOptions.Json), DnsPlanning.StepsOf(wanted.AddRange(leaving)),
                progress => planning.MakeAsync(wanted, leaving, LimitsOf(parsed, workshop), progress, cancellation));
            return Tell(parsed.GetValue(leaveForeign) ? plan.WithoutForeign() : plan, parsed, terminal);
        });
    }

    internal static PlanLimits LimitsOf(ParseResult parsed, PlanWorkshop workshop)
    {
        var usual = workshop.Configuration.Plans.Limits;
        return new PlanLimits(parsed.GetValue(MostChanges) ?? usual.Changes, parsed.GetValue(MostRemovals) ?? usual.Removals, parsed.GetValue(MostPerZone) ?? parsed.GetValue(MostChanges) ?? usual.PerZone);
    }

    internal static int Tell(Plan plan, ParseResult parsed, Terminal terminal)
    {
        var json = PlanJson.Write(plan);
        if (parsed.GetValue(Output) is { } file)
            Write(file, json);
        if (parsed.GetValue(PlanOptions.Json))
            terminal.Raw(Encoding.UTF8.GetString(json).TrimEnd());
        else
            terminal.Raw(Terminal.Plain(PlanText.Of(plan)).TrimEnd());
        if (!plan.IsEmpty && !parsed.GetValue(PlanOptions.Json))
            terminal.Hint(parsed.GetValue(Output) is { } written ? $"Apply it with `namesake apply {written}`." : "Write it to a file with -o FILE, to apply it.");
        return plan.Notes.Any(note => note.LeavesUndone) ? ExitCode.Unknown : plan.IsEmpty ? ExitCode.Ok : ExitCode.Negative;
    }

    internal static void Write(string file, byte[] json)
    {
        try
        {
            File.WriteAllBytes(file, json);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{file} can't be written: {trouble.Message}");
        }
    }

    internal static HashSet<SourceId> Known(string[]? named, PlanWorkshop workshop)
    {
        var ids = (named ?? []).Select(id => new SourceId(id)).ToHashSet();
        var unknown = ids.Where(id => workshop.Configuration.Relay.Sources.Find(id) is null).ToImmutableArray();
        return unknown.IsEmpty ? ids : throw new CliException(ExitCode.Usage, $"the configuration has no source {string.Join(", ", unknown)}; it has {string.Join(", ", workshop.Configuration.Relay.Sources.All.Take(20).Select(source => source.Id))}");
    }
}
