using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Network.Dns;
using Namesake.Network.Sockets;
using Namesake.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Demo;

/// <summary>Everything the demo needs, on loopback and in this process: DNS for the brands and for 127.in-addr.arpa, and three receivers with different habits.</summary>
public sealed class DemoWorld : IAsyncDisposable
{
    private readonly Resolver _receiversDns;

    private DemoWorld(DemoDnsServer dns, Resolver receiversDns, string directory)
    {
        (Dns, _receiversDns, Directory) = (dns, receiversDns, directory);
        var provider = new DemoProvider(dns.Zones);
        var writers = new PlanMakers([(_, _) => [provider]], []);
        Makers = writers with { Timer = (configuration, time) => new DemoTimer(configuration, writers, time) };
    }

    public static IReadOnlyList<DemoBrand> Brands { get; } =
    [
        new("acme", "acme.example", IPAddress.Parse("127.0.10.5"), HostName.Parse("mail.acme.example")),
        new("bravo", "bravo.example", IPAddress.Parse("127.0.10.6"), HostName.Parse("out.bravo.example")),
        new("civic", "civic.example", IPAddress.Parse("127.0.10.7"), HostName.Parse("mx.civic.example")),
    ];

    public DemoDnsServer Dns { get; }

    /// <summary>Plans write the zones of this process.</summary>
    public PlanMakers Makers { get; }

    public List<DemoReceiver> Receivers { get; } = [];

    /// <summary>A directory of its own, removed at the end.</summary>
    public string Directory { get; }

    public static async Task<DemoWorld> CreateAsync(TimeProvider time, ILoggerFactory logs)
    {
        var zones = new DemoZones();
        zones.AddZone("127.in-addr.arpa", TimeSpan.FromSeconds(1), "ns.demo.example");
        zones.AddZone("demo.example", "ns.demo.example");
        zones.SetRecord("ns.demo.example", RecordType.A, "127.0.0.1");
        foreach (var brand in Brands)
        {
            zones.AddZone(brand.Domain, TimeSpan.FromSeconds(1), "ns.demo.example");
            zones.SetRecord(brand.Ehlo.Value, RecordType.A, brand.Address.ToString());
        }

        var dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), zones, DemoDnsRole.Authoritative, time);
        var pipes = new SocketPipes(new SocketSettings(), time);
        var receiversDns = new Resolver(new ResolverSettings { Resolvers = [dns.EndPoint] }, time);
        var world = new DemoWorld(dns, receiversDns, System.IO.Directory.CreateTempSubdirectory("namesake-demo-").FullName);
        var network = new Listener(pipes, time, logs.CreateLogger<Listener>());
        foreach (var (name, habit) in new[] { ("mx.strict.example", DemoHabit.Strict), ("mx.forward.example", DemoHabit.ForwardConfirmed), ("mx.lenient.example", DemoHabit.None) })
            world.Receivers.Add(await DemoReceiver.StartAsync(network, new IPEndPoint(IPAddress.Parse($"127.0.20.{world.Receivers.Count + 1}"), 0), HostName.Parse(name), habit, receiversDns));
        return world;
    }

    /// <summary>The configuration a person would write for this.</summary>
    public string Configuration() =>
        $$"""
        node: demo
        data: ./data
        treatAsPublic: ["127.0.0.0/8"]
        resolvers: ["{{Dns.EndPoint}}"]
        dns: { authoritativePort: {{Dns.EndPoint.Port}} }
        api: { address: "127.0.0.1:0" }
        identity: { troubledInterval: 1s, shortestInterval: 1s, longestInterval: 5s, firstEchoInterval: 1s }
        spool: { minimumFreeDisk: 16 MiB }
        listeners:
          - { address: "127.0.0.1:0", relayFrom: ["127.0.0.0/8"], name: submit.demo.example }
        brands:
        {{string.Join('\n', Brands.Select(brand => $"  - {{ id: {brand.Id}, senderDomains: [{brand.Domain}], policy: strict, sources: [{brand.Id}-v4] }}"))}}
        sources:
        {{string.Join('\n', Brands.Select(brand => $"  - {{ id: {brand.Id}-v4, localAddress: {brand.Address}, publicAddress: {brand.Address}, ehlo: {brand.Ehlo} }}"))}}
        routes:
        {{string.Join('\n', Receivers.Select(receiver => $"  - {{ domains: [{DomainOf(receiver)}], via: \"{receiver.Address}\", identity: public }}"))}}
        """;

    public NamesakeConfiguration Read()
    {
        var reading = new ConfigurationReader().ReadText(Configuration(), Directory);
        return reading.Configuration ?? throw new InvalidOperationException("The demo's own configuration is wrong:\n" + string.Join('\n', reading.Problems));
    }

    public static string DomainOf(DemoReceiver receiver) => receiver.Name.Value["mx.".Length..];

    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in Receivers)
            await receiver.DisposeAsync();
        await Dns.DisposeAsync();
        _receiversDns.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}

/// <param name="Address">Where its mail leaves, and what the outside sees.</param>
public sealed record DemoBrand(string Id, string Domain, IPAddress Address, HostName Ehlo);
