using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Pipeline.Dispatching;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Gating;

/// <summary>A connection that stands carries only what is equal in everything it stands for: whoever leaves, to whom, and with which promises about the way.</summary>
public sealed class SessionKeyTests
{
    private static readonly Waybill Usual = Waybills.Of("acme");
    private readonly FakeTimeProvider _time = new();

    private sealed record StrictTls : TlsPolicy;

    public static TheoryData<string> Fields =>
        ["source", "local address", "public address", "EHLO name", "retiring", "site", "destination", "TLS policy"];

    [Theory]
    [MemberData(nameof(Fields))]
    [InlineData("client certificate")]
    public async Task A_parked_session_is_not_given_mail_that_differs_in(string field)
    {
        var lane = NewLane();
        var parked = lane.NextAsync(new ParkedSession(field == "client certificate" ? Usual.Session with { Certificate = new CertificateId("ab01") } : Other(field).Session)).AsTask();
        Assert.False(parked.IsCompleted);

        lane.Enqueue(Usual, connections: 2);

        Assert.False(parked.IsCompleted && await parked is not null);
        Assert.Same(Usual, lane.First());
    }

    [Fact]
    public async Task A_parked_session_is_given_mail_that_differs_in_nothing_of_it()
    {
        var lane = NewLane();
        var parked = lane.NextAsync(new ParkedSession(Waybills.Of("another-brand", id: 7).Session)).AsTask();

        Assert.False(lane.Enqueue(Usual, connections: 2));

        Assert.Same(Usual, await parked);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_session_does_not_carry_mail_that_differs_in(string field)
    {
        var standings = new PaperStandings(_time);
        var model = new RelayModel { Node = "test", Brands = new BrandDirectory([]), Sources = new SourceDirectory([]) };
        var deliverer = new Deliverer(
            new Dialer(new SocketPipes(new SocketSettings(), _time), _time), standings, new Fence(() => model, standings, standings, _time), new DeliveryTimeouts(), _time);
        await using var session = deliverer.Open(Usual, TestContext.Current.CancellationToken);

        Assert.True(session.Carries(Waybills.Of("another-brand", id: 7)));
        Assert.False(session.Carries(Other(field)));
    }

    private static Waybill Other(string field) => field switch
    {
        "source" => Usual with { Source = Usual.Source with { Id = new SourceId("b") } },
        "local address" => Usual with { Source = Usual.Source with { LocalAddress = IPAddress.Parse("127.0.0.7") } },
        "public address" => Usual with { Source = Usual.Source with { PublicAddress = IPAddress.Parse("127.0.0.7") } },
        "EHLO name" => Usual with { Source = Usual.Source with { Ehlo = HostName.Parse("other.acme.test") } },
        "retiring" => Usual with { Source = Usual.Source with { Retiring = true } },
        "site" => Usual with { Route = Usual.Route with { Site = new SiteId("other.test") } },
        "destination" => Usual with { Route = Usual.Route with { Destination = "other" } },
        "TLS policy" => Usual with { Route = Usual.Route with { Tls = new StrictTls() } },
        _ => throw new ArgumentException($"No such field: {field}", nameof(field)),
    };

    private Lane NewLane() => new(new LaneKey(Usual.Source.Id, Usual.Route.Site), new SessionSlots(10), _time);
}
