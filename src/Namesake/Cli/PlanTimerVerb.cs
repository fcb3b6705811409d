using System.CommandLine;
using System.Globalization;
using Namesake.Configuration;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Network.Machine;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>The dead-man timer's own process, started by apply and by nobody else. It says nothing: what it does stands in the plan's journal.</summary>
internal static class PlanTimerVerb
{
    public const string Name = "plan-timer";

    public static Command Create(PlanMakers makers)
    {
        var file = new Option<string>("--config") { Required = true };
        var plan = new Argument<string>("ID");
        var command = new Command(Name, "Undoes a plan unless it is confirmed in time.") { file, plan };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellation) =>
        {
            using var leaving = DetachedProcess.Leave();
            if (!PlanId.TryParse(parsed.GetRequiredValue(plan), out var id) || new ConfigurationReader().Read(parsed.GetRequiredValue(file)).Configuration is not { } configuration)
                return ExitCode.Configuration;
            using var workshop = PlanWorkshop.Open(configuration, makers, TimeProvider.System);
            var who = string.Create(CultureInfo.InvariantCulture, $"dead-man timer (process {Environment.ProcessId})");
            var watched = await new DeadMan(workshop.Runner(who, new RelayByApi(configuration.File)), TimeProvider.System).RunAsync(id, cancellation);
            return watched ? ExitCode.Ok : ExitCode.Negative;
        });
        return command;
    }
}
