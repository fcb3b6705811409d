using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Brands;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Network.Firewall;
using Namesake.Network.Sockets;
using Namesake.Network.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Reflecting;

namespace Namesake.Network.Tests.Egress;

/// <summary>A node with two addresses (the kernel's choice 198.51.100.4, and the source 198.51.100.5) joined to an outside host where two reflectors of ours stand.</summary>
internal sealed class WayOutLab : IAsyncDisposable
{
    public const string Source = "198.51.100.5", KernelsChoice = "198.51.100.4", Ehlo = "mail.acme.example";
    private const int ControlPort = 2525;

    private readonly DemoZones _zones = new();
    private readonly DemoDnsServer _dns;
    private readonly Resolver _resolver;
    private readonly List<ReflectorServer> _reflectors = [];
    private readonly FirewallProbe _firewall;

    private WayOutLab(NamespaceHost node, NamespaceHost outside, FirewallTools tools)
    {
        (Node, Outside) = (node, outside);
        _firewall = new FirewallProbe(new RacingClock(), tools);
        _zones.AddZone("100.51.198.in-addr.arpa", "ns.test.example");
        _zones.AddZone("2.0.192.in-addr.arpa", "ns.test.example");
        _zones.AddZone("acme.example", "ns.test.example");
        _zones.SetRecord(ReverseName.Of(IPAddress.Parse(Source)).Value, RecordType.Ptr, Ehlo);
        _zones.SetRecord(Ehlo, RecordType.A, Source);
        _dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), _zones, DemoDnsRole.Authoritative, TimeProvider.System);
        _resolver = new Resolver(new ResolverSettings { Resolvers = [_dns.EndPoint] }, TimeProvider.System);
    }

    public NamespaceHost Node { get; }

    public NamespaceHost Outside { get; }

    public DemoZones Zones => _zones;

    public ImmutableArray<WitnessModel> Witnesses { get; set; } =
        [new WitnessModel("198.51.100.1", 25, true, ControlPort), new WitnessModel("192.0.2.1", 25, true)];

    /// <param name="tools">What reads the node's rules; null: what there is.</param>
    public static async Task<WayOutLab> BuildAsync(Func<NamespaceHost, FirewallTools>? tools = null)
    {
        var node = await NamespaceHost.BootAsync();
        var lab = new WayOutLab(node, await NamespaceHost.BootAsync(), tools?.Invoke(node) ?? node.Tools);
        await lab.Node.ConnectAsync("eth0", lab.Outside, "net0");
        await lab.Node.IpAsync($"addr add {KernelsChoice}/24 dev eth0", $"addr add {Source}/24 dev eth0", "link set eth0 up", "route add default via 198.51.100.1");
        await lab.Outside.IpAsync("addr add 198.51.100.1/24 dev net0", "addr add 192.0.2.1/32 dev lo", "link set net0 up");
        var reflector = new ReflectorServer(lab.Outside, lab._resolver, HostName.Parse("reflect.ours.example"), TestCertificate.Model, new ReflectorLimits(), TimeProvider.System, NullLogger.Instance);
        await reflector.StartAsync([IPEndPoint.Parse("0.0.0.0:25"), IPEndPoint.Parse($"0.0.0.0:{ControlPort}")], CancellationToken.None);
        lab._reflectors.Add(reflector);
        return lab;
    }

    /// <summary>The facts all three probes gather, and what the checks make of them.</summary>
    public async Task<ImmutableArray<CheckResult>> AuditAsync(string local = Source, string outside = Source)
    {
        var source = new Core.Sources.Source { Id = new SourceId("acme"), LocalAddress = IPAddress.Parse(local), PublicAddress = IPAddress.Parse(outside), Ehlo = HostName.Parse(Ehlo) };
        var basis = new IdentityFacts { Source = source, Pool = [source], TreatAsPublic = TestRanges, Bind = new BindResult(true, null) };
        var view = new HostView(TimeProvider.System);
        var uplinks = new InsideUplinks(Node, new Uplinks(view, Node.Pipes, TimeProvider.System));
        var model = new RelayModel { Node = "node", Brands = new BrandDirectory([]), Sources = new SourceDirectory([source]), Witnesses = Witnesses, TreatAsPublic = TestRanges };
        var timeouts = new DeliveryTimeouts { Connect = TimeSpan.FromSeconds(2) };
        IFactProbe[] probes = [new HostProbe(view), _firewall, new OutboundProbe(Node.From(new Dialer(Node.Pipes, TimeProvider.System)), uplinks, () => model, _resolver, timeouts, TimeProvider.System)];
        var facts = basis;
        foreach (var probe in probes)
            facts = (await Node.InsideAsync(() => probe.LookAsync(basis, TestContext.Current.CancellationToken)))(facts);
        Facts = facts;
        return Catalogue.Judge(facts);
    }

    /// <summary>Of the last audit.</summary>
    public IdentityFacts Facts { get; private set; } = null!;

    public async ValueTask DisposeAsync()
    {
        foreach (var reflector in _reflectors)
            await reflector.DisposeAsync();
        _firewall.Dispose();
        _resolver.Dispose();
        await _dns.DisposeAsync();
        await Node.DisposeAsync();
        await Outside.DisposeAsync();
    }

    private static ImmutableArray<IPRange> TestRanges { get; } = [IPRange.Parse("198.51.100.0/24"), IPRange.Parse("192.0.2.0/24"), IPRange.Parse("203.0.113.0/24")];

    /// <summary>Every reading is a new one: rules change within a moment here.</summary>
    private sealed class RacingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now += 60;
    }

    private sealed class InsideUplinks(NamespaceHost host, Uplinks uplinks) : IUplinks
    {
        public ImmutableArray<WayOut> WaysOf(IPAddress local) => host.InsideAsync(() => uplinks.WaysOf(local)).GetAwaiter().GetResult();

        public IDialer? Through(WayOut way) => uplinks.Through(way) is { } dialer ? host.From(dialer) : null;
    }
}
