using System.Net;
using System.Net.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Sources;

/// <summary>One address mail may leave from, with the name it says there. All three parts are required: there is no default identity.</summary>
public sealed record Source
{
    public required SourceId Id { get; init; }

    /// <summary>The address sockets are bound to before they connect; unique on the node.</summary>
    public required IPAddress LocalAddress { get; init; }

    /// <summary>The address the outside must see. Equal to <see cref="LocalAddress"/> unless a firewall translates.</summary>
    public required IPAddress PublicAddress { get; init; }

    /// <summary>What we say in EHLO, never derived from anything else.</summary>
    public required HostName Ehlo { get; init; }

    /// <summary>Used by several brands; then its name must be a neutral one.</summary>
    public bool Shared { get; init; }

    /// <summary>Share of its brand's mail among the brand's sources that are open and take new mail. Default 1, range 1 to 1000.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>It takes no new mail: what was never tried moves to others of its brand, what was tried comes to its end, after 4 hours by another if there is one. Default false.</summary>
    public bool Retiring { get; init; }

    /// <summary>How much it may carry a day while receivers get to know it; null: as much as comes.</summary>
    public WarmUp? WarmUp { get; init; }

    /// <summary>An operator's dated word that the translation to <see cref="PublicAddress"/> holds; shown as such, never as proof by observation.</summary>
    public Attestation? Attested { get; init; }

    public bool IsTranslated => !LocalAddress.Equals(PublicAddress);

    public AddressFamily Family => LocalAddress.AddressFamily;
}

public sealed record Attestation(string By, DateOnly On);
