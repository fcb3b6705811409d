using System.CommandLine;
using Namesake.Configuration;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake spool check: is everything that was accepted still there and whole. Looks at files or database itself; of the embedded spool the relay must be stopped.</summary>
internal static class SpoolVerb
{
    public static Command Create(Terminal terminal)
    {
        var data = new Option<string?>("--data") { HelpName = "DIR", Description = "The data directory, instead of the one of the configuration." };
        var repair = new Option<bool>("--repair") { Description = "Counts anew what can be counted from the rows themselves; touches no mail." };
        var check = new Command("check", "Looks through the spool: of a stopped relay, or in PostgreSQL. Ends with 0 when it is sound, 1 when not, 2 when it can't be looked at.") { data, RelayOptions.Config, repair, RelayOptions.Json };
        check.Validators.Add(result =>
        {
            if (result.GetResult(data) is not null && result.GetResult(RelayOptions.Config) is not null)
                result.AddError("--data and --config both say where the spool is: give one");
        });
        check.SetAction(async (parsed, cancellation) =>
        {
            var given = parsed.GetValue(data);
            var configuration = given is null ? ConfigurationOf(parsed.GetValue(RelayOptions.Config), terminal) : null;
            SpoolCheckReport report;
            try
            {
                report = configuration?.Database is { } database
                    ? await PostgresCheck.RunAsync(database, parsed.GetValue(repair), TimeProvider.System, cancellation)
                    : await SpoolCheck.RunAsync(given ?? configuration!.DataDirectory, parsed.GetValue(repair), cancellation);
            }
            catch (SpoolUnavailableException trouble)
            {
                throw new CliException(ExitCode.Unknown, trouble.Message);
            }

            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(CliJson.Element(report, CliJson.Default.SpoolCheckReport));
            else
                Show(terminal, report);
            return report.IsSound ? ExitCode.Ok : ExitCode.Negative;
        });
        return new Command("spool", "What was accepted and waits on disk.") { check };
    }

    private static NamesakeConfiguration ConfigurationOf(string? config, Terminal terminal)
    {
        if (config is null && !File.Exists(RelayOptions.DefaultFile))
            throw new CliException(ExitCode.Configuration, $"there is no {RelayOptions.DefaultFile} here: name the data directory with --data DIR, or the relay's configuration with --config FILE");
        return Configurations.Read(config ?? RelayOptions.DefaultFile, terminal, quiet: true);
    }

    private static void Show(Terminal terminal, SpoolCheckReport report)
    {
        terminal.Write(Tables.Facts(
            ("data", Tables.Cell(report.DataDirectory)),
            ("holds", Tables.Cell($"{Tables.Count(report.Messages, "message")} to {Tables.Count(report.Recipients, "recipient")}")),
            ("verdict", report.IsSound ? Tables.Cell("sound", Color.Green) : Tables.Cell("not sound", Color.Red))));
        foreach (var finding in report.Findings)
        {
            terminal.Line();
            terminal.Write(Tables.Facts(
                (finding.Kind, Tables.Cell(finding.IsRepaired ? $"repaired: {finding.What}" : finding.What, finding.IsRepaired ? null : Color.Red)),
                ("  where", Tables.Cell(finding.Where)),
                ("  fix", finding.IsRepaired ? null : Tables.Cell(finding.Fix))));
        }
    }
}
