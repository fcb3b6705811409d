using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;

namespace Namesake.Fuzz.Targets;

internal static class PlanTargets
{
    /// <summary>A plan's document: a plan or faults, never both and never neither; a plan is the same after it was written and read again, and nothing in it moves a cursor or adds a line to a zone.</summary>
    public static void Document(ReadOnlySpan<byte> input)
    {
        var reading = PlanJson.Read(input.ToArray());
        Promise.That(reading.Plan is null != reading.Faults.IsEmpty);
        Promise.That(reading.Faults.Length <= 20);
        if (reading.Plan is not { } plan)
            return;
        var written = PlanJson.Write(plan);
        var again = PlanJson.Read(written);
        Promise.That(again.Plan is not null);
        Promise.That(PlanJson.Write(again.Plan!).AsSpan().SequenceEqual(written));
        Promise.That(!PlanText.Of(plan).Any(c => char.IsControl(c) && c != '\n'));
        Promise.That(plan.Changes.OfType<RecordChange>().SelectMany(change => (change.New?.Values ?? []).Concat(change.Old?.Values ?? [])).All(value => !value.Any(char.IsControl)));
        Promise.That(plan.Changes.OfType<RecordChange>().All(change => change.Name.IsEqualOrUnder(change.Zone)));
        Promise.That(plan.Inverse().Length == plan.Steps.Length);
    }

    /// <summary>A stranger's plan in every form for other hands: never throws, nothing in it moves a cursor, and nothing becomes a line or a command of its own on a device, in a script or in a zone file.</summary>
    public static void Form(ReadOnlySpan<byte> input)
    {
        if (PlanJson.Read(input.ToArray()).Plan is not { } plan)
            return;
        var isNamed = plan.Changes.OfType<TranslationChange>().SelectMany(change => new[] { change.Old, change.New }).OfType<TranslationTable>().All(table => table.Device is not null);
        foreach (var platform in Platforms.All)
        {
            var (texts, trouble) = PlanForms.OfTranslation(plan, platform, null);
            var plain = PlanForms.OfTranslation(plan, platform, "eth0").Texts;
            Promise.That(trouble is null || texts.IsEmpty);
            Promise.That(texts.Length == plain.Length);
            foreach (var (text, other) in texts.Zip(plain))
            {
                Promise.That(IsPlain(platform.Print(text)) && IsPlain(text.Undo));
                // Whatever the plan calls the device, the text has the same structure.
                Promise.That(!isNamed || text.Apply.Count(IsStructure) == other.Apply.Count(IsStructure));
                Promise.That(!isNamed || text.Undo.Count(IsStructure) == other.Undo.Count(IsStructure));
            }
        }
        foreach (var undo in new[] { false, true })
        {
            var script = PlanForms.OfRecords(plan, PlanForms.PowerShell, undo);
            Promise.That(script.Text is null != script.Trouble is null);
            Promise.That(script.Text is null || (IsPlain(script.Text) && script.Text.Split('\n').Count(line => line.StartsWith("    @{ Zone = '", StringComparison.Ordinal)) == plan.Changes.OfType<RecordChange>().Count()));
            Lines(plan, undo);
        }
    }

    /// <summary>A line for each value, and each of them a record of the name the plan gives: what a patch finds again in the file that the lines make.</summary>
    private static void Lines(Plan plan, bool undo)
    {
        var (text, trouble) = PlanForms.OfRecords(plan, PlanForms.ZoneFile, undo);
        Promise.That(text is null != trouble is null);
        if (text is null)
            return;
        Promise.That(IsPlain(text));
        var changes = (undo ? plan.Inverse() : plan.Steps).SelectMany(step => step.Changes).OfType<RecordChange>().ToList();
        Promise.That(text.Split('\n').Count(line => line.Contains("\tIN\t", StringComparison.Ordinal) && !line.StartsWith(';')) >= changes.Sum(change => change.New?.Values.Length ?? 0));
        foreach (var zone in changes.Select(change => change.Zone).Distinct())
        {
            var (patch, fault) = PlanForms.Patch(plan, undo, zone, "zone", $"$TTL 60\n@\tIN\tSOA ns hostmaster 1 2 3 4 5\n{string.Concat(changes.Where(change => change.Zone == zone).SelectMany(change => (change.Old?.Values ?? []).Select(value => $"{change.Name}.\t60\tIN\t{change.Type.ToString().ToUpperInvariant()}\t{value}\n")))}");
            Promise.That(patch is null != fault is null);
            Promise.That(patch is null || IsPlain(patch));
        }
    }

    /// <summary>What a shell, PowerShell or a device's own language makes more of than text.</summary>
    private static bool IsStructure(char c) => c is '\n' or ';' or '|' or '&' or '`' or '$' or '"' or '\'' or '(' or ')' or '{' or '}' or '[' or ']' or '<' or '>' or '#' or '!' or '\\';

    private static bool IsPlain(string text) => !text.Any(c => char.IsControl(c) && c is not ('\n' or '\t'));

    /// <summary>A journal's line and the registry.</summary>
    public static void Journal(ReadOnlySpan<byte> input)
    {
        var octets = input.ToArray();
        if (PlanJournalJson.ReadEntry(octets) is { } entry)
        {
            var written = PlanJournalJson.Write(entry);
            Promise.That(written.AsSpan().Count((byte)'\n') == 1);
            Promise.That(PlanJournalJson.ReadEntry(written) is { } again && PlanJournalJson.Write(again).AsSpan().SequenceEqual(written));
        }
        var (registry, faults) = PlanJournalJson.ReadRegistry(octets);
        Promise.That(registry is null != faults.IsEmpty);
        if (registry is not null)
            Promise.That(PlanJournalJson.ReadRegistry(PlanJournalJson.Write(registry)).Registry is not null);
    }
}
