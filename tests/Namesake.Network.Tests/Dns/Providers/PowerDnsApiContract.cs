using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Network.Dns.Providers;

namespace Namesake.Network.Tests.Dns.Providers;

public sealed class PowerDnsApiContract(PowerDnsApiZones zones) : ProviderContract(zones), IClassFixture<PowerDnsApiZones>
{
    private const string Classless = "0/28.2.0.192.in-addr.arpa";

    private readonly IDnsProvider _provider = zones.Provider;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ZoneChange Make(string zone) => new() { By = "pdns", Reason = "it is a test", Zone = Of(zone), Servers = [Of("ns1.acme.example")] };

    [Fact]
    public async Task A_zone_is_made_and_while_it_is_empty_removed()
    {
        await zones.StartedAsync();
        var (zone, made) = (Of(Classless), Make(Classless));
        Assert.Null((await _provider.ReadAsync(zone, zone, RecordType.Soa, Token)).Set);
        Assert.Equal(Instead.NoZone, (await _provider.ReadAsync(zone, Of($"5.{Classless}"), RecordType.Ptr, Token)).Instead);
        Assert.IsType<WriteResult.Done>(await _provider.WriteAsync(zone, [made], Token));
        Assert.IsType<WriteResult.Done>(await _provider.WriteAsync(zone, [made], Token));
        Assert.NotNull((await _provider.ReadAsync(zone, zone, RecordType.Soa, Token)).Set);
        Assert.Contains("NS\tns1.acme.example.", await zones.ContentAsync(Classless), StringComparison.Ordinal);

        var pointer = Change(Classless, $"5.{Classless}", RecordType.Ptr, null, RecordSet.Of(3600, "mail.acme.example."));
        Assert.IsType<WriteResult.Done>(await _provider.WriteAsync(zone, [pointer], Token));
        Assert.Contains("mail.acme.example.", await zones.ContentAsync(Classless), StringComparison.Ordinal);
        Assert.IsType<WriteResult.Conflict>(await _provider.WriteAsync(zone, [made], Token));
        Assert.IsType<WriteResult.Conflict>(await _provider.WriteAsync(zone, [made.Inverse()], Token));

        Assert.IsType<WriteResult.Done>(await _provider.WriteAsync(zone, [pointer.Inverse()], Token));
        Assert.IsType<WriteResult.Done>(await _provider.WriteAsync(zone, [made.Inverse()], Token));
        Assert.Equal("", (await _provider.ReadAsync(zone, zone, RecordType.Soa, Token)).Set?.ToString() ?? "");
        Assert.IsType<WriteResult.Done>(await _provider.WriteAsync(zone, [made.Inverse()], Token));
    }

    [Fact]
    public async Task A_zone_without_name_servers_is_not_made()
    {
        await zones.StartedAsync();
        var bare = Of("1.113.0.203.in-addr.arpa");
        Assert.Contains("nameServers", Assert.IsType<WriteResult.Refused>(await _provider.WriteAsync(bare, [Make(bare.Value) with { Servers = [] }], Token)).Text, StringComparison.Ordinal);
        Assert.Null((await _provider.ReadAsync(bare, bare, RecordType.Soa, Token)).Set);
    }

    [Fact]
    public void What_it_can_not_promise_stands_in_its_traits() => Assert.True(_provider.Traits is { ComparesBeforeWriting: true, IsAtomic: true, CanMakeZones: true });

    [Fact]
    public void A_zone_of_rfc_2317_has_its_slash_encoded_in_the_api() => Assert.Equal("0=2F28.2.0.192.in-addr.arpa.", PowerDnsApi.ZoneId(Of(Classless)));
}
