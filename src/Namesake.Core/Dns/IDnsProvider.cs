using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

/// <summary>The port to one place where records are written. No method throws for what the other side says or doesn't say.</summary>
public interface IDnsProvider
{
    DnsProviderTraits Traits { get; }

    /// <summary>Whether we may write the zone, found out without changing anything.</summary>
    /// <param name="name">A name and a type that are to be written there: some keys may write some names only.</param>
    Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation);

    /// <summary>What the zone holds at the place it is written at: not what caches or secondaries say. Several are asked beside each other.</summary>
    /// <remarks>A zone that isn't there has no SOA record: that is an answer, and no trouble, where the provider can make zones.</remarks>
    Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation);

    /// <summary>Writes changes of one zone, each only where its state before holds. All or none where <see cref="DnsProviderTraits.IsAtomic"/>; else in order, up to the first that fails.</summary>
    /// <remarks>A change whose state after already holds is done: who asks again after a lost answer gets no conflict.</remarks>
    Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation);
}

/// <param name="Set">Null: there is no record, or <paramref name="Trouble"/>.</param>
/// <param name="Trouble">Why it couldn't be read: unknown, never "missing". Null when it could.</param>
public sealed record RecordReading(RecordSet? Set, string? Trouble)
{
    /// <summary>What is there in place of records, for certain: <see cref="Trouble"/> says it in words then, and asking again changes nothing.</summary>
    public Instead Instead { get; init; }
}

/// <summary>What a provider may find where records of a name were to be.</summary>
public enum Instead
{
    /// <summary>Records, none, or no answer.</summary>
    Nothing,

    /// <summary>A CNAME.</summary>
    Alias,

    /// <summary>The zone itself isn't there.</summary>
    NoZone,
}

/// <summary>What a planner must know of a provider, as data.</summary>
public sealed record DnsProviderTraits
{
    /// <summary>As in the configuration.</summary>
    public required string Id { get; init; }

    /// <summary>For people: "RFC 2136 at 192.0.2.53:53 with key namesake".</summary>
    public required string Name { get; init; }

    /// <summary>The zones it writes. What is in none of them it is never asked for.</summary>
    public required ImmutableArray<DomainName> Zones { get; init; }

    /// <summary>False: it gives a text that a person takes elsewhere.</summary>
    public bool WritesItself { get; init; } = true;

    /// <summary>Several changes of a zone are written all or none.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>The state before is read and compared, then written: the other side has no prerequisites, and what somebody else writes in the milliseconds between is lost.</summary>
    public bool ComparesBeforeWriting { get; init; }

    /// <summary>A PTR record is refused until the name leads back to the address.</summary>
    public bool ForwardMustResolve { get; init; }

    /// <summary>Removing a PTR record brings back the provider's own, by a pattern: that counts as absent. Null: removing removes.</summary>
    public string? DefaultPointer { get; init; }

    public bool CanMakeZones { get; init; }

    /// <summary>The servers that answer for zones made there. Empty: as another zone of it has them, where one is seen.</summary>
    public ImmutableArray<DomainName> NameServers { get; init; } = [];

    /// <summary>Changes in one write.</summary>
    public int MostPerWrite { get; init; } = 1;
}
