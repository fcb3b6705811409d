using System.CommandLine;
using System.Text;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Plans;
using Namesake.Plans;

namespace Namesake.Cli;

/// <summary>namesake show: a plan as people read it. A file needs no configuration.</summary>
internal static class ShowVerb
{
    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var name = PlanOptions.Plan("A file that `plan -o` wrote, or the id of a plan that was applied here.");
        var form = new Option<string>("--as")
        {
            HelpName = "FORM", DefaultValueFactory = _ => "text",
            Description = $"text; of a plan for DNS powershell: a script for Windows DNS; zonefile: lines for zone files, or with --zone-file a patch; of a plan for translation its text for a device: {string.Join(", ", Platforms.All.Select(platform => platform.Word))}. Default text.",
        };
        form.AcceptOnlyFromAmong(["text", .. PlanForms.All]);
        var undo = PlatformOutput.Undo;
        var command = new Command("show", "A plan: what it changes and why, before it is applied.") { name, form, PlatformOutput.Device, undo, RecordOutput.ZoneFile, PlanOptions.Config, PlanOptions.Json };
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
                throw new CliException(ExitCode.Usage, "--undo-text and --zone-file go with --as");
            if (Platforms.Find(word) is not null)
                return PlatformOutput.Tell(plan, word, parsed, terminal);
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
