using System.CommandLine;
using Namesake.Configuration;
using Namesake.Web;

namespace Namesake.Cli;

/// <summary>namesake config: everything wrong with a configuration file, at once; a running relay reads it again.</summary>
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
        return new Command("config", "The configuration file.") { check, Reload(terminal) };
    }

    private static Command Reload(Terminal terminal) =>
        new Command("reload", "Lets the running relay read its configuration file again, as SIGHUP does: tells what took effect and what needs a restart. Ends with 1 when nothing was changed because it can't be used.")
        .Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var answer = await relay.PostAsync("api/v1/config/reload", ApiJson.Default.ReloadView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
            {
                terminal.Json(answer.Document);
                return ExitCode.Ok;
            }
            foreach (var warning in answer.Value.Warnings)
                terminal.Raw(Terminal.Plain(warning));
            foreach (var change in answer.Value.Applied)
                terminal.Line($"in effect      {change}");
            foreach (var change in answer.Value.NeedsRestart)
                terminal.Line($"needs restart  {change}");
            if (answer.Value.Applied.IsEmpty && answer.Value.NeedsRestart.IsEmpty)
                terminal.Line("Nothing has changed in the file.");
            return ExitCode.Ok;
        });

    private static void Tell(Terminal terminal, ConfigurationReading reading)
    {
        foreach (var problem in reading.Problems)
            terminal.Raw(Terminal.Plain(problem.ToString()));
        if (reading.Configuration is { } configuration)
            terminal.Line($"It can be used: node {configuration.Relay.Node}, {Tables.Count(configuration.Relay.Brands.All.Length, "brand")}, "
                + $"{Tables.Count(configuration.Relay.Sources.All.Length, "source")}, {Tables.Count(configuration.Relay.Listeners.Length, "listener")}.");
    }
}
