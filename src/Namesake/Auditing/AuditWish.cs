using System.Collections.Immutable;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Addresses;

namespace Namesake.Auditing;

/// <summary>What of the more intrusive kind of looking is wished: each of it touches servers of somebody else.</summary>
internal sealed record AuditWish
{
    /// <summary>Connects to the address's port 25.</summary>
    public bool Inbound { get; init; }

    /// <summary>Tries there whether it relays for strangers; never hands in content.</summary>
    public bool TryRelaying { get; init; }

    /// <summary>Asks the mail hosts of the domains whether they take bounces and mail to postmaster and abuse.</summary>
    public bool Mailboxes { get; init; }

    /// <summary>Looks for the operator's page.</summary>
    public bool Page { get; init; }

    /// <summary>Asks the registry for the address's abuse contact.</summary>
    public bool Registry { get; init; }

    /// <summary>Looks at name servers that failed, the first one with them. Each further one is seconds later.</summary>
    public int Looks { get; init; } = 1;

    public ImmutableArray<DnsList> Lists { get; init; } = [];

    public ImmutableArray<IPRange> TreatAsPublic { get; init; } = [];
}
