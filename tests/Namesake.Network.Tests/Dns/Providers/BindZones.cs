using System.Diagnostics;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Providers;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>A BIND that takes signed updates.</summary>
public sealed class BindZones : IWrittenZones
{
    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-bind-").FullName;
    private readonly IPEndPoint _server = new(IPAddress.Loopback, RealProgram.FreePort("127.0.0.1"));
    private readonly byte[] _secret = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
    private RealProgram? _bind;
    private Task? _started;

    public BindZones()
    {
        Provider = At(_server, _secret, UpdateAlgorithm.HmacSha256);
        WithWrongSecret = At(_server, new byte[32], UpdateAlgorithm.HmacSha256);
        Nowhere = At(new IPEndPoint(IPAddress.Parse("127.0.0.93"), 1), _secret, UpdateAlgorithm.HmacSha256);
    }

    public IDnsProvider Provider { get; }

    public IDnsProvider WithWrongSecret { get; }

    public IDnsProvider Nowhere { get; }

    public Task StartedAsync()
    {
        RealProgram.SkipUnlessUnpacked("named");
        return _started ??= StartAsync();
    }

    private static UpdateProvider At(IPEndPoint server, byte[] secret, UpdateAlgorithm algorithm) => new(
        new UpdateSettings { Id = "bind", Server = server, Zones = [DomainName.Parse("acme.example"), DomainName.Parse("113.0.203.in-addr.arpa")], Key = new UpdateKey(DomainName.Parse("namesake"), algorithm, [.. secret]), Timeout = TimeSpan.FromSeconds(20) },
        TimeProvider.System);

    private async Task StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "acme"), "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.53\nalias CNAME ns1\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "reverse"), "$TTL 300\n@ SOA ns1.acme.example. hostmaster.acme.example. 1 3600 600 86400 60\n@ NS ns1.acme.example.\n1 PTR Gateway.Acme.Example.\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "named.conf"), $$"""
            key "namesake" { algorithm hmac-sha256; secret "{{Convert.ToBase64String(_secret)}}"; };
            options { directory "{{_folder}}"; pid-file none; session-keyfile none; listen-on port {{_server.Port}} { 127.0.0.1; }; listen-on-v6 { none; };
              recursion no; dnssec-validation no; notify no; allow-transfer { 127.0.0.1; }; };
            controls { };
            zone "acme.example" { type primary; file "acme"; allow-update { key "namesake"; }; };
            zone "113.0.203.in-addr.arpa" { type primary; file "reverse"; update-policy { grant namesake zonesub PTR; }; };
            """);
        _bind = await RealProgram.StartAsync("running", "named", "-g", "-c", Path.Combine(_folder, "named.conf"));
    }

    public async Task<string> ContentAsync(string zone)
    {
        using var dig = Process.Start(new ProcessStartInfo(Path.Combine(RealProgram.Root, "build", "with-test-packages"), ["dig", "@127.0.0.1", "-p", $"{_server.Port}", "+nocmd", "+nostats", "+nocomments", "AXFR", zone]) { RedirectStandardOutput = true })!;
        var said = await dig.StandardOutput.ReadToEndAsync();
        await dig.WaitForExitAsync();
        return string.Join('\n', said.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(';') && !line.Contains("SOA", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (_bind is not null)
            await _bind.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class BindContract(BindZones zones) : ProviderContract(zones), IClassFixture<BindZones>;
