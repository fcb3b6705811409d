using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Survey;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.RealServers;

/// <summary>Shared by the tests of a class: two BINDs, of which the second was left behind, a server of the zone above, and Unbound in front of them, validating.</summary>
/// <remarks>BIND listens only on addresses an interface has: the first on 127.0.0.1, the second on ::1, both on one port. Nothing leaves loopback: the root is the first BIND's, too.</remarks>
public sealed class SurveyedServers : IAsyncDisposable
{
    private const string Reverse = "113.0.203.in-addr.arpa", Above = "203.in-addr.arpa", UnboundAddress = "127.0.0.73", AboveAddress = "127.0.0.74";

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-survey-").FullName;
    private readonly int _port = RealProgram.FreePort("127.0.0.1");
    private readonly int _unboundPort = RealProgram.FreePort(UnboundAddress);
    private readonly List<RealProgram> _programs = [];
    private DemoDnsServer? _above;
    private Task? _started;

    /// <summary>The first test that asks starts them; the last one's end stops them.</summary>
    public Task StartedAsync()
    {
        RealProgram.SkipUnlessUnpacked("named", "unbound", "dnssec-keygen", "dnssec-signzone");
        Assert.SkipUnless(Socket.OSSupportsIPv6, "the second BIND needs ::1");
        return _started ??= StartAllAsync();
    }

    public Resolver Resolver(TimeProvider clock) =>
        new(new ResolverSettings { Resolvers = [new(IPAddress.Parse(UnboundAddress), _unboundPort)], AuthoritativePort = _port, TryTimeout = TimeSpan.FromSeconds(10) }, clock);

    public DnsSurvey Survey(Resolver resolver, TimeProvider clock) => new(resolver, new SurveySettings
    {
        Vantage = "test", ControlZone = DomainName.Parse("acme.example"), AbsentUnder = DomainName.Parse("host.example"), TryTimeout = TimeSpan.FromSeconds(10), TreatAsPublic = [IPRange.Parse("127.0.0.0/8")],
    }, clock);

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
            await program.DisposeAsync();
        if (_above is not null)
            await _above.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAllAsync()
    {
        _above = new DemoDnsServer(new IPEndPoint(IPAddress.Parse(AboveAddress), _port), new DemoZones(), DemoDnsRole.Authoritative, TimeProvider.System);
        _above.Zones.AddZone(Above, "ns.above.example");
        _above.Zones.SetRecord(Reverse, RecordType.NS, "ns1.host.example", "ns2.host.example", "ns-old.host.example");
        var pool = string.Join('\n', Enumerable.Range(1, 95).Select(i => $"pool A 203.0.113.{i}"));
        foreach (var (folder, serial, sixth) in new[] { ("first", 8, "mail.acme.example."), ("second", 7, "old.acme.example.") })
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
            await ZoneAsync(folder, ".", serial, "ns1.host.example. A 127.0.0.1\nns2.host.example. AAAA ::1");
            await ZoneAsync(folder, "host.example", 1, $"ns1 A 127.0.0.1\nns2 AAAA ::1\nns-old A 127.0.0.75\n{pool}");
            await ZoneAsync(folder, "above.example", 1, $"ns A {AboveAddress}");
            await ZoneAsync(folder, "acme.example", 1, "mail A 203.0.113.5\nmail A 203.0.113.6", sign: folder == "first");
            await ZoneAsync(folder, "bogus.example", 1, "mail A 203.0.113.7", sign: folder == "first");
            await ZoneAsync(folder, Reverse, serial, $"5 PTR mail.acme.example.\n6 PTR {sixth}\n7 PTR mail.bogus.example.\n"
                + "20 CNAME 20.16/28\n16/28 NS ns1.host.example.\n21 CNAME 22\n22 CNAME 21\n24 CNAME 24\n23 CNAME 23.nobody\n");
            await ZoneAsync(folder, "16/28." + Reverse, 1, "20 PTR mail.acme.example.");
        }
        foreach (var zone in new[] { "acme.example", "bogus.example" })
            File.Copy(PathOf("first", zone) + ".signed", PathOf("second", zone) + ".signed");
        var bogus = await File.ReadAllTextAsync(PathOf("first", "bogus.example") + ".signed");
        foreach (var folder in new[] { "first", "second" })
            await File.WriteAllTextAsync(PathOf(folder, "bogus.example") + ".signed", bogus.Replace("203.0.113.7", "203.0.113.77", StringComparison.Ordinal));
        await StartBindAsync("first", $"listen-on port {_port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};");
        await StartBindAsync("second", $"listen-on {{ none; }}; listen-on-v6 port {_port} {{ ::1; }};");
        await StartUnboundAsync();
    }

    private async Task StartBindAsync(string folder, string listen)
    {
        var zones = new[] { ".", "host.example", "above.example", "acme.example", "bogus.example", Reverse, "16/28." + Reverse }
            .Select(zone => $"zone \"{zone}\" {{ type primary; file \"{Path.GetFileName(PathOf(folder, zone))}{(zone is "acme.example" or "bogus.example" ? ".signed" : "")}\"; }};");
        var file = Path.Combine(_folder, folder, "named.conf");
        await File.WriteAllTextAsync(file, $$"""
            options { directory "{{Path.Combine(_folder, folder)}}"; pid-file none; session-keyfile none; {{listen}}
              recursion no; dnssec-validation no; notify no; };
            controls { };
            {{string.Join('\n', zones)}}
            """);
        _programs.Add(await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", file));
    }

    private async Task StartUnboundAsync()
    {
        var served = new[] { ".", "host.example", "above.example", "acme.example", "bogus.example", Reverse, "16/28." + Reverse }.Select(zone => (zone, new IPEndPoint(IPAddress.Loopback, _port)))
            .Append((Above, new IPEndPoint(IPAddress.Parse(AboveAddress), _port)));
        _programs.Add(await RealUnbound.StartAsync(_folder, new IPEndPoint(IPAddress.Parse(UnboundAddress), _unboundPort), served, $"local-zone: \"{Reverse}\" nodefault"));
    }

    private async Task ZoneAsync(string folder, string zone, int serial, string records, bool sign = false)
    {
        var file = PathOf(folder, zone);
        var servers = zone == "16/28." + Reverse ? "@ NS ns1.host.example." : zone == "above.example" ? "@ NS ns1.host.example." : "@ NS ns1.host.example.\n@ NS ns2.host.example.";
        await File.WriteAllTextAsync(file, $"""
            $TTL 300
            $ORIGIN {(zone == "." ? "." : zone + ".")}
            @ SOA ns1.host.example. hostmaster.host.example. {serial} 3600 600 86400 60
            {servers}
            {records}

            """);
        if (!sign)
            return;
        await RealProgram.RunAsync("dnssec-keygen", "-K", _folder, "-a", "ECDSAP256SHA256", "-f", "KSK", zone);
        await RealProgram.RunAsync("dnssec-keygen", "-K", _folder, "-a", "ECDSAP256SHA256", zone);
        await RealProgram.RunAsync("dnssec-signzone", "-S", "-K", _folder, "-d", _folder, "-o", zone, "-f", file + ".signed", file);
        await File.AppendAllTextAsync(Path.Combine(_folder, "anchors"), await File.ReadAllTextAsync(Path.Combine(_folder, $"dsset-{zone}.")));
    }

    private string PathOf(string folder, string zone) => Path.Combine(_folder, folder, zone == "." ? "root" : zone.Replace('/', '_'));
}
