using Namesake.Configuration.Forms;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Plans;

namespace Namesake.Configuration.Sections;

internal static class PlansSection
{
    private static readonly PlanTimes Times = new();
    private static readonly PlanLimits Limits = new();

    public static readonly Key<TimeSpan> UndoAfter = Key.Optional("undoAfter", Form.Duration(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)), Times.UndoAfter,
        "A plan that is not confirmed by then is undone by a process of its own, whatever became of the one that applied it. Counted from its beginning, and longer by `seenWithin` for each step that waits.");
    public static readonly Key<TimeSpan> SeenWithin = Key.Optional("seenWithin", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Times.SeenWithin,
        "How long every authoritative server may take to show one step's records before the next step. Secondaries that are notified take seconds; longer where yours wait for their refresh time.");
    public static readonly Key<int> Changes = Key.Optional("changes", Form.WholeNumber(0, 100_000), Limits.Changes, "Records and mappings one plan may make or change. The default is as many as a /26 has addresses.");
    public static readonly Key<int> Removals = Key.Optional("removals", Form.WholeNumber(0, 100_000), Limits.Removals, "Records and mappings one plan may remove.");
    public static readonly Key<int> PerZone = Key.Optional("perZone", Form.WholeNumber(0, 100_000), Limits.PerZone, "Records one plan may change in one zone.");

    public static readonly Section Section = new("plans", "How plans for DNS and translation are applied, and how much one may change. The numbers are absolute: a share in percent would not protect a small zone.",
        [UndoAfter, SeenWithin, Changes, Removals, PerZone]);

    public static PlanSettings Read(SectionReader reader) => new()
    {
        Times = Times with { UndoAfter = reader.Get(UndoAfter), SeenWithin = reader.Get(SeenWithin) },
        Limits = new PlanLimits(reader.Get(Changes), reader.Get(Removals), reader.Get(PerZone)),
    };
}
