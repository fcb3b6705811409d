using System.CommandLine;
using Namesake.Configuration;

namespace Namesake.Cli;

/// <summary>namesake config check: everything wrong with a configuration file, at once.</summary>
internal static class ConfigVerb
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { HelpName = "FILE", Description = $"Default {RelayOptions.DefaultFile}.", DefaultValueFactory = _ => RelayOptions.DefaultFile };
        var check = new Command("check", "Reads a configuration as `run` would, and tells every error and warning with its line. Ends with 0 when it can be used, with 78 when not.") { file, RelayOptions.Json };
        check.SetAction(parsed =>
        {
            var reading = new ConfigurationReader().Read(parsed.GetRequiredValue(file));
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(CliJson.Element(ConfigCheckReport.Of(reading), CliJson.Default.ConfigCheckReport));
            else
                Tell(terminal, reading);
            return reading.Configuration is null ? ExitCode.Configuration : ExitCode.Ok;
        });
        return new Command("config", "The configuration file.") { check };
    }

    private static void Tell(Terminal terminal, ConfigurationReading reading)
    {
        foreach (var problem in reading.Problems)
            terminal.Raw(Terminal.Plain(problem.ToString()));
        if (reading.Configuration is { } configuration)
            terminal.Line($"It can be used: node {configuration.Relay.Node}, {Tables.Count(configuration.Relay.Brands.All.Length, "brand")}, "
                + $"{Tables.Count(configuration.Relay.Sources.All.Length, "source")}, {Tables.Count(configuration.Relay.Listeners.Length, "listener")}.");
    }
}
