using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Network.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.RealServers;

/// <summary>Shared by the tests of a class: a BIND that serves DNS lists, good ones and those met when a list dies or doesn't like who asks.</summary>
public sealed class RealLists : IAsyncDisposable
{
    private const string Address = "127.0.0.1";

    private static readonly (string Zone, string Records)[] Zones =
    [
        ("good.example", """
            2.0.0.127 A 127.0.0.2
            2.0.0.127 A 127.0.0.10
            5.113.0.203 A 127.0.0.3
            5.113.0.203 TXT "Listed by CSS, seen with HELO pc-7.lan.example, see https://www.example.org/query/203.0.113.5"
            6.113.0.203 A 127.0.0.10
            5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2 A 127.0.0.11
            """),
        ("refusing.example", "* A 127.255.255.254\n* TXT \"Error: open resolver\""),
        ("overrun.example", "2.0.0.127 A 127.0.0.2\n5.113.0.203 A 127.255.255.255"),
        ("world.example", "* A 127.0.0.2"),
        ("parked.example", "* A 198.51.100.80"),
        ("empty.example", ""),
        ("names.example", "test A 127.0.1.2\nacme.example A 127.0.1.2\nacme.example TXT \"spam\""),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-lists-").FullName;
    private readonly int _port = RealProgram.FreePort(Address);
    private RealProgram? _bind;
    private Task? _started;

    public static DnsList List(string zone, ListKind kind = ListKind.Css) => new(DomainName.Parse(zone), kind)
    {
        ListsV6 = true,
        Codes = [.. KnownLists.Find(DomainName.Parse("zen.spamhaus.org"))!.Codes],
    };

    public Task StartedAsync()
    {
        RealProgram.SkipUnlessUnpacked("named");
        return _started ??= StartAsync();
    }

    public Resolver Resolver() => new(new ResolverSettings { Resolvers = [new IPEndPoint(IPAddress.Parse(Address), _port)], TryTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        if (_bind is not null)
            await _bind.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        foreach (var (zone, records) in Zones)
            await File.WriteAllTextAsync(Path.Combine(_folder, zone), $"$TTL 60\n$ORIGIN {zone}.\n@ SOA ns.{zone}. hostmaster.{zone}. 1 3600 600 86400 60\n@ NS ns.{zone}.\nns A {Address}\n{records}\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "named.conf"), $$"""
            options { directory "{{_folder}}"; pid-file none; session-keyfile none; listen-on port {{_port}} { {{Address}}; }; listen-on-v6 { none; };
              recursion no; dnssec-validation no; notify no; check-names primary ignore; };
            controls { };
            {{string.Join('\n', Zones.Select(zone => $"zone \"{zone.Zone}\" {{ type primary; file \"{zone.Zone}\"; }};"))}}
            """);
        _bind = await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", Path.Combine(_folder, "named.conf"));
    }
}
