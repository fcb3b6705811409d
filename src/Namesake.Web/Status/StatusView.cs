using System.Collections.Immutable;
using Namesake.Core.Pipeline.Spool;
using Namesake.Web.Alarms;

namespace Namesake.Web.Status;

/// <summary>The relay at a glance.</summary>
/// <param name="Listeners">Addresses really listened on.</param>
/// <param name="InMemory">Messages being worked on now.</param>
/// <param name="DeliverySessions">Connections to receivers.</param>
/// <param name="Clients">Connections from clients.</param>
/// <param name="Suspensions">Lanes and sites that operators have suspended.</param>
/// <param name="TreatAsPublic">Test ranges that count as public; anything here means that this is no relay for real mail.</param>
public sealed record StatusView(
    string Node,
    string Version,
    DateTimeOffset Started,
    ImmutableArray<string> Listeners,
    int Brands,
    SourceTotals Sources,
    SpoolTotalsView Spool,
    int InMemory,
    int DeliverySessions,
    int Clients,
    int Suspensions,
    ImmutableArray<string> TreatAsPublic,
    ImmutableArray<AlarmView> Alarms);

public sealed record SourceTotals(int Total, int Aligned, int Misaligned, int Unknown, int Held, int Overridden);

/// <param name="Bytes">Database, log and content files on disk.</param>
/// <param name="EventBytes">Of them, what the events of attempts take.</param>
/// <param name="EventsFrom">Events before this moment went before their days, because of their size or a disk that was short; null: none did.</param>
public sealed record SpoolTotalsView(long Messages, long Recipients, long Undeliverable, long Bytes, long EventBytes, DateTimeOffset? EventsFrom)
{
    public static SpoolTotalsView Of(SpoolTotals totals) => new(totals.Messages, totals.Recipients, totals.Undeliverable, totals.SizeBytes, totals.EventBytes, totals.EventsFrom);
}
