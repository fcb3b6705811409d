using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Mail of a held source: what moves, what stays, and what brings it on its way. No person has a part in it.</summary>
public sealed class HeldMailTests
{
    [Fact]
    public async Task Mail_that_was_never_tried_goes_by_another_source_of_its_brand_as_soon_as_one_is_open()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var id = await world.AcceptAsync("bob@sink.test");
        var (held, open) = (await world.SummaryAsync(id))!.Source == new SourceId("a") ? ("a", "b") : ("b", "a");

        world.Standings.Release(open);
        await world.UntilAsync(() => sink.Arrivals.Count == 1);

        Assert.Equal(($"{open}.acme.test", Address(open)), (sink.Arrivals[0].Ehlo, sink.Arrivals[0].Client.ToString()));
        Assert.NotNull(world.Standings.Of(new SourceId(held))!.Hold);
    }

    [Fact]
    public async Task Greylisted_mail_keeps_its_source_for_four_hours_and_then_moves()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
        var id = await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        var (first, other) = (await world.SummaryAsync(id))!.Source == new SourceId("a") ? ("a", "b") : ("b", "a");
        sink.Says = (_, _) => null;

        world.Standings.Hold(first);
        world.Time.Advance(TimeSpan.FromHours(3.9));
        // Proof that the queues were looked at meanwhile: mail accepted now is on its way by the other source.
        await world.AcceptAsync("carl@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
        Assert.Equal(first, (await world.SummaryAsync(id))!.Source.Value);
        await world.IdleAsync(); // the reply to it has been read

        world.Time.Advance(TimeSpan.FromHours(0.2));
        await world.UntilAsync(() => sink.Arrivals.Count == 2, TimeSpan.FromSeconds(1)); // the look under way when the clock moved may have been too early

        Assert.Equal((Address(other), "bob@sink.test"), (sink.Arrivals[1].Client.ToString(), Assert.Single(sink.Arrivals[1].Recipients)));
    }

    [Fact]
    public async Task Mail_that_a_receiver_refused_over_one_family_goes_by_the_other_source_at_once()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.7.25 the sending IPv6 address must have a reverse DNS record" : null;
        var id = await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        var (first, other) = (await world.SummaryAsync(id))!.Source == new SourceId("a") ? ("a", "b") : ("b", "a");
        sink.Says = (_, _) => null;

        world.Standings.Hold(first, world.SiteOf(sink), "PT-02", Hold.FamilyLeftOut);
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromMinutes(1));

        Assert.Equal((Address(other), "bob@sink.test"), (sink.Arrivals[0].Client.ToString(), Assert.Single(sink.Arrivals[0].Recipients)));
    }

    [Theory]
    [InlineData("RCPT", "554 5.7.1 too many connections from your address", "throttled", "CONNECTIONS", "too-many-connections", "deferred")]
    [InlineData("RCPT", "550 5.1.1 no such user", "recipient", "MAILBOX_UNKNOWN", "mailbox-unknown", "refused")]
    [InlineData("MAIL", "421 4.7.23 no PTR record for your address", "identity", "PTR_MISSING", "rdns-missing", "deferred")]
    [InlineData("RCPT", "550 what we say", "unclassified", null, null, "deferred or refused")]
    public async Task An_attempts_event_says_whose_fault_it_was(string at, string reply, string name, string? subclass, string? rule, string outcome)
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith(at, StringComparison.Ordinal) ? reply : null;
        var id = await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        var details = await world.View.MessageAsync(id, CancellationToken.None);
        using var told = System.Text.Json.JsonDocument.Parse(Assert.Single(details!.Events));
        Assert.Equal((name, subclass, rule), (Text("class"), Text("subclass"), Text("rule")));
        Assert.Contains(Text("outcome")!, outcome, StringComparison.Ordinal);
        Assert.Equal(name == "identity", !world.Standings.Refusals.IsEmpty);

        string? Text(string member) => told.RootElement.TryGetProperty(member, out var value) ? value.GetString() : null;
    }

    [Fact]
    public async Task A_source_held_while_the_session_is_made_says_no_MAIL_FROM()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        sink.Says = (session, command) =>
        {
            heard.Enqueue(command);
            if (command.StartsWith("EHLO", StringComparison.Ordinal))
            {
                // The verdict falls while the receiver thinks about its answer.
                world.Standings.Hold("a");
                world.Standings.Hold("b");
            }

            return null;
        };
        var id = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => heard.Contains("QUIT"));
        await world.IdleAsync();

        Assert.DoesNotContain(heard.ToArray(), command => command.StartsWith("MAIL", StringComparison.Ordinal));
        Assert.NotNull(await world.SummaryAsync(id));
        sink.Says = (_, _) => null;
        world.Standings.Release("a");
        world.Standings.Release("b");
        await world.UntilAsync(() => sink.Arrivals.Count == 1);
    }

    [Fact]
    public async Task When_the_hold_is_released_the_mail_leaves_by_itself()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var ids = new[] { await world.AcceptAsync("bob@sink.test"), await world.AcceptAsync("carl@sink.test") };
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.IdleAsync();
        Assert.Empty(sink.Arrivals);
        foreach (var id in ids)
            Assert.Equal(("waiting", 0), ((await world.SummaryAsync(id))!.State, (await world.SummaryAsync(id))!.Attempts));

        world.Standings.Release("a");
        world.Standings.Release("b");
        await world.UntilAsync(() => sink.Arrivals.Count == 2);
    }

    [Fact]
    public async Task A_source_held_for_refusals_is_tried_where_it_may_be_and_nowhere_else()
    {
        await using var world = await World.StartAsync();
        var (sink, other) = (world.Receive("sink.test"), world.Receive("other.test"));
        await world.AcceptAsync("first@sink.test");
        await world.AcceptAsync("first@other.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 1 && other.Arrivals.Count == 1);
        world.Standings.Hold("a", check: "FB-01");
        world.Standings.Hold("b", check: "FB-01");
        await world.AcceptAsync("bob@sink.test");
        await world.AcceptAsync("carl@other.test");
        world.Time.Advance(TimeSpan.FromMinutes(16));
        await world.IdleAsync();
        Assert.Equal((1, 1), (sink.Arrivals.Count, other.Arrivals.Count));

        world.Standings.Try("a", world.SiteOf(sink));
        world.Standings.Try("b", world.SiteOf(sink));
        await world.UntilAsync(() => sink.Arrivals.Count == 2, TimeSpan.FromSeconds(1));
        await world.IdleAsync();
        Assert.Single(other.Arrivals);
        Assert.Equal(world.SiteOf(sink), world.Standings.Taken.Last());
    }

    [Fact]
    public async Task A_held_lane_stops_nobody_but_itself()
    {
        await using var world = await World.StartAsync();
        var (sink, other) = (world.Receive("sink.test"), world.Receive("other.test"));
        world.Standings.Hold("a", world.SiteOf(sink), "EG-01");
        world.Standings.Hold("b", world.SiteOf(sink), "EG-01");

        // Its route is unknown until it was asked for once: only then is there a lane that can be held.
        var held = await world.AcceptAsync("bob@sink.test");
        await world.AcceptAsync("carl@other.test");
        await world.UntilAsync(() => other.Arrivals.Count == 1);
        await world.IdleAsync();

        Assert.Empty(sink.Arrivals);
        Assert.Equal(0, (await world.SummaryAsync(held))!.Attempts);
        world.Standings.Release("a", world.SiteOf(sink));
        await world.UntilAsync(() => sink.Arrivals.Count == 1);
        Assert.Equal(Address("a"), sink.Arrivals[0].Client.ToString());
    }

    [Fact]
    public async Task A_report_on_its_way_back_to_the_peer_is_tried_again_while_the_source_is_held()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("acme.test");
        await using var peer = new Receiver();
        peer.Says = (_, command) => command == "greeting" ? "421 4.3.2 starting up" : null;
        world.Standings.Hold("a");
        world.Standings.Hold("b");

        var held = await world.AcceptAsync("ann@acme.test");
        var report = await world.AcceptAsync("ann@acme.test", from: null, via: peer.EndPoint.ToString());
        await world.IdleAsync();
        Assert.Equal((1, 1), (peer.Connections, (await world.SummaryAsync(report))!.Attempts));

        peer.Says = (_, _) => null;
        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.UntilAsync(() => peer.Arrivals.Count == 1);

        Assert.Empty(sink.Arrivals);
        Assert.Equal(0, (await world.SummaryAsync(held))!.Attempts);
    }

    [Fact]
    public async Task What_we_control_ourselves_holds_the_way_back_too()
    {
        await using var world = await World.StartAsync();
        await using var peer = new Receiver();
        world.Standings.Hold("a", check: "EG-03");
        world.Standings.Hold("b", check: "EG-03");

        var report = await world.AcceptAsync("ann@acme.test", from: null, via: peer.EndPoint.ToString());
        world.Time.Advance(TimeSpan.FromMinutes(10));
        await world.IdleAsync();
        Assert.Equal((0, 0), (peer.Connections, (await world.SummaryAsync(report))!.Attempts));

        world.Standings.Release("b");
        await world.UntilAsync(() => peer.Arrivals.Count == 1);
        Assert.Equal(Address("b"), peer.Arrivals[0].Client.ToString());
    }

    [Fact]
    public async Task A_delegated_route_stays_open_while_the_outside_is_wrong()
    {
        await using var world = await World.StartAsync();
        var smart = world.Receive("sink.test", RouteIdentity.Delegated);
        world.Standings.Hold("a");
        world.Standings.Hold("b");

        await world.AcceptAsync("bob@sink.test");

        await world.UntilAsync(() => smart.Arrivals.Count == 1);
    }

    private static string Address(string source) => source == "a" ? "127.0.0.5" : "127.0.0.6";
}
