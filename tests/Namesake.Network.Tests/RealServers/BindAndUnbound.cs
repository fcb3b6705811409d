using System.Net;
using System.Security.Cryptography;
using Namesake.Core.Pipeline;
using Namesake.Network.Dns;
using Namesake.Network.Tests.Sockets;

namespace Namesake.Network.Tests.RealServers;

/// <summary>Shared by the tests of a class: BIND with a signed zone, one whose signature is broken, a plain one and a classless reverse zone; Unbound in front of it, validating.</summary>
public sealed class BindAndUnbound : IAsyncDisposable
{
    private const string BindAddress = "127.0.0.1"; // it listens only where an interface has the address
    private const string UnboundAddress = "127.0.0.72";

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-dns-").FullName;
    private readonly int _bindPort = RealProgram.FreePort(BindAddress);
    private readonly int _unboundPort = RealProgram.FreePort(UnboundAddress);
    private RealProgram? _bind;

    /// <summary>The certificate that the TLSA record of mail.signed.example is of.</summary>
    internal CertificateModel Certificate { get; } = TestCertificates.For("mail.signed.example");

    internal string KeyHash => Convert.ToHexStringLower(SHA256.HashData(Certificate.Certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private Task? _started;
    private RealProgram? _unbound;

    public IPEndPoint Bind => new(IPAddress.Parse(BindAddress), _bindPort);

    public IPEndPoint Unbound => new(IPAddress.Parse(UnboundAddress), _unboundPort);

    /// <summary>The first test that asks starts them; the last one's end stops them.</summary>
    public Task StartedAsync()
    {
        RealProgram.SkipUnlessUnpacked("named", "unbound", "dnssec-keygen", "dnssec-signzone");
        return _started ??= StartBothAsync();
    }

    public Resolver Through(IPEndPoint resolver) =>
        new(new ResolverSettings { Resolvers = [resolver], AuthoritativePort = _bindPort, TryTimeout = TimeSpan.FromSeconds(10), AuthoritativeTryTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        if (_unbound is not null)
            await _unbound.DisposeAsync();
        if (_bind is not null)
            await _bind.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartBothAsync()
    {
        var many = string.Join('\n', Enumerable.Range(1, 95).Select(i => $"pool A 203.0.113.{i}"));
        await ZoneAsync("signed.example", "@ MX 10 mail\nmail A 203.0.113.5\nmail AAAA 2001:db8::5\n@ TXT \"v=spf1 \" \"-all\"\n_25._tcp.mail TLSA 3 1 1 " + KeyHash, sign: true);
        await ZoneAsync("bogus.example", "mail A 203.0.113.6", sign: true);
        var bogus = Path.Combine(_folder, "bogus.example.signed");
        await File.WriteAllTextAsync(bogus, (await File.ReadAllTextAsync(bogus)).Replace("203.0.113.6", "203.0.113.66", StringComparison.Ordinal));
        await ZoneAsync("plain.example", $"mail A 203.0.113.7\n@ MX 10 mail\n_25._tcp.mail TLSA 3 1 1 00\nnomail MX 0 .\nwww CNAME mail.signed.example.\n{many}", sign: false);
        await ZoneAsync("113.0.203.in-addr.arpa", "5 CNAME 5.0-25\n0-25 NS ns.plain.example.", sign: false);
        await ZoneAsync("0-25.113.0.203.in-addr.arpa", "5 PTR Mail.Signed.Example.", sign: false);
        await File.WriteAllTextAsync(Path.Combine(_folder, "named.conf"), $$"""
            options { directory "{{_folder}}"; pid-file none; session-keyfile none; listen-on port {{_bindPort}} { {{BindAddress}}; }; listen-on-v6 { none; };
              recursion no; dnssec-validation no; notify no; minimal-responses no; };
            controls { };
            {{string.Join('\n', new[] { "signed.example", "bogus.example" }.Select(zone => $"zone \"{zone}\" {{ type primary; file \"{zone}.signed\"; }};"))}}
            {{string.Join('\n', new[] { "plain.example", "113.0.203.in-addr.arpa", "0-25.113.0.203.in-addr.arpa" }.Select(zone => $"zone \"{zone}\" {{ type primary; file \"{Safe(zone)}\"; }};"))}}
            """);
        _bind = await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", Path.Combine(_folder, "named.conf"));
        _unbound = await RealUnbound.StartAsync(_folder, Unbound, new[] { "signed.example", "bogus.example", "plain.example", "113.0.203.in-addr.arpa", "0-25.113.0.203.in-addr.arpa" }.Select(zone => (zone, Bind)),
            "domain-insecure: \"plain.example\"", "domain-insecure: \"in-addr.arpa\"", "local-zone: \"113.0.203.in-addr.arpa\" nodefault");
    }

    private async Task ZoneAsync(string zone, string records, bool sign)
    {
        var ns = zone == "plain.example" ? $"ns A {BindAddress}\n" : "";
        await File.WriteAllTextAsync(Path.Combine(_folder, Safe(zone)), $"""
            $TTL 300
            $ORIGIN {zone}.
            @ SOA ns.plain.example. hostmaster.plain.example. 7 3600 600 86400 60
            @ NS ns.plain.example.
            {ns}{records}

            """);
        if (!sign)
            return;
        await RealProgram.RunAsync("dnssec-keygen", "-K", _folder, "-a", "ECDSAP256SHA256", "-f", "KSK", zone);
        await RealProgram.RunAsync("dnssec-keygen", "-K", _folder, "-a", "ECDSAP256SHA256", zone);
        await RealProgram.RunAsync("dnssec-signzone", "-S", "-K", _folder, "-d", _folder, "-o", zone, "-f", Path.Combine(_folder, zone + ".signed"), Path.Combine(_folder, zone));
        await File.AppendAllTextAsync(Path.Combine(_folder, "anchors"), await File.ReadAllTextAsync(Path.Combine(_folder, $"dsset-{zone}.")));
    }

    private static string Safe(string zone) => zone.Replace('/', '_');
}
