using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Network.Dns.Providers;
using Namesake.Network.Machine;
using Namesake.Network.Tests.Dns.Providers;
using Namesake.Network.Tests.RealServers;
using Namesake.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Planning;

/// <summary>A BIND with two forward zones, a /24 whose first /29 is classless by RFC 2317, and an IPv6 prefix; plans are made and applied from a configuration by the product's own planning and runner.</summary>
internal sealed class BindPlanScene : IAsyncDisposable
{
    public const string Parent = "113.0.203.in-addr.arpa", Child = "0/29.113.0.203.in-addr.arpa", Six = "8.b.d.0.1.0.0.2.ip6.arpa";

    public static readonly ImmutableArray<string> Zones = ["acme.example", "brave.example", Parent, Child, Six];

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-plans-").FullName;
    private readonly int _port = RealProgram.FreePort("127.0.0.1");
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private RealProgram? _bind;

    /// <summary>As anybody who has the key writes.</summary>
    public UpdateProvider Somebody { get; private set; } = null!;

    /// <param name="more">Further records, by zone.</param>
    public static async Task<BindPlanScene> StartAsync(params (string Zone, string Records)[] more)
    {
        RealProgram.SkipUnlessUnpacked("named");
        var scene = new BindPlanScene();
        await scene.StartServerAsync(more.ToLookup(each => each.Zone, each => each.Records));
        scene.Somebody = new UpdateProvider(new UpdateSettings
        {
            Id = "somebody", Server = new IPEndPoint(IPAddress.Loopback, scene._port), Zones = [.. Zones.Select(DomainName.Parse)], Timeout = TimeSpan.FromSeconds(20),
            Key = new UpdateKey(DomainName.Parse("namesake"), UpdateAlgorithm.HmacSha256, [.. Convert.FromBase64String(scene._secret)]),
        }, TimeProvider.System);
        return scene;
    }

    /// <summary>A node of its own, which has written nothing yet.</summary>
    public PlanWorkshop Workshop(string name, string brandsAndSources)
    {
        var file = Path.Combine(_folder, $"{name}.yaml");
        File.WriteAllText(file, $$"""
            node: relay1
            data: {{_folder}}/{{name}}
            listeners: [ { address: "127.0.0.1:0", brand: acme, relayFrom: ["127.0.0.0/8"] } ]
            {{brandsAndSources}}
            resolvers: ["127.0.0.1:{{_port}}"]
            dns: { authoritativePort: {{_port}} }
            treatAsPublic: [203.0.113.0/24, "2001:db8::/32"]
            dnsProviders:
              - { id: bind, kind: rfc2136, server: "127.0.0.1:{{_port}}", timeout: 20s, zones: [{{string.Join(", ", Zones.Select(zone => $"\"{zone}\""))}}], key: { name: namesake, secret: "{{_secret}}" } }
            """);
        var read = new ConfigurationReader().Read(file);
        Assert.True(read.Configuration is not null, string.Join('\n', read.Problems.Select(problem => problem.ToString())));
        return PlanWorkshop.Open(read.Configuration!, PlanMakers.OfProduct, TimeProvider.System);
    }

    /// <summary>The product's runner, with a timer that waits in this process.</summary>
    /// <param name="wanted">What would be the sources of its configuration.</param>
    public static PlanRunner Runner(PlanWorkshop workshop, ImmutableArray<WantedIdentity> wanted)
    {
        var alone = new Alone(workshop);
        return new PlanRunner(new PlanPorts
        {
            Node = "relay1", Who = "ann@relay1", Provider = workshop.FindProvider, Firewall = workshop.FindFirewall, Store = workshop.Store, Timer = alone, Uptime = new MachineUptime(), Dns = workshop.Dns, Echo = alone, Relay = alone,
            AddressesOf = name => [.. wanted.Where(identity => identity.Ehlo.Domain == name).Select(identity => identity.Public)],
        }, new PlanTimes(), new PlanLimits(), TimeProvider.System);
    }

    /// <summary>All zones by AXFR, without SOA, ordered.</summary>
    public async Task<string> ContentAsync()
    {
        var zones = new List<string>();
        foreach (var zone in Zones)
            zones.Add($"{zone}\n{await SignedZones.ContentAsync(_port, zone)}");
        return string.Join('\n', zones);
    }

    public async ValueTask DisposeAsync()
    {
        Somebody?.Dispose();
        if (_bind is not null)
            await _bind.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartServerAsync(ILookup<string, string> more)
    {
        var text = new Dictionary<string, string>
        {
            [""] = string.Join('\n', Zones.Where(zone => zone != Child).Select(zone => $"{zone}. NS ns.acme.example.")) + "\nns.acme.example. A 127.0.0.1",
            ["acme.example"] = "ns A 127.0.0.1\nwww A 198.51.100.80",
            ["brave.example"] = "www A 198.51.100.81",
            [Parent] = string.Join('\n', Enumerable.Range(0, 8).Select(host => string.Create(CultureInfo.InvariantCulture, $"{host} CNAME {host}.0/29"))) + "\n0/29 NS ns.acme.example.\n15 PTR Gateway.Foreign.Example.",
            [Child] = "7 PTR Other.Foreign.Example.",
            [Six] = "f.f.f.f PTR six.foreign.example.",
        };
        var zones = new List<string>();
        foreach (var (zone, records) in text)
        {
            var file = $"zone-{zone.Replace('/', '_')}";
            await File.WriteAllTextAsync(Path.Combine(_folder, file), $"$TTL 300\n$ORIGIN {zone}.\n@ SOA ns.acme.example. hostmaster.acme.example. 1 3600 600 86400 60\n@ NS ns.acme.example.\n{records}\n{string.Join('\n', more[zone])}\n");
            zones.Add($"zone \"{(zone.Length == 0 ? "." : zone)}\" {{ type primary; file \"{file}\"; allow-update {{ key \"namesake\"; }}; }};");
        }
        await File.WriteAllTextAsync(Path.Combine(_folder, "named.conf"), $$"""
            key "namesake" { algorithm hmac-sha256; secret "{{_secret}}"; };
            options { directory "{{_folder}}"; pid-file none; session-keyfile none; listen-on port {{_port}} { 127.0.0.1; }; listen-on-v6 { none; };
              recursion no; dnssec-validation no; notify no; allow-transfer { 127.0.0.1; }; };
            controls { };
            {{string.Join('\n', zones)}}
            """);
        _bind = await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", Path.Combine(_folder, "named.conf"));
    }

    /// <summary>No relay, no witness; and a dead-man timer that says it waits.</summary>
    private sealed class Alone(PlanWorkshop workshop) : IDeadManTimer, IRelayAtWork, IEchoProbe
    {
        public async Task<string?> StartAsync(PlanId id, CancellationToken cancellation) => await Runner(workshop, []).WatchAsync(id, cancellation) ? null : "there is nothing to wait for";

        public Task<string?> NoticeAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task<string> DrainAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation) => Task.FromResult("there is no relay");

        public Task<EchoProbeResult> AskAsync(Source source, NextHop hop, CancellationToken cancellation) => throw new InvalidOperationException("there is no witness");
    }
}
