using System.Globalization;
using System.Net;
using Namesake.Network.Tests.RealServers;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>Two BINDs and a PowerDNS with separately written zones, Unbound in front of them, validating, resolvers of the world beside it, and a server for each way to fail. Everything is on
/// loopback, and all that serve zones on one port.</summary>
internal sealed class ScenarioServers : IAsyncDisposable
{
    public const string UnboundAddress = "127.0.0.76", SignedZone = "control.example";

    private static readonly Dictionary<string, string> Hosts = new()
    {
        ["ns1"] = "127.0.0.1", ["ns2"] = "::1", ["ns3"] = "127.0.0.1", ["ns4"] = "127.0.0.87",
        ["silent"] = "127.0.0.81", ["servfail"] = "127.0.0.82", ["refused"] = "127.0.0.83", ["lame"] = "127.0.0.84", ["truncating"] = "127.0.0.85", ["garbage"] = "127.0.0.86",
    };

    /// <summary>Those whose zones are files of ours.</summary>
    private static readonly string[] Written = ["ns1", "ns2", "ns4"];

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-scenarios-").FullName;
    private readonly List<RealProgram> _programs = [];
    private readonly List<BrokenNameServer> _broken = [];

    public int Port { get; } = RealProgram.FreePort("127.0.0.1");

    public IPEndPoint Unbound { get; } = new(IPAddress.Parse(UnboundAddress), RealProgram.FreePort(UnboundAddress));

    public WorldResolvers World { get; } = new();

