using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Plans;

namespace Namesake.Core.Firewall.Planning;

public enum SharingMode
{
    /// <summary>Several local addresses may leave under one public address, with one name.</summary>
    Shared,

    /// <summary>Each local address has a public one of its own.</summary>
    Exclusive,
}

/// <summary>What a planner must know of a firewall, as data.</summary>
public sealed record FirewallTraits
{
    /// <summary>As in the configuration.</summary>
    public required string Id { get; init; }

    /// <summary>For people: "nftables on this node".</summary>
    public required string Name { get; init; }

    /// <summary>False: it gives a text that a person takes to the device.</summary>
    public bool WritesItself { get; init; } = true;

    /// <summary>The priority of our chain among those for leaving packets: what stands at a lower one is met before ours. Null: the rules of others can't be read there.</summary>
    public int? Priority { get; init; }

    /// <summary>The beginning of our own chain's name, as it is read back.</summary>
    public string OwnChain { get; init; } = "ip namesake ";

    /// <summary>Mappings our table may have in all.</summary>
    public int Limit { get; init; } = 64;
}

/// <summary>All a plan for translation is made from.</summary>
public sealed record NatPlanRequest
{
    public required PlanId Id { get; init; }

    public required string Node { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required FirewallTraits Firewall { get; init; }

    /// <summary>How it stands now; null where it can't be read: a device that is written by hand.</summary>
    public FirewallReading? Reading { get; init; }

    /// <summary>Which local address is to be seen as which public one, under which name.</summary>
    public required ImmutableArray<WantedIdentity> Wanted { get; init; }

    /// <summary>Others that leave from here and are no part of this plan: what they are called counts when addresses are shared.</summary>
    public ImmutableArray<WantedIdentity> Beside { get; init; } = [];

    /// <summary>Mappings of ours that are for none of these go. False: they stay, for this plan is about some sources only.</summary>
    public bool IsAll { get; init; } = true;

    public SharingMode Mode { get; init; }

    public PlanLimits Limits { get; init; } = new();

    /// <summary>Only packets of this user; null: whoever's.</summary>
    public int? User { get; init; }

    /// <summary>Only what leaves by this device; null: any.</summary>
    public string? Device { get; init; }

    /// <summary>Whether an address is on an interface of the device that translates; null: not known.</summary>
    public Func<IPAddress, bool?> IsHere { get; init; } = _ => null;
}
