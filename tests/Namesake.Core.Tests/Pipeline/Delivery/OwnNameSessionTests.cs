using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Pipeline.Dispatching;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Delivery;

/// <summary>EH-10 on the wire: a receiver that bears our EHLO name is not even dialled on a public route.</summary>
public sealed class OwnNameSessionTests
{
    private static readonly Source Source = World.SourceAt("a", "127.0.0.5"); // says a.acme.test
    private readonly PaperStandings _standings = new(TimeProvider.System);
    private readonly RecordingDialer _dialer = new();

    [Fact]
    public async Task A_way_that_leads_to_our_own_name_alone_holds_its_lane()
    {
        var report = await SendAsync("sink.test", RouteIdentity.Public, "a.acme.test");
        Assert.Empty(_dialer.Dialled);
        var outcome = Assert.IsType<Abandoned>(Assert.Single(report.Outcomes));
        Assert.Equal("EH-10: a.acme.test would be greeted with its own name; nothing was said to it", outcome.Explanation);
        Assert.Equal("EH-10", _standings.LaneHold(Source.Id, new SiteId("sink.test"))?.Check);
    }

    [Fact]
    public async Task Another_host_of_the_way_is_tried_instead()
    {
        var report = await SendAsync("sink.test", RouteIdentity.Public, "a.acme.test", "mx2.sink.test");
        Assert.Equal([IPAddress.Parse("192.0.2.2")], _dialer.Dialled);
        Assert.IsType<Deferred>(Assert.Single(report.Outcomes)); // it didn't answer: that is no reason to hold
        Assert.Null(_standings.LaneHold(Source.Id, new SiteId("sink.test")));
    }

    [Theory]
    [InlineData(RouteIdentity.Internal)]
    [InlineData(RouteIdentity.Delegated)]
    public async Task On_routes_of_our_own_it_does_not_matter(RouteIdentity identity)
    {
        await SendAsync("a.acme.test", identity, "a.acme.test");
        Assert.Single(_dialer.Dialled);
    }

    [Fact]
    public async Task Mail_for_a_domain_of_that_name_waits_alone()
    {
        var report = await SendAsync("a.acme.test", RouteIdentity.Public, "mx.sink.test");
        Assert.Empty(_dialer.Dialled);
        var outcome = Assert.IsType<Deferred>(Assert.Single(report.Outcomes));
        Assert.Equal((SessionPhase.Ehlo, FailureScope.Message), (outcome.Phase, outcome.Scope));
        Assert.StartsWith("EH-10: a.acme.test would be greeted with its own name", outcome.Explanation, StringComparison.Ordinal);
        Assert.Null(report.Trouble);
        Assert.Null(_standings.LaneHold(Source.Id, new SiteId("sink.test")));
    }

    private async Task<AttemptReport> SendAsync(string domain, RouteIdentity identity, params string[] hosts)
    {
        var model = new RelayModel { Node = "test", Brands = new BrandDirectory([]), Sources = new SourceDirectory([]) };
        var deliverer = new Deliverer(_dialer, _standings, new Fence(() => model, _standings, _standings, TimeProvider.System), new DeliveryTimeouts(), TimeProvider.System);
        var consignment = new Consignment(
            new MessageId(1), new QueueId(1), new QueueKey(new BrandId("acme"), Source.Id, DomainName.Parse(domain)), Mailbox.Parse("ann@acme.test"), EightBit: false, SmtpUtf8: false, null, null, 34, IsDsn: false,
            "127.0.0.1", [new QueuedRecipient(0, Mailbox.Parse($"bob@{domain}"), null, null, 1, null, false)], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null);
        var route = new Reachable(new SiteId("sink.test"), "sink", [.. hosts.Select((host, i) => new NextHop(host, IPAddress.Parse($"192.0.2.{i + 1}"), 25, i))], identity, 10, "MX", DateTimeOffset.MaxValue);
        var waybill = new Waybill(consignment, Source, route);
        await using var session = deliverer.Open(waybill, TestContext.Current.CancellationToken);
        return await session.SendAsync(waybill, _ => Task.FromResult(new StoredContent("x"u8.ToArray())), () => true);
    }

    private sealed class RecordingDialer : IDialer
    {
        public List<IPAddress> Dialled { get; } = [];

        public Task<DialResult> DialAsync(IPAddress local, IPEndPoint remote, TimeSpan timeout, CancellationToken cancellation)
        {
            Dialled.Add(remote.Address);
            return Task.FromResult(new DialResult(null, DialFailure.Refused, "refused"));
        }
    }
}
