using System.Collections.Immutable;
using System.Globalization;
using Namesake.Cli;
using Namesake.Configuration;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Network.Machine;

namespace Namesake.Plans;

/// <summary>The dead-man timer: this program once more, in a process that outlives us. It is told a configuration and a plan, and finds everything else in the journal.</summary>
internal sealed class DeadManProcess(NamesakeConfiguration configuration, PlanMakers makers, IPlanStore store, TimeProvider time) : IDeadManTimer
{
    /// <summary>A cold start of the runtime on a machine under load.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<string?> StartAsync(PlanId id, CancellationToken cancellation)
    {
        if (configuration.File is not { } file)
            return "the configuration was not read from a file, so no other process can read it";
        var (program, arguments) = Self();
        // A name of its own for each try: the timer of an apply may end only now while that of its undo begins.
        var unit = string.Create(CultureInfo.InvariantCulture, $"namesake-undo-{id}-{Environment.ProcessId}");
        var ways = DetachedProcess.Ways(unit, $"Undoes the plan {id} unless it is confirmed", program, [.. arguments, .. makers.BeforeVerb, PlanTimerVerb.Name, "--config", file, id.Value]);
        return await DetachedProcess.StartAsync(ways, async stop => await store.FindAsync(id, stop) is { IsWatched: true }, Patience, time, cancellation);
    }

    private static (string Program, ImmutableArray<string> Arguments) Self()
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the program's own path is not known");
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? (program, [Environment.GetCommandLineArgs()[0]]) : (program, []);
    }
}
