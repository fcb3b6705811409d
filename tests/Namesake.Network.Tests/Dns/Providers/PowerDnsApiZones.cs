using Namesake.Core.Dns;
using Namesake.Network.Dns.Providers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>The same PowerDNS by its API.</summary>
public sealed class PowerDnsApiZones : IWrittenZones
{
    private readonly PowerDnsZones _server = new();

    public PowerDnsApiZones()
    {
        Provider = At(_server.ApiPort, PowerDnsZones.ApiKey);
        WithWrongSecret = At(_server.ApiPort, "another key");
        Nowhere = At(1, PowerDnsZones.ApiKey, "127.0.0.93");
    }

    public IDnsProvider Provider { get; }

    public IDnsProvider? WithWrongSecret { get; }

    public IDnsProvider? Nowhere { get; }

    public Task StartedAsync() => _server.StartedAsync();

    public Task<string> ContentAsync(string zone) => _server.ContentAsync(zone);

    internal static PowerDnsProvider At(int port, string key, string host = "127.0.0.1") => new(
        new PowerDnsSettings { Id = "pdns", Url = new Uri($"http://{host}:{port}"), ApiKey = key, Zones = [DomainName.Parse("acme.example"), DomainName.Parse("113.0.203.in-addr.arpa")] }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in new[] { Provider, WithWrongSecret, Nowhere })
            (provider as IDisposable)?.Dispose();
        await _server.DisposeAsync();
    }
}
