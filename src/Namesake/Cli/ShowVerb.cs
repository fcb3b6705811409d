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
        var form = new Option<string>("--as") { HelpName = "FORM", Description = "text; powershell: a script for Windows DNS; zonefile: lines for zone files, or with --zone-file a patch. Default text.", DefaultValueFactory = _ => "text" };
        form.AcceptOnlyFromAmong("text", "powershell", "zonefile");
        var undo = new Option<bool>("--undo") { Description = "With --as powershell or zonefile: the way back." };
        var command = new Command("show", "A plan: what it changes and why, before it is applied.") { name, form, undo, RecordOutput.ZoneFile, PlanOptions.Config, PlanOptions.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(name);
            var plan = PlanOptions.ReadFile(text);
            if (plan is null)
            {
                using var workshop = PlanWorkshop.Open(Configurations.Read(parsed.GetRequiredValue(PlanOptions.Config), terminal, quiet: true), makers, TimeProvider.System);
                plan = await PlanOptions.FindAsync(text, workshop, cancellation);
            }
            var word = parsed.GetRequiredValue(form);
            if (word == "text" && (parsed.GetValue(undo) || parsed.GetValue(RecordOutput.ZoneFile) is { Length: > 0 }))
                throw new CliException(ExitCode.Usage, "--undo and --zone-file go with --as powershell or --as zonefile");
            if (word != "text")
                terminal.Raw(RecordOutput.Of(plan, word, parsed.GetValue(undo), parsed.GetValue(RecordOutput.ZoneFile) ?? []).TrimEnd('\n'));
            else if (parsed.GetValue(PlanOptions.Json))
                terminal.Raw(Encoding.UTF8.GetString(PlanJson.Write(plan)).TrimEnd());
            else
                terminal.Raw(Terminal.Plain(PlanText.Of(plan)).TrimEnd());
            return ExitCode.Ok;
        });
        return command;
    }
}
