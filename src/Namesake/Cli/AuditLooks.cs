using System.CommandLine;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;

namespace Namesake.Cli;

/// <summary>How often name servers that fail are looked at, in `check` and `audit`.</summary>
internal static class AuditLooks
{
    public static Option<int> Option()
    {
        var option = new Option<int>("--looks")
        {
            HelpName = "N", DefaultValueFactory = _ => 1,
            Description = $"Looks so often at name servers that fail, 6 seconds apart: with {ServerTrouble.Enough} it is known whether they fail again and again (ZN-04). 1 to {ZoneProbeOptions.MostLooks}.",
            CustomParser = result => int.TryParse(result.Tokens[0].Value, out var number) ? number : 0,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > ZoneProbeOptions.MostLooks)
                result.AddError($"--looks is a number from 1 to {ZoneProbeOptions.MostLooks}");
        });
        return option;
    }
}
