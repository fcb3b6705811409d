using System.Net;

namespace Namesake.Lab.Tests.Lab.Names;

/// <summary>The lab's small internet of names: a root of its own, the reverse trees, the brands' zones and the receivers'.</summary>
public static class LabZones
{
    private const string V6Tree = "8.b.d.0.1.0.0.2.ip6.arpa";

    /// <summary>Eight addresses whose names somebody else keeps, as RFC 2317 has it: their PTR records lie here, and aliases lead to them.</summary>
    public const string Shared = "144/29.113.0.203.in-addr.arpa";

    private static readonly string[] ReverseTrees = ["113.0.203.in-addr.arpa", "100.51.198.in-addr.arpa", V6Tree];

    /// <summary>As access providers name what nobody has named: the name isn't found forwards.</summary>
    private static readonly LabRecord[] UnplannedPointers =
    [
        Pointer(LabPlan.DefaultPublic, "host-203-0-113-1.access.provider.example"),
        Pointer(LabPlan.EdgeKernelsChoice, "host-203-0-113-130.access.provider.example"),
    ];

    public static IReadOnlyList<LabZone> All { get; } = [.. Build()];

    /// <summary>The zone a name lies in.</summary>
    public static LabZone Of(string name) => All.Where(zone => zone.Contains(name)).MaxBy(zone => zone.Origin.Length)!;

    /// <summary>What was planned for one name and type; nothing when nothing was.</summary>
    public static IReadOnlyList<string> Planned(string name, string type) =>
        [.. Of(name).Records.Where(record => record.Name == name && record.Type == type).Select(record => record.Data)];

    private static IEnumerable<LabZone> Build()
    {
        LabRecord[] servers = [new("ns1.nic.example", "A", $"{LabPlan.Names}"), new("ns2.nic.example", "A", $"{LabPlan.Names2}")];
        string[] domains = [.. LabBrand.All.Select(brand => brand.Domain), .. LabReceivers.All.Select(receiver => receiver.Domain), "provider.example"];
        yield return new LabZone("", [.. Delegate("example", "in-addr.arpa", "ip6.arpa"), .. servers]);
        yield return new LabZone("example", [.. Delegate(domains), .. servers]);
        yield return new LabZone("in-addr.arpa", [.. Delegate([.. ReverseTrees.Where(tree => tree != V6Tree)])]);
        yield return new LabZone("ip6.arpa", [.. Delegate(V6Tree)]);
        yield return new LabZone(
            "provider.example",
            [
                new("relay.provider.example", "A", $"{LabPlan.DefaultPublic}"),
                new(LabPlan.WatchtowerName, "A", $"{LabPlan.Watchtower}"),
                new(LabPlan.WatchtowerName, "AAAA", $"{LabPlan.V6Of(LabPlan.Watchtower)}"),
            ]);

        LabRecord[] pointers =
        [
            .. UnplannedPointers,
            .. LabBrand.All.SelectMany(brand => new[] { Pointer(brand.Public, brand.Ehlo), Pointer(brand.V6, brand.Ehlo), Pointer(brand.Edge, brand.EdgeEhlo) }),
            .. LabReceivers.All.SelectMany(receiver => new[] { Pointer(receiver.Address, receiver.Host), Pointer(LabPlan.V6Of(receiver.Address), $"mx6.{receiver.Domain}") }),
        ];
        LabRecord[] aliases = [.. Enumerable.Range(145, 6).Select(number => new LabRecord($"{number}.113.0.203.in-addr.arpa", "CNAME", $"{number}.{Shared}."))];
        foreach (var tree in ReverseTrees)
        {
            yield return new LabZone(tree, [.. pointers.Where(pointer => pointer.Name.EndsWith("." + tree, StringComparison.Ordinal)), .. Shared.EndsWith("." + tree, StringComparison.Ordinal) ? [.. Delegate(Shared), .. aliases] : Array.Empty<LabRecord>()]);
        }

        yield return new LabZone(Shared, []);

        foreach (var brand in LabBrand.All)
        {
            yield return new LabZone(
                brand.Domain,
                [
                    new(brand.Ehlo, "A", $"{brand.Public}"),
                    new(brand.Ehlo, "AAAA", $"{brand.V6}"),
                    new(brand.EdgeEhlo, "A", $"{brand.Edge}"),
                    new(brand.Domain, "MX", $"10 {LabReceivers.Quiet.Host}."),
                    new(brand.Domain, "TXT", $"\"v=spf1 ip4:{brand.Public} ip4:{brand.Edge} ip6:{brand.V6} -all\""),
                    new($"_dmarc.{brand.Domain}", "TXT", "\"v=DMARC1; p=none\""),
                    new(brand.Ehlo, "TXT", "\"v=spf1 a -all\""),
                    new(brand.EdgeEhlo, "TXT", "\"v=spf1 a -all\""),
                ]);
        }

        foreach (var receiver in LabReceivers.All)
        {
            yield return new LabZone(
                receiver.Domain,
                [
                    new(receiver.Domain, "MX", $"10 {receiver.Host}."),
                    new(receiver.Host, "A", $"{receiver.Address}"),
                    new($"v6.{receiver.Domain}", "MX", $"10 mx6.{receiver.Domain}."),
                    new($"mx6.{receiver.Domain}", "AAAA", $"{LabPlan.V6Of(receiver.Address)}"),
                ]);
        }
    }

    private static LabRecord Pointer(IPAddress address, string name) => new(Reverse.NameOf(address), "PTR", $"{name}.");

    private static IEnumerable<LabRecord> Delegate(params string[] zones) =>
        zones.SelectMany(zone => new[] { new LabRecord(zone, "NS", "ns1.nic.example."), new LabRecord(zone, "NS", "ns2.nic.example.") });
}
