using System.Collections.Immutable;
using System.Net;
using Namesake.Configuration.Forms;
using Namesake.Network.Dns.Providers;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

internal enum DnsProviderKind
{
    Rfc2136,
}

/// <summary>One place where records are written.</summary>
internal static class DnsProviderSection
{
    public static readonly Key<string> Id = Key.Required("id", Form.Name, "Its name in plans.");
    public static readonly Key<DnsProviderKind> Kind = Key.Required("kind", Form.Words<DnsProviderKind>(),
        "How it is written: `rfc2136` by signed updates, which BIND, Knot and PowerDNS take.");
    public static readonly Key<ImmutableArray<Placed<DomainName>>> Zones = Key.Required("zones", Form.List(Form.Domain, "zones", least: 1),
        "The zones it writes, as they are cut in DNS. What is in none of them is never written by it.");
    public static readonly Key<IPEndPoint> Server = Key.Optional("server", Form.EndPointWithPort(53), "`rfc2136`: the primary server of the zones. Asked over TCP.");
    public static readonly Key<SectionReader> UpdateKey = Key.Optional("key", Form.Group(UpdateKeySection.Section), "`rfc2136`: the key that updates are signed with.");

    public static readonly Section Section = new("dnsProviders[]", "Places where `namesake apply` writes records. Nothing is written but by a plan that somebody has applied.", [Id, Kind, Zones, Server, UpdateKey]);

    public static DnsProviderDraft Read(SectionReader reader, Reading reading)
    {
        var (id, kind, zones) = (reader.Find(Id), reader.Find(Kind), reader.Find(Zones)?.Value ?? []);
        DnsProviderSettings? settings = kind?.Value switch
        {
            DnsProviderKind.Rfc2136 => Update(reader, reading, id?.Value ?? "", [.. zones.Select(zone => zone.Value)]),
            _ => null,
        };
        return new(reader.At, id, zones, id is null ? null : settings);
    }

    private static UpdateSettings? Update(SectionReader reader, Reading reading, string id, ImmutableArray<DomainName> zones)
    {
        var (server, key) = (reader.Find(Server), reader.Find(UpdateKey));
        if (!reader.Has(Server))
            reading.Problems.Error(reader.At, "dnsProviders: server: is missing; kind rfc2136 needs the address of the zones' primary server");
        if (!reader.Has(UpdateKey))
            reading.Problems.Error(reader.At, "dnsProviders: key: is missing; kind rfc2136 needs the key that updates are signed with");
        return server is null || key is null || UpdateKeySection.Read(key.Value, reading) is not { } signing ? null : new UpdateSettings { Id = id, Zones = zones, Server = server.Value, Key = signing };
    }
}
