using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Network.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns;

/// <summary>A resolver of ours, one name server that plays the provider's resolver, and a clock that only the test moves.</summary>
internal sealed class World : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public World(Func<ResolverSettings, ResolverSettings>? change = null, DemoDnsRole role = DemoDnsRole.Resolver)
    {
        Zones = new DemoZones();
        Server = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), Zones, role, Clock);
        var settings = new ResolverSettings { Resolvers = [Server.EndPoint] };
        Resolver = new Resolver(change?.Invoke(settings) ?? settings, Clock);
        Zones.AddZone("brand.example", "ns1.brand.example");
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 9, 1, 12, 0, 0, TimeSpan.Zero));

    public DemoZones Zones { get; }

    public DemoDnsServer Server { get; }

    public Resolver Resolver { get; }

    public Task<DnsAnswer> AskAsync(string name, RecordType type = RecordType.A) =>
        Resolver.AskAsync(DomainName.Parse(name), type, TestContext.Current.CancellationToken).WaitAsync(Patience);

    public Task<DnsAnswer> AskFreshAsync(string name, RecordType type = RecordType.A) =>
        Resolver.AskFreshAsync(DomainName.Parse(name), type, TestContext.Current.CancellationToken).WaitAsync(Patience);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(string name, RecordType type = RecordType.A) =>
        Resolver.AskAuthoritativeAsync(DomainName.Parse(name), type, TestContext.Current.CancellationToken).WaitAsync(Patience);

    /// <summary>Moves the clock until the answer is there: each step is longer than any time-out, and taken only once the question waits again.</summary>
    public async Task<T> WhileTimePassesAsync<T>(Task<T> asking)
    {
        while (await Task.WhenAny(asking, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)) != asking)
            Clock.Advance(TimeSpan.FromSeconds(4));
        return await asking;
    }

    public async ValueTask DisposeAsync()
    {
        Resolver.Dispose();
        await Server.DisposeAsync();
    }
}
