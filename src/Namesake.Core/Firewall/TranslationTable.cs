using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Firewall;

/// <summary>What our own table of a firewall does: connections to TCP port 25 from these addresses leave under those. Anything else is none of its business.</summary>
/// <param name="Mappings">Each local address once, in the order of addresses; both families may be among them.</param>
public sealed record TranslationTable(ImmutableArray<Mapping> Mappings)
{
    /// <summary>Only packets of this user (uid); null: whoever sends from these addresses, forwarded packets too.</summary>
    public int? User { get; init; }

    /// <summary>Only what leaves by this device; null: any.</summary>
    public string? Device { get; init; }

    public bool Equals(TranslationTable? other) => other is not null && User == other.User && Device == other.Device && Mappings.SequenceEqual(other.Mappings);

    public override int GetHashCode() => HashCode.Combine(User, Device, Mappings.Length);
}

/// <param name="Local">The address a connection comes from.</param>
/// <param name="Public">The address it leaves under, of the same family.</param>
public sealed record Mapping(IPAddress Local, IPAddress Public)
{
    public override string ToString() => $"{Local} -> {Public}";
}
