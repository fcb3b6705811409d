using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Pipeline.Dispatching;
using Namesake.Core.Tests.Pipeline.Gating;
using Namesake.Network.Sockets;

namespace Namesake.Core.Tests.Pipeline.Delivery;

public sealed class SpreadingTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PaperStandings _standings;

    public SpreadingTests() => _standings = new PaperStandings(_time);

    [Fact]
    public async Task Connections_of_one_plan_spread_over_the_hosts_of_equal_preference_and_leave_the_others_alone()
    {
        await using Receiver one = new(), two = new(), backup = new();
        var route = RouteTo((one, 10), (two, 10), (backup, 20));

        for (var i = 0; i < 40; i++)
            await SendAsync(route);

        Assert.Equal((40, 0), (one.Connections + two.Connections, backup.Connections));
        Assert.True(one.Connections > 0 && two.Connections > 0, "all 40 went to one host: less likely than one in 500,000,000,000");
    }

    [Fact]
    public async Task A_host_that_does_not_want_us_is_passed_over_for_the_next()
    {
        await using Receiver down = new() { Says = (_, _) => "421 4.3.2 down" }, backup = new();

        await SendAsync(RouteTo((backup, 20), (down, 10)));

        Assert.Equal((1, 1), (down.Connections, backup.Arrivals.Count));
    }

    [Fact]
    public async Task What_a_host_says_that_only_steps_in_is_no_word_of_the_receivers()
    {
        await using Receiver down = new() { Says = (_, _) => ReceiverSession.HangUp }, backup = new() { Says = (_, _) => "421 4.7.0 too many connections" };

        var report = await TryAsync(RouteTo((down, 10), (backup, 20)));

        Assert.Equal(TroubleDepth.Destination, report.Trouble?.Depth);
        Assert.False(report.Trouble?.NobodyAnswers);
        Assert.Equal(TroubleDepth.Lane, (await TryAsync(RouteTo((backup, 10)))).Trouble?.Depth);
    }

    /// <summary>Else a stranger whose best MX is a dead address of a large operator could hold our lane to that operator, by echoing another address.</summary>
    [Fact]
    public async Task What_a_host_echoes_that_only_steps_in_is_told_of_its_own_operator()
    {
        await using Receiver down = new() { Says = (_, _) => ReceiverSession.HangUp }, backup = new();

        await TryAsync(RouteTo((down, 10), (backup, 20)) with { Identity = RouteIdentity.Public });

        Assert.Equal("backup.test", Assert.Single(_standings.Sightings).Site.Value);
    }

    [Fact]
    public async Task A_host_that_steps_in_is_passed_over_while_its_own_operator_is_closed()
    {
        await using Receiver down = new() { Says = (_, _) => ReceiverSession.HangUp }, backup = new();

        var report = await TryAsync(RouteTo((down, 10), (backup, 20)) with { Identity = RouteIdentity.Public }, site => site.Value == "backup.test");

        Assert.Equal((1, 0), (down.Connections, backup.Connections));
        Assert.IsType<Deferred>(Assert.Single(report.Outcomes));
    }

    [Fact]
    public async Task Hosts_that_say_nothing_are_told_apart_from_those_that_say_no()
    {
        await using Receiver one = new() { Says = (_, _) => ReceiverSession.HangUp }, two = new() { Says = (_, _) => ReceiverSession.HangUp };

        Assert.True((await TryAsync(RouteTo((one, 10), (two, 20)))).Trouble?.NobodyAnswers);
    }

    /// <summary>RFC 5321 §4.2.1: a 3xx asks for more.</summary>
    [Fact]
    public async Task A_message_is_nobodys_until_its_end_is_answered_with_2xx()
    {
        await using Receiver stuttering = new() { Says = (_, command) => command == "." ? "354 go on" : null };

        var report = await TryAsync(RouteTo((stuttering, 10)));

        var outcome = Assert.IsType<Deferred>(Assert.Single(report.Outcomes));
        Assert.Equal(SessionPhase.FinalDot, outcome.Phase);
        Assert.Contains("354", outcome.Explanation, StringComparison.Ordinal);
        Assert.False(report.SessionAlive);
    }

    private async Task SendAsync(Reachable route) => Assert.IsType<Delivered>(Assert.Single((await TryAsync(route)).Outcomes));

    private async Task<AttemptReport> TryAsync(Reachable route, Func<SiteId, bool>? isClosed = null)
    {
        var model = new RelayModel { Node = "test", Brands = new BrandDirectory([]), Sources = new SourceDirectory([]) };
        var deliverer = new Deliverer(
            new Dialer(new SocketPipes(new SocketSettings(), _time), _time), _standings, new Fence(() => model, _standings, _standings, _time), new DeliveryTimeouts(), _time);
        var waybill = Waybills.Of("acme") with { Route = route, Source = World.SourceAt("a", "127.0.0.5") };
        await using var session = deliverer.Open(waybill, TestContext.Current.CancellationToken);
        return await session.SendAsync(waybill, _ => Task.FromResult(new StoredContent("Subject: hello\r\n\r\n"u8.ToArray())), () => true, isClosed);
    }

    private static Reachable RouteTo(params (Receiver Host, int Preference)[] hosts) => new(
        new SiteId("sink.test"), "hosts",
        [.. hosts.OrderBy(host => host.Preference).Select((host, i) => new NextHop(i > 0 ? "mx.backup.test" : "mx.sink.test", host.Host.EndPoint.Address, host.Host.EndPoint.Port, host.Preference))],
        RouteIdentity.Internal, 10, "MX", DateTimeOffset.MaxValue) { BestPreference = hosts.Min(host => host.Preference) };
}
