using System.CommandLine;
using Namesake.Core.Firewall.Planning;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake plan advice: which variant fits, and why.</summary>
internal static class AdviceVerb
{
    private static readonly Option<bool> Pool = new("--pool") { Description = "A firewall on the way picks one of several public addresses by itself." };
    private static readonly Option<bool> CannotBind = new("--cannot-bind") { Description = "The sending program leaves the choice of its address to the host." };
    private static readonly Option<bool> ForeignReverse = new("--foreign-reverse") { Description = "Somebody else writes the PTR records. Else taken from dnsProviders of the configuration, where there are any." };

    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var command = new Command("advice", "Which variant fits: PTR records (1), translation to one address (2), or the host's choice of its source (3). Ends with 1 when none does.")
        {
            MappingLists.List, Pool, CannotBind, ForeignReverse, PlanOptions.Config, PlanOptions.Json,
        };
        command.SetAction(parsed =>
        {
            var list = MappingLists.Read(parsed);
            using var workshop = list is null ? PlanOptions.Open(parsed, terminal, makers) : null;
            var situation = PlanAdvice.Look(list, workshop, parsed.GetValue(Pool), parsed.GetValue(CannotBind), parsed.GetValue(ForeignReverse));
            var advice = VariantAdvisor.For(situation);
            if (parsed.GetValue(PlanOptions.Json))
                terminal.Json(CliJson.Element(AdviceReport.Of(advice, situation), CliJson.Default.AdviceReport));
            else
            {
                terminal.Line($"{char.ToUpperInvariant(advice.Title[0])}{advice.Title[1..]}");
                terminal.Line(advice.ToNote().Text);
            }

            return advice.Variant == Variant.Impossible ? ExitCode.Negative : ExitCode.Ok;
        });
        return command;
    }
}

/// <summary>Which variant fits, for programs.</summary>
/// <param name="Variant">1, 2 or 3; 0: none does.</param>
/// <param name="First">What has to be done before; null when nothing.</param>
internal sealed record AdviceReport(int Variant, string Title, string Why, string? First, int Names, int PublicAddresses, bool OwnsReverse, bool IsTranslated, bool IsPool, bool CanBind, bool HasIPv6)
{
    public static AdviceReport Of(Advice advice, Situation seen) => new(
        (int)advice.Variant, advice.Title, advice.Why, advice.First, seen.Names, seen.PublicAddresses, seen.OwnsReverse, seen.IsTranslated, seen.IsPool, seen.CanBind, seen.HasIPv6);
}
