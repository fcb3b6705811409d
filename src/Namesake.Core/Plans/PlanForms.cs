using System.Collections.Immutable;
using Namesake.Core.Dns.Texts;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Rendering;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans;

/// <summary>A plan as the text that a person takes elsewhere. A plan's file may be a stranger's: nothing in it becomes a line or a command of its own there, and what can't be said is told.</summary>
public static class PlanForms
{
    public const string PowerShell = "powershell", ZoneFile = "zonefile";

    /// <summary>All there are: of records, and of translation.</summary>
    public static ImmutableArray<string> All { get; } = [PowerShell, ZoneFile, .. Platforms.All.Select(platform => platform.Word)];

    /// <summary>In whole lines, for a zone file or Windows DNS.</summary>
    /// <returns>The text; or why there is none.</returns>
    public static (string? Text, string? Trouble) OfRecords(Plan plan, string form, bool undo)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var steps = undo ? plan.Inverse() : plan.Steps;
        return Against(plan, form) is { } trouble ? (null, trouble) : (form == PowerShell ? PowerShellText.Of(plan, steps) : ZoneFileText.Of(plan, steps), null);
    }

    /// <summary>As a patch of the file that holds a zone; empty when all is so already.</summary>
    /// <param name="name">As the patch names the file.</param>
    /// <param name="file">What it holds now.</param>
    public static (string? Patch, string? Trouble) Patch(Plan plan, bool undo, DomainName zone, string name, string file)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (Against(plan, ZoneFile) is { } trouble)
            return (null, trouble);
        var changes = (undo ? plan.Inverse() : plan.Steps).SelectMany(step => step.Changes).OfType<RecordChange>().Where(change => change.Zone == zone).ToList();
        return changes.Count == 0 ? (null, $"the plan changes nothing in {zone}") : ZoneFilePatch.Make(name, file, zone, changes);
    }

    /// <summary>A translation for a device of this kind.</summary>
    /// <param name="device">The interface mail leaves by, as the device calls it; null: the plan's.</param>
    /// <returns>The texts, none when there is nothing to translate; or why there is none.</returns>
    public static (ImmutableArray<RenderedText> Texts, string? Trouble) OfTranslation(Plan plan, IPlatform platform, string? device)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(platform);
        if (device is not null && !IsDevice(device))
            return ([], "the device is the name of an interface: letters, digits and -_./:@");
        var changes = plan.Changes.OfType<TranslationChange>().Select(change => change with { Old = By(change.Old, device), New = By(change.New, device) }).Where(change => (change.Old ?? change.New) is not null).ToImmutableArray();
        if (plan.Kind != PlanKind.Nat)
            return ([], $"{plan.Id} is a plan for DNS: it has no translation to be said for {platform.Title}");
        // A plan's file may hold more than planners make.
        if (changes.SelectMany(change => new[] { change.Old, change.New }).OfType<TranslationTable>().SelectMany(table => table.Untranslatable).FirstOrDefault() is { } six)
            return ([], $"{six} is not translated: IPv6 addresses are bound");
        return ([.. changes.Select(platform.Render)], null);
    }

    private static string? Against(Plan plan, string form)
    {
        if (plan.Kind != PlanKind.Dns)
            return $"{plan.Id} is a plan for translation: --as {form} is for DNS";
        return form == ZoneFile && plan.Changes.OfType<RecordChange>().FirstOrDefault(change => !IsWhole(change.Old) || !IsWhole(change.New)) is { } torn
            ? $"{torn.Type.ToString().ToUpperInvariant()} {torn.Name} has a value that doesn't end with its line: a quote, a parenthesis or a comment in it is open" : null;
    }

    private static bool IsWhole(RecordSet? set) => (set?.Values ?? []).All(ZoneFileEntries.IsData);

    /// <summary>A table without mappings translates nothing, as none does.</summary>
    private static TranslationTable? By(TranslationTable? table, string? device) => table is null or { Mappings.IsEmpty: true } ? null : device is null ? table : table with { Device = device };

    private static bool IsDevice(string device) => device.Length is > 0 and <= 64 && device.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '@');
}
