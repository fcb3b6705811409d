using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>Asks DNS about one public address and one EHLO name: our resolver, past our own memory, and every authoritative server of the zones.</summary>
public sealed class IdentityProbe(IDnsLookup dns)
{
    /// <remarks>1. PTR of the address and A or AAAA of the EHLO name. 2. The same of every PTR name, the EHLO name first, at most <see cref="DnsFacts.MostPointers"/>.
    /// 3. The other family of the EHLO name, only when it exists without an address of this one.</remarks>
    public async Task<DnsFacts> LookAsync(IPAddress address, DomainName ehlo, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(ehlo);
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        var type = isV4 ? RecordType.A : RecordType.Aaaa;
        var asking = dns.WeighAsync(ehlo, type, cancellation);
        var pointer = await dns.WeighAsync(ReverseName.Of(address), RecordType.Ptr, cancellation);

        var names = pointer.Pointers.Select(record => record.Name).OfType<DomainName>().Distinct()
            .OrderByDescending(name => name == ehlo).ThenBy(name => name.Value, StringComparer.Ordinal).Take(DnsFacts.MostPointers).ToList();
        var forwards = await Task.WhenAll(names.Select(async name => (name.Value, Evidence: name == ehlo ? await asking : await dns.WeighAsync(name, type, cancellation))));

        var own = await asking;
        var other = own.Ask(voice => voice.Addresses.Any()) == CheckOutcome.Bad && own.Voices.Any(voice => voice.Outcome != DnsOutcome.NameError)
            ? await dns.WeighAsync(ehlo, isV4 ? RecordType.Aaaa : RecordType.A, cancellation)
            : null;
        return new DnsFacts(pointer, forwards.ToImmutableDictionary(pair => pair.Value, pair => pair.Evidence), own, other);
    }
}