    /// <param name="atResolver">What our resolver says in the servers' place: a record, or a name and "nothing".</param>
    /// <param name="atSouth">The same of the resolver of the world that is called so.</param>
    public async Task StartAsync(IReadOnlyCollection<ServedZone> zones, IEnumerable<string> atResolver, IEnumerable<string> atSouth)
    {
        foreach (var (failing, host) in new[]
        {
            (Failing.Silent, "silent"), (Failing.ServFail, "servfail"), (Failing.Refused, "refused"), (Failing.Lame, "lame"), (Failing.Truncating, "truncating"), (Failing.Garbage, "garbage"),
        })
            _broken.Add(new BrokenNameServer(new IPEndPoint(IPAddress.Parse(Hosts[host]), Port), failing));
        ServedZone[] all =
        [
            .. zones,
            new("host.example", string.Join('\n', Hosts.Select(host => $"{host.Key} {(host.Value.Contains(':', StringComparison.Ordinal) ? "AAAA" : "A")} {host.Value}"))),
            new(SignedZone, "@ A 198.18.255.1") { Signing = Signing.Valid },
        ];
        foreach (var host in Written)
            Directory.CreateDirectory(Path.Combine(_folder, host));
        await File.WriteAllTextAsync(Path.Combine(_folder, "anchors"), "");
        foreach (var zone in all)
            await WriteAsync(zone);
        await Task.WhenAll(all.Where(zone => zone.Signing != Signing.None).Select(SignAsync));
        await Task.WhenAll(StartBindAsync("ns1", all, $"listen-on port {Port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};"),
            StartBindAsync("ns2", all, $"listen-on {{ none; }}; listen-on-v6 port {Port} {{ ::1; }};"), StartPowerDnsAsync(all));
        var served = all.Select(zone => (zone.Name, Host: zone.Servers.FirstOrDefault(Hosts.ContainsKey))).Where(zone => zone.Host is not null)
            .Select(zone => (zone.Name, new IPEndPoint(IPAddress.Parse(Hosts[zone.Host!]), Port))).ToList();
        Add(await RealUnbound.StartAsync(_folder, Unbound, served,
            ["local-zone: \"8.b.d.0.1.0.0.2.ip6.arpa\" nodefault", "qname-minimisation: no", "outbound-msg-retry: 2", .. atResolver.SelectMany(Instead)]));
        await World.StartAsync(_folder, Port, served, atSouth.SelectMany(Instead));
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        foreach (var program in _programs)
            await program.DisposeAsync();
        foreach (var server in _broken)
            await server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartBindAsync(string host, IEnumerable<ServedZone> zones, string listen)
    {
        var file = Path.Combine(_folder, host, "named.conf");
        var served = zones.Where(zone => zone.Servers.Contains(host)).Select(zone => $"zone \"{zone.Name}\" {{ type primary; file \"{Path.GetFileName(PathOf(host, zone))}{(zone.Signing == Signing.None ? "" : ".signed")}\"; }};");
        await File.WriteAllTextAsync(file, $$"""
            options { directory "{{Path.Combine(_folder, host)}}"; pid-file none; session-keyfile none; {{listen}}
              recursion no; dnssec-validation no; notify no; minimal-responses yes; check-integrity no; check-names primary ignore; check-mx ignore; check-spf ignore; check-dup-records ignore; };
            controls { };
            {{string.Join('\n', served)}}
            """);
        var program = await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", file);
        Add(program);
        var faults = program.Said.Split('\n').Where(line => line.Contains("not loaded due to errors", StringComparison.Ordinal) || line.Contains("dns_master_load", StringComparison.Ordinal)).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private async Task StartPowerDnsAsync(IEnumerable<ServedZone> zones) =>
        Add(await RealPowerDns.StartAsync(Path.Combine(_folder, "ns4"), new IPEndPoint(IPAddress.Parse(Hosts["ns4"]), Port),
            zones.Where(zone => zone.Servers.Contains("ns4")).Select(zone => (zone.Name, PathOf("ns4", zone)))));

    private void Add(RealProgram program)
    {
        lock (_programs)
            _programs.Add(program);
    }

    private static IEnumerable<string> Instead(string record) => record.Split(' ') is [var name, "nothing"]
        ? [$"local-zone: \"{name}\" always_nxdomain"]
        : [$"local-zone: \"{record.Split(' ')[0]}\" typetransparent", $"local-data: \"{record}\""];

    private async Task WriteAsync(ServedZone zone)
    {
        foreach (var host in zone.Servers.Intersect(Written))
            await File.WriteAllTextAsync(PathOf(host, zone), string.Create(CultureInfo.InvariantCulture, $"""
                $TTL 3600
                $ORIGIN {(zone.Name == "." ? "." : zone.Name + ".")}
                @ {zone.SoaTtl} SOA ns1.host.example. hostmaster.host.example. {100 - (IsSecond(host, zone) ? zone.Lag : 0)} 3600 600 86400 {zone.NegativeTtl}
                {string.Join('\n', zone.Servers.Select(server => $"@ NS {server}.host.example."))}
                {(IsSecond(host, zone) ? zone.RecordsAtSecond ?? zone.Records : zone.Records)}

                """));
    }

    private async Task SignAsync(ServedZone zone)
    {
        var (first, keys) = (PathOf("ns1", zone), Directory.CreateDirectory(Path.Combine(_folder, $"keys-{zone.Name}")).FullName);
        await RealProgram.RunAsync("dnssec-keygen", "-K", keys, "-a", "ECDSAP256SHA256", "-f", "KSK", zone.Name);
        await RealProgram.RunAsync("dnssec-signzone", "-S", "-z", "-K", keys, "-d", keys, "-o", zone.Name, "-f", first + ".signed", first);
        var signed = await File.ReadAllTextAsync(first + ".signed");
        if (zone.Signing == Signing.Broken)
            await File.WriteAllTextAsync(first + ".signed", signed = signed.Replace(".77\n", ".25\n", StringComparison.Ordinal));
        await File.WriteAllTextAsync(PathOf("ns2", zone) + ".signed", signed);
        var anchor = await File.ReadAllTextAsync(Path.Combine(keys, $"dsset-{zone.Name}."));
        lock (_broken)
            File.AppendAllText(Path.Combine(_folder, "anchors"), anchor);
    }

    private static bool IsSecond(string host, ServedZone zone) => host == "ns2" || (host == "ns4" && zone.Servers[0] != "ns4");

    private string PathOf(string host, ServedZone zone) => Path.Combine(_folder, host, zone.Name == "." ? "root" : zone.Name.Replace('/', '_'));
}

/// <param name="Name">Without a dot at the end; "." is the root.</param>
internal sealed record ServedZone(string Name, string Records)
{
    public string? RecordsAtSecond { get; init; }

    public IReadOnlyList<string> Servers { get; init; } = ["ns1", "ns2"];

    /// <summary>As the zone above says; mostly the same.</summary>
    public IReadOnlyList<string> DelegatedTo { get => field ?? Servers; init; }

    /// <summary>The zone above is the scenario's own and holds the delegation itself.</summary>
    public bool IsBelowOwn { get; init; }

    public int Lag { get; init; }

    public int NegativeTtl { get; init; } = 60;

    public int SoaTtl { get; init; } = 3600;

    public Signing Signing { get; init; }
}
