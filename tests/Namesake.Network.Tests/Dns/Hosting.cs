using System.Net;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns;

/// <summary>The provider's resolver and several authoritative servers, each with zones of its own, on addresses of 127.0.0.0/8 and one port.</summary>
internal sealed class Hosting : IAsyncDisposable
{
    private readonly List<DemoDnsServer> _servers = [];

    private Hosting(SteppedClock clock, DemoDnsServer resolverServer, DemoDnsServer first, Func<ResolverSettings, ResolverSettings>? change, TimeProvider? time)
    {
        Clock = clock;
        ResolverServer = resolverServer;
        Port = first.EndPoint.Port;
        _servers.Add(first);
        var settings = new ResolverSettings { Resolvers = [resolverServer.EndPoint], AuthoritativePort = Port };
        Resolver = new Resolver(change?.Invoke(settings) ?? settings, time ?? clock);
    }

    public SteppedClock Clock { get; }

    public DemoDnsServer ResolverServer { get; }

    public DemoZones Known => ResolverServer.Zones;

    public Resolver Resolver { get; }

    public int Port { get; }

    /// <summary>ns1.host.example on 127.0.0.61; further ones by <see cref="AddServer"/>.</summary>
    public DemoDnsServer First => _servers[0];

    public static Hosting Open(Func<ResolverSettings, ResolverSettings>? change = null, TimeProvider? time = null)
    {
        var clock = new SteppedClock();
        var resolver = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), new DemoZones(), DemoDnsRole.Resolver, clock);
        var first = new DemoDnsServer(new IPEndPoint(IPAddress.Parse("127.0.0.61"), 0), new DemoZones(), DemoDnsRole.Authoritative, clock);
        resolver.Zones.AddZone("host.example", "ns1.host.example");
        resolver.Zones.SetRecord("ns1.host.example", RecordType.A, "127.0.0.61");
        return new Hosting(clock, resolver, first, change, time);
    }

    public DemoDnsServer AddServer(string name, string address)
    {
        var server = new DemoDnsServer(new IPEndPoint(IPAddress.Parse(address), Port), new DemoZones(), DemoDnsRole.Authoritative, Clock);
        _servers.Add(server);
        Known.SetRecord(name, RecordType.A, address);
        return server;
    }

    /// <summary>The zone at each of these servers and in what the resolver knows.</summary>
    public void AddZone(string apex, string[] names, params DemoDnsServer[] servers)
    {
        Known.AddZone(apex, names);
        foreach (var server in servers)
            server.Zones.AddZone(apex, names);
    }

    public void SetEverywhere(string name, RecordType type, params string[] values)
    {
        Known.SetRecord(name, type, values);
        foreach (var server in _servers)
            server.Zones.SetRecord(name, type, values);
    }

    public Task<AuthoritativeAnswers> AskAsync(string name, RecordType type = RecordType.Ptr) =>
        Resolver.AskAuthoritativeAsync(DomainName.Parse(name), type, TestContext.Current.CancellationToken).WaitAsync(World.Patience);

    public async ValueTask DisposeAsync()
    {
        Resolver.Dispose();
        await ResolverServer.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        Clock.Dispose();
    }
}
