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
