using System.CommandLine;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Firewall.Rendering;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake plan nat: the translation of a firewall of ours as a plan, or of any other device as a text.</summary>
internal static class NatVerb
{
    private static readonly Option<string?> Firewall = new("--firewall") { HelpName = "ID", Description = "The firewall of the configuration that translates. Needed where there is more than one." };
    private static readonly Option<SharingMode> Mode = new("--mode") { Description = "shared: several local addresses may leave as one address, under one name. exclusive: each has an address of its own.", DefaultValueFactory = _ => SharingMode.Shared };

    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var command = new Command("nat", "Variant 2: the translation that makes the outside see what DNS says, for TCP port 25 only. Ends with 0 when nothing is to be done, 1 when something is, 2 when something could not be planned; with --as with 0 or 2.")
        {
            PlanVerb.Sources, MappingLists.List, Firewall, Mode, PlatformOutput.As, PlatformOutput.Device, PlatformOutput.Undo, PlanVerb.Output, PlanVerb.MostChanges, PlanVerb.MostRemovals, PlanOptions.Config, PlanOptions.Json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, makers, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, PlanMakers makers, CancellationToken cancellation)
    {
        var (list, mode) = (MappingLists.Read(parsed), parsed.GetValue(Mode));
        if (list is not null && parsed.GetValue(PlanVerb.Sources) is { Length: > 0 })
            throw new CliException(ExitCode.Usage, "--list has no sources: leave --source out");
        // A server that isn't ours and a device that isn't ours: nothing of this node is needed.
        using var workshop = list is not null && parsed.GetValue(PlatformOutput.As) is not null ? null : PlanOptions.Open(parsed, terminal, makers);
        var situation = PlanAdvice.Look(list, workshop, isPool: false, cannotBind: false, isForeignReverse: false);
        if (parsed.GetValue(PlatformOutput.As) is { } word)
        {
            var wanted = list ?? DnsPlanning.Identities(workshop!.Configuration.Relay, PlanVerb.Known(parsed.GetValue(PlanVerb.Sources), workshop));
            var text = NatPlanning.ByHand(Platforms.Find(word)!, workshop?.Configuration.Relay.Node ?? Environment.MachineName, wanted, mode, TimeProvider.System).With(situation);
            if (parsed.GetValue(PlanVerb.Output) is { } file)
                PlanVerb.Write(file, Core.Plans.PlanJson.Write(text));
            return PlatformOutput.Tell(text, word, parsed, terminal);
        }

        var planning = NatPlanning.For(workshop!, parsed.GetValue(Firewall), TimeProvider.System, out var trouble) ?? throw new CliException(ExitCode.Configuration, trouble!);
        var limits = PlanVerb.LimitsOf(parsed, workshop!);
        var plan = list is { } given ? await planning.MakeAsync(given, mode, limits, cancellation)
            : await planning.MakeAsync(PlanVerb.Known(parsed.GetValue(PlanVerb.Sources), workshop!), mode, limits, cancellation);
        return PlanVerb.Tell(plan.With(situation), parsed, terminal);
    }
}
