using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Planning;

/// <summary>All a plan for DNS is made from: what is wanted, what is seen, who may write, what is ours.</summary>
public sealed record DnsPlanRequest
{
    public required PlanId Id { get; init; }

    public required string Node { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required ImmutableArray<WantedIdentity> Wanted { get; init; }

    /// <summary>Identities given up: what we have written for them goes, if it is still as written, and nothing else. What is wanted elsewhere stays.</summary>
    public ImmutableArray<WantedIdentity> Leaving { get; init; } = [];

    /// <summary>One for the PTR record of every public address, one for the A or AAAA record of every name and family.</summary>
    public required ImmutableArray<SeenRecords> Seen { get; init; }

    public required ImmutableArray<DnsProviderTraits> Providers { get; init; }

    /// <summary>What we have written and not given up, at the name in its zone; null: never.</summary>
    public required Func<DomainName, RecordType, OwnedRecords?> Owned { get; init; }

    /// <summary>Other addresses that rightly bear a name wanted: those of its sources that this plan isn't about.</summary>
    public Func<HostName, ImmutableArray<IPAddress>> AlsoAt { get; init; } = _ => [];

    public PlanLimits Limits { get; init; } = new();

    /// <summary>Of records it makes, in seconds; what is there keeps its own. Default an hour (PT-13).</summary>
    public int Ttl { get; init; } = 3600;

    /// <summary>Texts for what no plan writes: additions to SPF records.</summary>
    public ImmutableArray<PlanNote> Merges { get; init; } = [];
}
