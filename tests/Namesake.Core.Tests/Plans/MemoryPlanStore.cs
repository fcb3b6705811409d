using System.Collections.Immutable;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Tests.Plans;

/// <summary>The "disk": plans and journals as octets, the lock, and who attends what. Outlives the processes that use it.</summary>
internal sealed class PlanDisk
{
    public Dictionary<string, (byte[] Plan, List<byte[]> Lines)> Plans { get; } = new(StringComparer.Ordinal);

    public byte[] Registry { get; set; } = PlanJournalJson.Write(PlanRegistry.Empty);

    public MortalProcess? Holder { get; set; }

    public string? HeldFor { get; set; }

    public Dictionary<string, MortalProcess> Attending { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines that can still be written; then the disk is full.</summary>
    public int Room { get; set; } = int.MaxValue;

    public PlanHistory History(PlanId id)
    {
        var (plan, lines) = Plans[id.Value];
        var entries = lines.Select(line => PlanJournalJson.ReadEntry(line)).ToList();
        return new PlanHistory(PlanJson.Read(plan).Plan!, [.. entries.OfType<PlanEntry>()], entries.Count(entry => entry is null));
    }

    public PlanRegistry Owned => PlanJournalJson.ReadRegistry(Registry).Registry!;

    public void Append(PlanId id, PlanEntry entry)
    {
        if (Room-- <= 0)
            throw new PlanStoreException("No space left on device.");
        Plans[id.Value].Lines.Add(PlanJournalJson.Write(entry));
    }
}

/// <summary>The store as one process has it.</summary>
internal sealed class MemoryPlanStore(PlanDisk disk, MortalProcess process) : IPlanStore
{
    public Task KeepAsync(Plan plan, CancellationToken cancellation) => Task.FromResult(process.Call(() =>
    {
        var document = PlanJson.Write(plan);
        if (disk.Plans.TryGetValue(plan.Id.Value, out var kept) && !kept.Plan.AsSpan().SequenceEqual(document))
            throw new PlanStoreException("another plan has this id");
        return disk.Plans.TryAdd(plan.Id.Value, (document, []));
    }));

    public Task<PlanHistory?> FindAsync(PlanId id, CancellationToken cancellation) => Task.FromResult(process.Call(() => disk.Plans.ContainsKey(id.Value) ? disk.History(id) : null));

    public Task<ImmutableArray<PlanHistory>> ListAsync(CancellationToken cancellation) =>
        Task.FromResult(process.Call(() => disk.Plans.Keys.Select(id => PlanId.TryParse(id, out var known) ? disk.History(known) : null).OfType<PlanHistory>().ToImmutableArray()));

    public Task<PlanRegistry> RegistryAsync(CancellationToken cancellation) => Task.FromResult(process.Call(() => disk.Owned));

    public Task<IPlanHold?> TakeAsync(string who, TimeSpan patience, CancellationToken cancellation) => Task.FromResult<IPlanHold?>(process.Call(() =>
    {
        if (disk.Holder is { IsDead: false })
            return null;
        (disk.Holder, disk.HeldFor) = (process, who);
        return new Hold(disk, process);
    }));

    public Task<string?> HolderAsync(CancellationToken cancellation) => Task.FromResult(process.Call(() => disk.HeldFor));

    public IDisposable? TryAttend(PlanId id) => process.Call(() =>
    {
        if (disk.Attending.TryGetValue(id.Value, out var other) && !other.IsDead)
            return null;
        disk.Attending[id.Value] = process;
        return new Presence(disk, id, process);
    });

    private sealed class Hold(PlanDisk disk, MortalProcess process) : IPlanHold
    {
        public Task AppendAsync(PlanId id, PlanEntry entry) => Task.FromResult(process.Call(() =>
        {
            disk.Append(id, entry);
            return true;
        }));

        public Task RegisterAsync(PlanRegistry registry) => Task.FromResult(process.Call(() => disk.Registry = PlanJournalJson.Write(registry)));

        public void Dispose()
        {
            if (disk.Holder == process)
                disk.Holder = null;
        }
    }

    private sealed class Presence(PlanDisk disk, PlanId id, MortalProcess process) : IDisposable
    {
        public void Dispose()
        {
            if (disk.Attending.GetValueOrDefault(id.Value) == process)
                disk.Attending.Remove(id.Value);
        }
    }
}
