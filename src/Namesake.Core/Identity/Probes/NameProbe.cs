using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Asks DNS about the names themselves: CNAMEs, both families, wildcards, mail exchangers, who else bears the EHLO name, and who lives next door.</summary>
/// <remarks>1. The EHLO name and each PTR name, in both families, and a name beside each that nobody has made. 2. PTR of the addresses that bear or bore the EHLO name.
/// 3. PTR of a few addresses beside ours. Needs the pre-flight's look at DNS in the basis; knows of addresses the name has left when the history is in it too. What the
/// answer rests on is asked of the zones' servers, what is only context of our resolver.</remarks>
public sealed class NameProbe(IDnsLookup dns) : IFactProbe
{
    private static readonly int[] Distances = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 8, -8];

    public string Name => "names";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var source = basis.Source;
        var family = source.PublicAddress.AddressFamily;
        var ehlo = ViewAsync(source.Ehlo, basis.Dns?.Ehlo, family, cancellation);
        var mx = dns.GlanceAsync(source.Ehlo, RecordType.MX, cancellation);
        var pointed = (basis.Dns?.Forward ?? []).Where(pair => pair.Key != source.Ehlo.Value).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => ViewAsync(pair.Value.Name, pair.Value, family, cancellation)).ToList();
        var nearby = AskPointersAsync(Beside(source.PublicAddress).Except(basis.Pool.Select(member => member.PublicAddress)), cancellation);
        var misplaced = basis.Dns is { Pointer: var pointer } && pointer.Ask(voice => voice.Pointers.Any()) == CheckOutcome.Bad
            ? Task.WhenAll(NibbleForms.Misspelt(source.PublicAddress, pointer.Zone).Select(name => dns.GlanceAsync(name, RecordType.Ptr, cancellation)))
            : Task.FromResult<DnsEvidence[]>([]);

        var own = await ehlo;
        var bearers = AskPointersAsync(Bearers(basis, own), cancellation);
        var facts = new NameFacts([own, .. await Task.WhenAll(pointed)], await mx, await bearers, await nearby, [.. await misplaced]);
        return all => all with { Name = facts };
    }

    private async Task<NameView> ViewAsync(DomainName name, DnsEvidence? known, AddressFamily family, CancellationToken cancellation)
    {
        var isV4 = family == AddressFamily.InterNetwork;
        var same = known is null ? dns.WeighAsync(name, isV4 ? RecordType.A : RecordType.Aaaa, cancellation) : Task.FromResult(known);
        var other = dns.WeighAsync(name, isV4 ? RecordType.Aaaa : RecordType.A, cancellation);
        var (own, beside) = (await same, SiblingOf(name));
        var sibling = beside is null || !own.Addresses.Any() ? null : await dns.GlanceAsync(beside, own.Type, cancellation);
        return isV4 ? new NameView(name.Value, own, await other, sibling) : new NameView(name.Value, await other, own, sibling);
    }

    private async Task<ImmutableArray<AddressPointer>> AskPointersAsync(IEnumerable<IPAddress> addresses, CancellationToken cancellation) =>
        [.. await Task.WhenAll(addresses.Distinct().Take(NameFacts.MostAddresses).Select(async address =>
            new AddressPointer(address, await dns.GlanceAsync(ReverseName.Of(address), RecordType.Ptr, cancellation))))];

    /// <summary>Right below a registry a name nobody has made says nothing of us.</summary>
    private static DomainName? SiblingOf(DomainName name) => name.Parent is { } parent && RegistrableDomain.Of(name.Value) != name.Value
        && DomainName.TryParse($"{new string(Random.Shared.GetItems("abcdefghijklmnopqrstuvwxyz".AsSpan(), 16))}.{parent}", out var sibling, out _) ? sibling : null;

    // The name's records first: a long history must not crowd them out.
    private static IEnumerable<IPAddress> Bearers(IdentityFacts basis, NameView ehlo)
    {
        var configured = basis.Pool.Select(member => member.PublicAddress).ToHashSet();
        var other = configured.Where(address => address.AddressFamily != basis.Source.PublicAddress.AddressFamily);
        var former = basis.History is { } history ? history.FormerAddresses.Select(left => left.Address).Except(configured) : [];
        return ehlo.V4.Addresses.Concat(ehlo.V6.Addresses).Except(configured).Except([basis.Source.PublicAddress]).Take(NameFacts.MostAddresses / 2)
            .Concat(other.Take(NameFacts.MostAddresses / 4)).Concat(former);
    }

    /// <summary>Of the same /24, or of the same 256 addresses in IPv6; the nearest first.</summary>
    private static IEnumerable<IPAddress> Beside(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        foreach (var distance in Distances)
        {
            var last = bytes[^1] + distance;
            if (last is >= 0 and <= 255 && !(isV4 && last is 0 or 255))
                yield return new IPAddress([.. bytes[..^1], (byte)last]);
        }
    }
}
