using System.Net;
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

    public SteppedClock Clock { get; } = new();

    public DemoZones Zones { get; }

    public DemoDnsServer Server { get; }

    public Resolver Resolver { get; }

    public Task<DnsAnswer> AskAsync(string name, RecordType type = RecordType.A) =>
        Resolver.AskAsync(DomainName.Parse(name), type, TestContext.Current.CancellationToken).WaitAsync(Patience);

    public Task<DnsAnswer> AskFreshAsync(string name, RecordType type = RecordType.A) =>
        Resolver.AskFreshAsync(DomainName.Parse(name), type, TestContext.Current.CancellationToken).WaitAsync(Patience);

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(string name, RecordType type = RecordType.A) =>
        Resolver.AskAuthoritativeAsync(DomainName.Parse(name), type, TestContext.Current.CancellationToken).WaitAsync(Patience);

    /// <summary>Lets time-outs pass, longer than any of them at a step.</summary>
    /// <param name="timeOuts">How many will happen: two tries at one silent server are two.</param>
    /// <param name="afterStray">Only once the try has heard a reply that doesn't fit.</param>
    public Task<T> WhileTimePassesAsync<T>(Task<T> asking, int timeOuts = 2, bool afterStray = false) =>
        Clock.WhileTimePassesAsync(asking, TimeSpan.FromSeconds(4), timeOuts, afterStray ? steps => Resolver.Strays >= steps : null).WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        Resolver.Dispose();
        await Server.DisposeAsync();
        Clock.Dispose();
    }
}
