using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Namesake.Core.Dns.Texts;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Plans;
using Namesake.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Cli;

/// <summary>namesake show: a plan as people read it. A file needs no configuration.</summary>
internal static class ShowVerb
{
    private const int MostZoneFile = 64 * 1024 * 1024;

    public static Command Create(Terminal terminal, PlanMakers makers)
    {
        var name = PlanOptions.Plan("A file that `plan -o` wrote, or the id of a plan that was applied here.");
        var form = new Option<string>("--as")
        {
            HelpName = "FORM", DefaultValueFactory = _ => "text",
            Description = $"text; of a plan for DNS powershell: a script for Windows DNS; zonefile: lines for zone files, or with --zone-file a patch; of a plan for translation its text for a device: {string.Join(", ", Platforms.All.Select(platform => platform.Word))}. Default text.",
        };
        form.AcceptOnlyFromAmong(["text", "powershell", "zonefile", .. Platforms.All.Select(platform => platform.Word)]);
        var undo = PlatformOutput.Undo;
        var zoneFile = new Option<string[]>("--zone-file") { HelpName = "ZONE=FILE", Description = "With --as zonefile: the file that holds a zone; the text is then a patch of it (`patch FILE`). May be given several times." };
        var command = new Command("show", "A plan: what it changes and why, before it is applied.") { name, form, PlatformOutput.Device, undo, zoneFile, PlanOptions.Config, PlanOptions.Json };
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
            if (word == "text" && (parsed.GetValue(undo) || parsed.GetValue(zoneFile) is { Length: > 0 }))
                throw new CliException(ExitCode.Usage, "--undo-text and --zone-file go with --as");
            if (Platforms.Find(word) is not null)
                return PlatformOutput.Tell(plan, word, parsed, terminal);
            if (word != "text")
                terminal.Raw(Written(plan, word, parsed.GetValue(undo), parsed.GetValue(zoneFile) ?? []).TrimEnd('\n'));
            else if (parsed.GetValue(PlanOptions.Json))
                terminal.Raw(Encoding.UTF8.GetString(PlanJson.Write(plan)).TrimEnd());
            else
                terminal.Raw(Terminal.Plain(PlanText.Of(plan)).TrimEnd());
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Written(Plan plan, string form, bool undo, string[] zoneFiles)
    {
        if (plan.Kind != PlanKind.Dns)
            throw new CliException(ExitCode.Usage, $"{plan.Id} is a plan for translation: --as {form} is for DNS");
        var steps = undo ? plan.Inverse() : plan.Steps;
        if (form == "powershell")
            return PowerShellText.Of(plan, steps);
        return zoneFiles.Length == 0 ? ZoneFileText.Of(plan, steps) : string.Concat(zoneFiles.Select(each => Patch(each, steps)));
    }

    private static string Patch(string zoneFile, ImmutableArray<PlanStep> steps)
    {
        if (zoneFile.Split('=', 2) is not [var named, var path] || !DomainName.TryParse(named.TrimEnd('.'), out var zone, out _))
            throw new CliException(ExitCode.Usage, $"--zone-file {zoneFile}: write ZONE=FILE");
        var changes = steps.SelectMany(step => step.Changes).OfType<RecordChange>().Where(change => change.Zone == zone).ToList();
        if (changes.Count == 0)
            throw new CliException(ExitCode.Negative, $"the plan changes nothing in {zone}");
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostZoneFile })
                throw new CliException(ExitCode.Usage, $"{path} is larger than {MostZoneFile >> 20} MiB");
            var (patch, fault) = ZoneFilePatch.Make(path, File.ReadAllText(path), zone, changes);
            return patch ?? throw new CliException(ExitCode.Negative, $"{path}: {fault}");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Unknown, $"{path} can't be read: {trouble.Message}");
        }
    }
}
