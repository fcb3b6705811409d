using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Identity.Facts;

/// <summary>What DNS says about the EHLO name and the PTR names beyond what the pre-flight asks. For groups EH, PT and V6.</summary>
/// <param name="Names">The EHLO name first, then the PTR names, at most <see cref="DnsFacts.MostPointers"/> of them.</param>
/// <param name="MX">The MX records of the EHLO name.</param>
/// <param name="Pointers">PTR of addresses that bear or bore the EHLO name beside the source's own: its other A and AAAA records, other sources of the pool, addresses it has left.</param>
/// <param name="Nearby">PTR of some addresses beside the public one.</param>
/// <param name="Misplaced">IPv6 without a PTR: names a typing error would have put it under.</param>
public sealed record NameFacts(
    ImmutableArray<NameView> Names, DnsEvidence MX, ImmutableArray<AddressPointer> Pointers, ImmutableArray<AddressPointer> Nearby, ImmutableArray<DnsEvidence> Misplaced)
{
    /// <summary>Addresses of one kind that are asked about: a name with a thousand of them costs no more.</summary>
    public const int MostAddresses = 8;

    public NameView? Of(string name) => Names.FirstOrDefault(view => view.Name == name);

    public DnsEvidence? PointerOf(IPAddress address) => Pointers.FirstOrDefault(pointer => pointer.Address.Equals(address))?.Evidence;
}

/// <summary>PTR of one address.</summary>
public sealed record AddressPointer(IPAddress Address, DnsEvidence Evidence);
