using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Identity.Facts;

/// <summary>What DNS says about one address and one EHLO name.</summary>
/// <param name="Pointer">The PTR records of the public address.</param>
/// <param name="Forward">A or AAAA (the address's family) of the names the PTR records give, by name; at most <see cref="MostPointers"/>.</param>
/// <param name="Ehlo">A or AAAA of the EHLO name, the address's family.</param>
/// <param name="EhloOtherFamily">The other family's, asked only when there is none of the first.</param>
public sealed record DnsFacts(DnsEvidence Pointer, ImmutableDictionary<string, DnsEvidence> Forward, DnsEvidence Ehlo, DnsEvidence? EhloOtherFamily)
{
    /// <summary>Names of a PTR set that are looked up. Receivers consider no more than 10 (RFC 7208 §4.6.4), and a hostile reverse zone must not cost us more.</summary>
    public const int MostPointers = 10;

    /// <summary>Whether this PTR target leads back to the address. A target that is no host name or wasn't looked up leads nowhere.</summary>
    public CheckOutcome Confirms(PointerRecord pointer, IPAddress address) =>
        pointer.Name is { } name && Forward.TryGetValue(name.Value, out var evidence)
            ? evidence.Ask(voice => voice.Addresses.Contains(address))
            : CheckOutcome.Bad;

    /// <summary>The least TTL of what is definite; null when nothing is.</summary>
    public TimeSpan? LeastTtl()
    {
        var definite = Forward.Values.Append(Pointer).Append(Ehlo).Where(evidence => evidence.IsDefinite).ToList();
        return definite.Count == 0 ? null : definite.Min(evidence => evidence.Ttl);
    }
}
