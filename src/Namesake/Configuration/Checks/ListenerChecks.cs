using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Namesake.Configuration.Sections;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Checks;

/// <summary>Listeners, and who may submit through them.</summary>
internal static class ListenerChecks
{
    /// <summary>Whoever lists more than this as clients has opened the relay to the world: 16 million addresses of IPv4, a large provider's whole IPv6.</summary>
    private const int ShortestPrefixV4 = 8, ShortestPrefixV6 = 16;

    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        CheckAddresses(draft, problems);
        var brands = draft.Brands.Where(brand => brand.Id is not null).Select(brand => brand.Id!.Value.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var listener in draft.Listeners)
        {
            CheckBrand(listener.Brand, "listeners: brand", brands, problems);
            CheckBrand(listener.NullSenderBrand, "listeners: nullSenderBrand", brands, problems);
            if (listener is { Brand: { } brand, NullSenderBrand: { } other } && brand.Value != other.Value)
                problems.Error(other.At, $"listeners: nullSenderBrand {other.Value} contradicts brand {brand.Value}: all mail from here is brand {brand.Value}'s already; remove one");
            foreach (var range in listener.RelayFrom)
                CheckWidth(range, "listeners: relayFrom", problems);
            if (listener.RelayFrom.IsEmpty && draft.Users.IsEmpty && draft.Clients.IsEmpty)
                problems.Warning(listener.At, "listeners: nobody may send through it: it has no relayFrom, and there are neither users nor clients");
            if (listener.ImplicitTls && draft.Certificates.IsEmpty)
                problems.Error(listener.At, "listeners: implicitTls needs a certificate: add one under certificates");
        }
        if (!draft.Users.IsEmpty && draft.Certificates.IsEmpty)
            problems.Warning(draft.Users[0].At, "users: nobody can log in: AUTH is offered over TLS only, and there are no certificates");
        foreach (var user in draft.Users)
            CheckBrand(user.Brand, "users: brand", brands, problems);
        Duplicates.Report(draft.Users.Select(user => user.Name), "users: the name", problems);
        foreach (var client in draft.Clients)
        {
            CheckBrand(client.Brand, "clients: brand", brands, problems);
            if (client.Range is { } range)
                CheckWidth(range, "clients: range", problems);
        }
        Duplicates.Report(draft.Clients.Select(client => client.Range), "clients: the range", problems);
    }

    private static void CheckAddresses(ConfigurationDraft draft, Problems problems)
    {
        var taken = new List<Placed<IPEndPoint>>();
        foreach (var listener in draft.Listeners)
        {
            if (listener.Address is not { Value.Port: not 0 } address)
                continue;
            if (taken.FirstOrDefault(other => Collide(other.Value, address.Value)) is { } other)
                problems.Error(address.At, other.Value.Equals(address.Value)
                    ? string.Create(CultureInfo.InvariantCulture, $"listeners: the address {address.Value} stands here a second time, first in line {other.At.Line}")
                    : string.Create(CultureInfo.InvariantCulture, $"listeners: {address.Value} and {other.Value} (line {other.At.Line}) overlap: one of them listens on every address of port {address.Value.Port}"));
            taken.Add(address);
        }
        if (draft.Api.Address.Port != 0 && taken.FirstOrDefault(other => Collide(other.Value, draft.Api.Address)) is { } listening)
            problems.Error(listening.At, $"listeners: {listening.Value} and the API's address {draft.Api.Address} overlap: give one another port");
    }

    private static bool Collide(IPEndPoint a, IPEndPoint b) =>
        a.Port == b.Port && (a.Address.Equals(b.Address) || Covers(a.Address, b.Address) || Covers(b.Address, a.Address));

    private static bool Covers(IPAddress wild, IPAddress other) =>
        wild.Equals(IPAddress.Any) ? other.AddressFamily == AddressFamily.InterNetwork : wild.Equals(IPAddress.IPv6Any) && other.AddressFamily == AddressFamily.InterNetworkV6;

    private static void CheckBrand(Placed<BrandId>? brand, string what, HashSet<string> known, Problems problems)
    {
        if (brand is not null && !known.Contains(brand.Value.Value))
            problems.Error(brand.At, $"{what}: there is no brand \"{brand.Value}\"{(problems.IsFull ? "" : Spelling.Hint(brand.Value.Value, known))}");
    }

    private static void CheckWidth(Placed<IPRange> range, string what, Problems problems)
    {
        var shortest = range.Value.Network.AddressFamily == AddressFamily.InterNetwork ? ShortestPrefixV4 : ShortestPrefixV6;
        if (range.Value.PrefixLength < shortest)
            problems.Error(range.At, string.Create(CultureInfo.InvariantCulture, $"{what}: {range.Value} would make this an open relay: name your own networks, none shorter than /{shortest}; clients elsewhere log in"));
        else if (range.Value.PrefixLength < 2 * shortest && SpecialAddresses.IsPublic(range.Value.Network))
            problems.Warning(range.At, $"{what}: {range.Value} lets a great many addresses of the Internet send without logging in: are they all yours?");
    }
}
