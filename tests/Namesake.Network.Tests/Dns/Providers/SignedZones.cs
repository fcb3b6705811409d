using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Providers;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>A real server that takes updates signed with a key, with a folder of its own.</summary>
public abstract class SignedZones : IWrittenZones
{
    protected const string ForwardText = "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.53\nalias CNAME ns1\n";
    protected const string ReverseText = "$TTL 300\n@ SOA ns1.acme.example. hostmaster.acme.example. 1 3600 600 86400 60\n@ NS ns1.acme.example.\n1 PTR Gateway.Acme.Example.\n";

    private Task? _started;

    protected SignedZones()
    {
        Provider = At(Server, Secret);
        WithWrongSecret = At(Server, new byte[32]);
        Nowhere = At(new IPEndPoint(IPAddress.Parse("127.0.0.93"), 1), Secret);
    }

    public IDnsProvider Provider { get; }

    public IDnsProvider WithWrongSecret { get; }

    public IDnsProvider Nowhere { get; }

    internal IPEndPoint Server { get; } = new(IPAddress.Loopback, RealProgram.FreePort("127.0.0.1"));

    internal byte[] Secret { get; } = RandomNumberGenerator.GetBytes(32);

    protected string SecretText => Convert.ToBase64String(Secret);

    protected string Folder { get; } = Directory.CreateTempSubdirectory("namesake-zones-").FullName;

    private protected RealProgram? Running { get; private set; }

    private protected abstract string Program { get; }

    private protected abstract Task<RealProgram> StartedServerAsync();

    public Task StartedAsync()
    {
        RealProgram.SkipUnlessUnpacked(Program);
        return _started ??= StartAsync();
    }

    public Task<string> ContentAsync(string zone) => ContentAsync(Server.Port, zone);

    /// <summary>The zone by AXFR, without its SOA.</summary>
    internal static async Task<string> ContentAsync(int port, string zone)
    {
        using var dig = Process.Start(new ProcessStartInfo(Path.Combine(RealProgram.Root, "build", "with-test-packages"), ["dig", "@127.0.0.1", "-p", $"{port}", "+nocmd", "+nostats", "+nocomments", "AXFR", zone]) { RedirectStandardOutput = true })!;
        var said = await dig.StandardOutput.ReadToEndAsync();
        await dig.WaitForExitAsync();
        var lines = said.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(';')).ToList();
        Assert.Contains(lines, line => line.Contains("SOA", StringComparison.Ordinal));
        return string.Join('\n', lines.Where(line => !line.Contains("SOA", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    internal static UpdateProvider At(IPEndPoint server, byte[] secret, string name = "namesake") => new(
        new UpdateSettings { Id = "signed", Server = server, Zones = [DomainName.Parse("acme.example"), DomainName.Parse("113.0.203.in-addr.arpa")], Key = new UpdateKey(DomainName.Parse(name), UpdateAlgorithm.HmacSha256, [.. secret]), Timeout = TimeSpan.FromSeconds(20) },
        TimeProvider.System);

    internal async Task StoppedAsync()
    {
        await Running!.DisposeAsync();
        Running = null;
    }

    /// <summary>With the zones as they were left.</summary>
    internal async Task StartedAgainAsync() => Running = await StartedServerAsync();

    private async Task StartAsync() => Running = await StartedServerAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Running is not null)
            await Running.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
