using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Demo;

/// <summary>Writes the demo's zones, as a name server with updates would: all of a write or none, each change only where what it expects is there.</summary>
internal sealed class DemoProvider(DemoZones zones) : IDnsProvider
{
    private readonly Lock _writing = new();

    public DnsProviderTraits Traits { get; } = new()
    {
        Id = "demo",
        Name = "the demo's name server",
        Zones = [.. zones.Apexes.Select(DomainName.Parse)],
        IsAtomic = true,
        MostPerWrite = 100,
    };

    public Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) =>
        Task.FromResult(new WriteAuthority(zone, WriteAccess.Proven, Traits.Name, "it is in this process", TimeProvider.System.GetUtcNow()));

    public Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) => Task.FromResult(new RecordReading(Find(name, type), null));

    public Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation)
    {
        lock (_writing)
            return Task.FromResult(Write(changes));
    }

    private WriteResult Write(ImmutableArray<Change> changes)
    {
        var records = changes.OfType<RecordChange>().Where(change => !change.IsDoneIn(Find(change.Name, change.Type))).ToList();
        foreach (var change in records)
            if (change.OtherwiseIn(Find(change.Name, change.Type)) is { } otherwise)
                return new WriteResult.Conflict(otherwise);
        foreach (var change in records)
            if (change.New is { } set)
                zones.SetRecord(change.Name.Value, change.Type, TimeSpan.FromSeconds(set.Ttl), [.. set.Values]);
            else
                zones.RemoveRecord(change.Name.Value, change.Type);
        return new WriteResult.Done("");
    }

    // Zones here keep names as a person writes them; a record set has them absolute.
    private RecordSet? Find(DomainName name, RecordType type) => zones.Find(name.Value, type) is { } found
        ? RecordSet.Of((int)found.Ttl.TotalSeconds, [.. found.Values.Select(value => type == RecordType.Ptr ? value.TrimEnd('.') + '.' : value)]) : null;
}
