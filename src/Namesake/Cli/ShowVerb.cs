using System.CommandLine;
using System.Text;
using Namesake.Core.Plans;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake show: a plan as people read it. A file needs no configuration.</summary>
internal static class ShowVerb
{
    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var name = PlanOptions.Plan("A file that `plan -o` wrote, or the id of a plan that was applied here.");
        var command = new Command("show", "A plan: what it changes and why, before it is applied.") { name, PlatformOutput.As, PlatformOutput.Device, PlatformOutput.Undo, PlanOptions.Config, PlanOptions.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(name);
            var plan = PlanOptions.ReadFile(text);
            if (plan is null)
            {
                using var workshop = PlanWorkshop.Open(Configurations.Read(parsed.GetRequiredValue(PlanOptions.Config), terminal, quiet: true), makers, TimeProvider.System);
                plan = await PlanOptions.FindAsync(text, workshop, cancellation);
            }
            if (parsed.GetValue(PlatformOutput.As) is { } platform)
                return PlatformOutput.Tell(plan, platform, parsed, terminal);
            if (parsed.GetValue(PlanOptions.Json))
                terminal.Raw(Encoding.UTF8.GetString(PlanJson.Write(plan)).TrimEnd());
            else
                terminal.Raw(Terminal.Plain(PlanText.Of(plan)).TrimEnd());
            return ExitCode.Ok;
        });
        return command;
    }
}
