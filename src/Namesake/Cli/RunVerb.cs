using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;

namespace Namesake.Cli;

/// <summary>namesake run: the relay itself, until SIGTERM or SIGINT; SIGHUP reads the configuration again.</summary>
internal static class RunVerb
{
    public static Command Create(Terminal terminal)
    {
        var file = new Option<string>("--config") { HelpName = "FILE", Description = $"Default {RelayOptions.DefaultFile}.", DefaultValueFactory = _ => RelayOptions.DefaultFile };
        var command = new Command("run", "Runs the relay until SIGTERM or SIGINT. SIGHUP reads the configuration again without losing a connection.") { file };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(file), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string file, Terminal terminal, CancellationToken stop)
    {
        var configuration = Configurations.Read(file, terminal, quiet: false);
        using var logs = Logs.Create(configuration.Logging);
        await using var relay = new RelayHost(configuration, TimeProvider.System, logs);
        try
        {
            await relay.StartAsync(stop);
        }
        catch (IOException trouble)
        {
            terminal.Complain($"the relay can't start: {trouble.Message}");
            return ExitCode.Unknown;
        }

        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Reload(relay, file, logs);
        });
        var stopped = new TaskCompletionSource();
        await using (stop.Register(stopped.SetResult))
            await stopped.Task;
        return ExitCode.Ok;
    }

    private static void Reload(RelayHost relay, string file, ILoggerFactory logs)
    {
        var reading = new ConfigurationReader().Read(file);
        var log = logs.CreateLogger("Namesake");
        foreach (var problem in reading.Problems)
            RelayLog.ReloadProblem(log, problem.ToString());
        if (reading.Configuration is { } configuration)
            relay.Reload(configuration);
        else
            RelayLog.ReloadRefused(log, file);
    }
}
