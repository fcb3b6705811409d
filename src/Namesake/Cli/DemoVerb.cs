using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Demo;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake demo: the whole story on loopback in one process, without root and without a network.</summary>
internal static class DemoVerb
{
    public static Command Create(Terminal terminal)
    {
        var once = new Option<bool>("--once") { Description = "End when the story is told: with 0 if it came true, with 1 if not. Otherwise API and status page stay open until Ctrl+C." };
        var command = new Command("demo", "Plays the story on loopback: refused as in 2007, held, audited, repaired, delivered. Needs no root and no network.") { once, RelayOptions.Json };
        command.SetAction((parsed, cancellation) => PlayAsync(terminal, parsed.GetValue(once), parsed.GetValue(RelayOptions.Json), cancellation));
        return command;
    }

    private static async Task<int> PlayAsync(Terminal terminal, bool once, bool json, CancellationToken stop)
    {
        var time = TimeProvider.System;
        await using var world = await DemoWorld.CreateAsync(time, NullLoggerFactory.Instance);
        var configuration = world.Read();
        using var recovery = new PlanRecovery(configuration, world.Makers, time, NullLogger.Instance);
        await using var relay = new RelayHost(configuration, time, NullLoggerFactory.Instance) { Recovery = recovery, Makers = world.Makers };
        await relay.StartAsync(stop);
        var figures = await new DemoStory(world, relay, new DemoScreen(terminal.Console, silent: json), time).PlayAsync(stop);
        if (json)
            terminal.Json(JsonSerializer.SerializeToElement(figures, CliJson.Default.DemoFigures));
        if (!once)
        {
            terminal.Line();
            terminal.Line($"Status page and API: {relay.Api.Address}   (Ctrl+C ends)");
            var ended = new TaskCompletionSource();
            await using (stop.Register(ended.SetResult))
                await ended.Task;
        }

        return figures.CameTrue ? ExitCode.Ok : ExitCode.Negative;
    }
}
