namespace Namesake.Network.Firewall;

/// <summary>A firewall that plans write themselves.</summary>
public sealed record FirewallSettings
{
    /// <summary>As in the configuration.</summary>
    public required string Id { get; init; }

    public required FirewallKind Kind { get; init; }

    /// <summary>Where it is. Default on this node.</summary>
    public FirewallHook Hook { get; init; }

    /// <summary>Mappings our table may have in all. Default 64, as many as a /26 has addresses.</summary>
    public int Limit { get; init; } = 64;

    /// <summary>Only what leaves by this device. Default any.</summary>
    public string? Device { get; init; }

    /// <summary>Only packets of this user of the system (uid). Default whoever's, forwarded packets too.</summary>
    public int? User { get; init; }
}

public enum FirewallKind
{
    /// <summary>A table of our own, by <c>nft</c>.</summary>
    Nftables,

    /// <summary>A chain of our own in the table nat, by <c>iptables-restore</c>.</summary>
    Iptables,
}

public enum FirewallHook
{
    /// <summary>The rules of this node, met by what it sends and what it forwards.</summary>
    Local,
}
