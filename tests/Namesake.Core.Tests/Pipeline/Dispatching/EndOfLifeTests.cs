using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Mail that can't be delivered: who is told, when, how often.</summary>
public sealed class EndOfLifeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Held_mail_expires_with_one_report_that_says_why()
    {
        await using var world = await World.StartAsync();
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        var sink = world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var id = await world.AcceptAsync("bob@sink.test");

        world.Time.Advance(TimeSpan.FromDays(5) + Minute);
        await world.UntilAsync(async () => await world.SummaryAsync(id) is null && home.Arrivals.Count > 0);
        await QuietAsync(world);

        var report = Assert.Single(home.Arrivals);
        Assert.Equal(("", "ann@acme.test"), (report.Sender, Assert.Single(report.Recipients)));
        Assert.Contains("Action: failed", report.Text, StringComparison.Ordinal);
        Assert.Contains("PT-01", report.Text, StringComparison.Ordinal);
        Assert.Empty(sink.Arrivals);
        Assert.Empty(await world.MessagesAsync());
    }

    [Fact]
    public async Task A_report_that_has_to_wait_itself_takes_no_room_in_memory_and_is_sent_once()
    {
        await using var world = await World.StartAsync();
        var home = world.Receive("acme.test"); // the gate is in the report's way too
        world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        for (var i = 0; i < 12; i++)
            await world.AcceptAsync("bob@sink.test");

        world.Time.Advance(TimeSpan.FromDays(5) + Minute);
        await world.UntilAsync(async () => (await world.MessagesAsync()) is { Length: 12 } left && left.All(message => message.Domain.Value == "acme.test"));
        await world.IdleAsync();
        world.Standings.Release("a");
        world.Standings.Release("b");
        await world.UntilAsync(() => home.Arrivals.Count >= 12, step: Minute);
        await QuietAsync(world);

        Assert.Equal(12, home.Arrivals.Count);
        Assert.Empty(await world.MessagesAsync());
    }

    [Fact]
    public async Task A_report_made_while_memory_is_full_waits_in_the_spool_and_is_sent_once()
    {
        await using var world = await World.StartAsync(options: new Namesake.Core.Pipeline.DispatcherOptions { Window = 1 });
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        world.Receive("sink.test").Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no one" : null;
        for (var i = 0; i < 3; i++)
            await world.AcceptAsync("bob@sink.test");

        await world.UntilAsync(async () => (await world.MessagesAsync()).IsEmpty, step: TimeSpan.FromSeconds(1));
        await QuietAsync(world);

        Assert.Equal(3, home.Arrivals.Count);
    }

    [Fact]
    public async Task A_content_that_is_lost_keeps_nobody_from_hearing_that_it_expired()
    {
        await using var world = await World.StartAsync();
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var large = await world.AcceptAsync("bob@sink.test", file: true);
        var small = await world.AcceptAsync("bob@sink.test");
        world.Spool.Before = operation => operation == "content" ? new Core.Pipeline.Spool.SpoolUnavailableException("the file is gone") : null;

        world.Time.Advance(TimeSpan.FromDays(5) + Minute);
        await world.UntilAsync(() => home.Arrivals.Count == 2);

        Assert.All(home.Arrivals, report => Assert.Contains("could not be read", report.Text, StringComparison.Ordinal));
        foreach (var id in new[] { large, small })
            Assert.Contains("\"expired\"", Assert.Single((await world.View.MessageAsync(id, TestContext.Current.CancellationToken))!.Events), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_that_finds_no_way_leaves_its_event()
    {
        await using var world = await World.StartAsync();
        var id = await world.AcceptAsync("bob@nowhere.test");

        await world.IdleAsync();

        var told = Assert.Single((await world.View.MessageAsync(id, TestContext.Current.CancellationToken))!.Events);
        Assert.Contains("\"resolve\"", told, StringComparison.Ordinal);
        Assert.Contains("\"refused\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delay_is_told_once_after_four_hours()
    {
        await using var world = await World.StartAsync();
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var id = await world.AcceptAsync("bob@sink.test");

        world.Time.Advance(4 * Hour - TimeSpan.FromMinutes(2));
        await QuietAsync(world);
        Assert.Empty(home.Arrivals);
        world.Time.Advance(TimeSpan.FromMinutes(3));
        await world.UntilAsync(() => home.Arrivals.Count == 1);
        await QuietAsync(world); // the reply to it has been read: one that takes hours is lost, and the report is sent once more
        for (var i = 0; i < 6; i++)
        {
            world.Time.Advance(8 * Hour);
            await QuietAsync(world);
        }

        Assert.Contains("Action: delayed", Assert.Single(home.Arrivals).Text, StringComparison.Ordinal);
        Assert.Equal("waiting", (await world.SummaryAsync(id))!.State);
    }

    [Fact]
    public async Task More_delays_than_one_page_are_told_and_one_that_can_not_be_told_keeps_back_no_other()
    {
        await using var world = await World.StartAsync();
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => world.AcceptAsync("bob@sink.test")));
        var left = 1;
        world.Spool.Before = operation => operation == "content" && Interlocked.Decrement(ref left) == 0 ? new InvalidOperationException("a bug") : null;

        world.Time.Advance(4 * Hour + Minute);
        await world.UntilAsync(() => home.Arrivals.Count >= 249);
        await QuietAsync(world);

        Assert.Equal(249, home.Arrivals.Count);
    }

    [Theory]
    [InlineData("550 5.1.1 nobody here")]
    [InlineData(null)]
    public async Task Nobody_is_told_about_a_report_that_can_not_be_delivered_but_it_is_kept_and_shown(string? refusal)
    {
        await using var world = await World.StartAsync();
        var home = world.Receive("acme.test");
        if (refusal is not null)
            home.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? refusal : null;
        else
            world.Standings.Hold("a");
        if (refusal is null)
            world.Standings.Hold("b");

        var id = await world.AcceptAsync("ann@acme.test", from: null);
        if (refusal is null)
            world.Time.Advance(TimeSpan.FromDays(5) + Minute);
        await world.UntilAsync(async () => (await world.SummaryAsync(id))?.State == "undeliverable");
        await QuietAsync(world);

        Assert.Contains(refusal ?? "expired: held since", (await world.SummaryAsync(id))!.LastReply, StringComparison.Ordinal);
        Assert.Equal(id, Assert.Single(await world.MessagesAsync()).Id);
        Assert.Empty(home.Arrivals);
    }

    [Fact]
    public async Task A_refused_message_is_reported_and_the_report_of_a_refused_report_is_none()
    {
        await using var world = await World.StartAsync();
        var home = world.Receive("acme.test");
        var sink = world.Receive("sink.test");
        home.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.7.1 no reports please" : null;
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 nobody here" : null;

        var id = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(async () => (await world.MessagesAsync()) is [{ State: "undeliverable" }]);
        await QuietAsync(world);

        var report = Assert.Single(await world.MessagesAsync());
        Assert.NotEqual(id, report.Id);
        Assert.Equal(("<>", "550 5.7.1 no reports please"), (report.Sender, report.LastReply));
        Assert.Equal((1, 1), (home.Connections, sink.Connections));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // as it is when the refusal was right: then nothing but the sweep looks at the mail
    public async Task An_identity_refusal_shortens_life_to_a_day_and_then_the_sender_knows(bool held)
    {
        await using var world = await World.StartAsync();
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.7.25 your PTR record does not resolve" : null;
        var id = await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        var waiting = (await world.SummaryAsync(id))!;
        Assert.Equal(id.AcceptedAt + TimeSpan.FromHours(24), waiting.Expires);
        Assert.Contains("5.7.25", Assert.Single(world.Standings.Refusals), StringComparison.Ordinal);

        if (held)
        {
            world.Standings.Hold("a");
            world.Standings.Hold("b");
        }

        world.Time.Advance(24 * Hour + Minute);
        await world.UntilAsync(() => home.Arrivals.Count > 0);
        await QuietAsync(world);
        Assert.Contains("Action: failed", Assert.Single(home.Arrivals).Text, StringComparison.Ordinal);
        Assert.Contains("5.7.25", home.Arrivals[0].Text, StringComparison.Ordinal);
        Assert.Null(await world.SummaryAsync(id));
    }

    [Fact]
    public async Task A_family_nobody_has_waits_with_that_reason_by_the_schedule_and_then_bounces()
    {
        await using var world = await World.StartAsync(model => model with
        {
            Brands = new BrandDirectory([model.Brands.All[0] with { Sources = [new SourceId("six"), new SourceId("a")] }]),
            Sources = new SourceDirectory([World.SourceAt("six", "::1"), World.SourceAt("a", "127.0.0.5")]),
        });
        var home = world.Receive("acme.test", RouteIdentity.Internal);
        world.Route("six.test", new IPEndPoint(IPAddress.IPv6Loopback, 9));
        world.Model = world.Model with { Brands = new BrandDirectory([world.Model.Brands.All[0] with { Sources = [new SourceId("a")] }]) };
        var id = await world.AcceptAsync("bob@six.test");
        await world.IdleAsync();

        var waiting = (await world.SummaryAsync(id))!;
        Assert.Equal((1, world.Time.GetUtcNow() + TimeSpan.FromMinutes(5)), (waiting.Attempts, waiting.Due));
        Assert.Contains("six.test can be reached over IPv6 only, and acme has no open source of that family", waiting.LastReply, StringComparison.Ordinal);

        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.UntilAsync(async () => (await world.SummaryAsync(id))!.Attempts == 2);
        world.Time.Advance(TimeSpan.FromDays(5) + Minute);
        await world.UntilAsync(async () => await world.SummaryAsync(id) is null && home.Arrivals.Any(report => report.Text.Contains("Action: failed", StringComparison.Ordinal)));
        Assert.Contains("IPv6 only", home.Arrivals[^1].Text.Replace("\r\n ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Until everything that is on its way has come to its end, sweeps included: a look at the spool that began after now is over.</summary>
    private static async Task QuietAsync(World world)
    {
        var looks = world.Spool.Sweeps;
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.UntilAsync(() => world.Spool.Sweeps >= looks + 2, TimeSpan.FromMinutes(1));
        await world.IdleAsync();
    }
}
