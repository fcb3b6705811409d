using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans.Applying;

namespace Namesake.Core.Plans.Journal;

/// <summary>Lays what plans have written beside what the zones' servers say, so that the audit tells what others have changed (ZN-11).</summary>
public sealed class OwnRecordsProbe(IPlanStore store, TimeProvider time) : IFactProbe
{
    /// <summary>An audit of all sources reads the registry once and not once for each.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private volatile Reading? _read;

    public string Name => "records we have written";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        if (await ReadAsync(cancellation) is not { } registry)
            return facts => facts; // not observable, and the check says so
        return facts => facts.Zone is not { } zone ? facts : facts with
        {
            Zone = zone with
            {
                Written = [.. registry.Records.Where(record => zone.Surveys.Any(survey => survey.Steps.Any(step => step.At == record.Name))).Select(Written)],
            },
        };
    }

    private static WrittenRecord Written(OwnedRecords record) =>
        new(record.Name, record.Type, [.. record.Set.Values.Select(value => RecordWords.Plain(record.Type, value))], record.At, record.Plan.Value);

    private async Task<PlanRegistry?> ReadAsync(CancellationToken cancellation)
    {
        if (_read is { } read && time.GetElapsedTime(read.At) < Remembered)
            return read.Registry;
        try
        {
            var registry = await store.RegistryAsync(cancellation);
            _read = new Reading(registry, time.GetTimestamp());
            return registry;
        }
        catch (PlanStoreException)
        {
            return null;
        }
    }

    private sealed record Reading(PlanRegistry Registry, long At);
}
