using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Core.Firewall;

/// <summary>What our own table of a firewall does: connections to TCP port 25 from these addresses leave under those. Anything else is none of its business.</summary>
/// <param name="Mappings">Each local address once, in the order of addresses.</param>
public sealed record TranslationTable(ImmutableArray<Mapping> Mappings)
{
    /// <summary>Only packets of this user (uid); null: whoever sends from these addresses, forwarded packets too.</summary>
    public int? User { get; init; }

    /// <summary>Only what leaves by this device; null: any.</summary>
    public string? Device { get; init; }

    /// <summary>Mappings that no firewall of ours makes: IPv6 addresses are bound, never translated.</summary>
    public IEnumerable<Mapping> Untranslatable => Mappings.Where(mapping => mapping.Local.AddressFamily != AddressFamily.InterNetwork || mapping.Public.AddressFamily != AddressFamily.InterNetwork);

    /// <summary>For renderers: whoever hands a table over has looked at <see cref="Untranslatable"/>.</summary>
    internal void RequireIPv4()
    {
        if (Untranslatable.FirstOrDefault() is { } mapping)
            throw new ArgumentException($"{mapping} can't be translated: IPv6 addresses are bound");
    }

    public bool Equals(TranslationTable? other) => other is not null && User == other.User && Device == other.Device && Mappings.SequenceEqual(other.Mappings);

    public override int GetHashCode() => HashCode.Combine(User, Device, Mappings.Length);
}

/// <param name="Local">The address a connection comes from.</param>
/// <param name="Public">The address it leaves under, of the same family.</param>
public sealed record Mapping(IPAddress Local, IPAddress Public)
{
    public override string ToString() => $"{Local} -> {Public}";
}
