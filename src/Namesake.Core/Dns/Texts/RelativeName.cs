using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Texts;

internal static class RelativeName
{
    /// <summary>As it is written within its zone: "5", "@" for the zone itself. Absolute, with the dot at the end, where it isn't in the zone.</summary>
    public static string Of(DomainName name, DomainName zone) => name == zone ? "@"
        : name.IsEqualOrUnder(zone) ? name.Value[..^(zone.Value.Length + 1)]
        : $"{name}.";
}
