using System.CommandLine;
using System.Runtime.InteropServices;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake run: the relay itself, until SIGTERM or SIGINT; SIGHUP reads the configuration again.</summary>
internal static class RunVerb
{
    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var file = new Option<string>("--config") { HelpName = "FILE", Description = $"Default {RelayOptions.DefaultFile}.", DefaultValueFactory = _ => RelayOptions.DefaultFile };
        var command = new Command("run", "Runs the relay until SIGTERM or SIGINT. SIGHUP reads the configuration again without losing a connection, as `config reload` does.") { file };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(file), makers, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string file, PlanMakers makers, Terminal terminal, CancellationToken stop)
    {
        var configuration = Configurations.Read(file, terminal, quiet: false);
        using var logs = Logs.Create(configuration.Logging);
        using var recovery = new PlanRecovery(configuration, makers, TimeProvider.System, logs.CreateLogger("Namesake.Plans"));
        await using var relay = new RelayHost(configuration, TimeProvider.System, logs) { Recovery = recovery, Makers = makers };
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
            _ = relay.ReloadAsync(CancellationToken.None); // tells the log how it ended, and fails in no other way
        });
        var stopped = new TaskCompletionSource();
        await using (stop.Register(stopped.SetResult))
            await stopped.Task;
        return ExitCode.Ok;
    }
}
