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
        var (pointer, forward) = await ThereAndBackAsync(address, type, ehlo, asking, cancellation);

        var own = await asking;
        var other = own.Ask(voice => voice.Addresses.Any()) == CheckOutcome.Bad && own.Voices.Any(voice => voice.Outcome != DnsOutcome.NameError)
            ? await dns.WeighAsync(ehlo, isV4 ? RecordType.Aaaa : RecordType.A, cancellation)
            : null;
        return new DnsFacts(pointer, forward, own, other);
    }

    /// <summary>The reverse side alone, where no name was said that could be asked about: nobody was asked about the EHLO name.</summary>
    public async Task<DnsFacts> LookBackAsync(IPAddress address, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var type = address.RecordType();
        var (pointer, forward) = await ThereAndBackAsync(address, type, null, null, cancellation);
        return new DnsFacts(pointer, forward, DnsEvidence.Weigh(ReverseName.Of(address), type, null, null), null);
    }

    private async Task<(DnsEvidence Pointer, ImmutableDictionary<string, DnsEvidence> Forward)> ThereAndBackAsync(
        IPAddress address, RecordType type, DomainName? ehlo, Task<DnsEvidence>? asking, CancellationToken cancellation)
    {
        var pointer = await dns.WeighAsync(ReverseName.Of(address), RecordType.Ptr, cancellation);
        var names = pointer.Pointers.Select(record => record.Name).OfType<DomainName>().Distinct()
            .OrderByDescending(name => name == ehlo).ThenBy(name => name.Value, StringComparer.Ordinal).Take(DnsFacts.MostPointers).ToList();
        var forwards = await Task.WhenAll(names.Select(async name => (name.Value, Evidence: name == ehlo && asking is not null ? await asking : await dns.WeighAsync(name, type, cancellation))));
        return (pointer, forwards.ToImmutableDictionary(pair => pair.Value, pair => pair.Evidence));
    }
}
