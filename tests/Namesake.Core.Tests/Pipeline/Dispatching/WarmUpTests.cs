using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Pipeline.Submission;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A new source carries so much a day; the rest goes by its brand's others, or waits until the day is over.</summary>
public sealed class WarmUpTests
{
    private static readonly DateOnly Today = new(2026, 8, 1);

    [Fact]
    public async Task What_comes_above_the_day_goes_at_once_by_the_brands_other_source()
    {
        await using var world = await World.StartAsync(Warming("a", 5));
        var sink = world.Receive("sink.test");

        for (var i = 0; i < 60; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 60, TimeSpan.FromMilliseconds(100));

        Assert.Equal(5, By(sink, "a"));
        Assert.Equal(55, By(sink, "b"));
    }

    [Fact]
    public async Task Without_another_source_it_waits_until_the_day_is_over_and_says_so()
    {
        await using var world = await World.StartAsync(model => Alone(Warming("a", 5, 7)(model)));
        var sink = world.Receive("sink.test");
        for (var i = 0; i < 20; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 5);
        await world.IdleAsync();

        var hold = Standing(world).Hold;
        Assert.Equal((Hold.WarmUp, "warm-up: 5 of 5 today, goes on at 00:00 UTC"), (hold!.Reason, hold.Describe()));
        var told = await world.Dispatcher.ExplainAsync(Mailbox.Parse("ann@acme.test"), Mailbox.Parse("bob@sink.test"), ExplainOrigin.Unsaid, TestContext.Current.CancellationToken);
        Assert.Equal(ExplainedFate.Waits, told.Fate);
        Assert.Contains("warm-up: 5 of 5 today, goes on at 00:00 UTC", told.Outcome, StringComparison.Ordinal);

        world.Time.Advance(TimeSpan.FromHours(11.9));
        await world.UntilAsync(() => world.Time.GetUtcNow().Hour == 23 && world.Dispatcher.InMemory == 0);
        Assert.Equal(5, sink.Arrivals.Count);
        world.Time.Advance(TimeSpan.FromMinutes(10));
        await world.UntilAsync(() => sink.Arrivals.Count == 12, TimeSpan.FromSeconds(1));
        await world.IdleAsync();
        Assert.Equal("warm-up: 7 of 7 today, goes on at 00:00 UTC", Standing(world).Hold!.Describe());

        world.Time.Advance(TimeSpan.FromDays(1));
        await world.UntilAsync(() => sink.Arrivals.Count == 20, TimeSpan.FromSeconds(1)); // the ramp is over
        Assert.Null(Standing(world).Hold);
    }

    [Fact]
    public async Task A_message_counts_as_often_as_its_receiver_sees_it()
    {
        await using var world = await World.StartAsync(model => Alone(Warming("a", 3, 7)(model)));
        var sink = world.Receive("sink.test");
        await world.AcceptAsync(string.Join(',', Enumerable.Range(0, 250).Select(i => $"bob{i}@sink.test"))); // in transactions of 100, 100 and 50
        await world.UntilAsync(() => sink.Arrivals.Count == 3);
        await world.IdleAsync();
        await world.AcceptAsync("carl@sink.test");
        await world.IdleAsync();

        Assert.Equal((3, "warm-up: 3 of 3 today, goes on at 00:00 UTC"), (sink.Arrivals.Count, Standing(world).Hold!.Describe()));
    }

    [Fact]
    public async Task Before_its_first_day_it_carries_nothing()
    {
        await using var world = await World.StartAsync(model => Alone(With(model, "a", new WarmUp(Today.AddDays(1), [100]))));
        var sink = world.Receive("sink.test");
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();

        Assert.Empty(sink.Arrivals);
        Assert.Equal("warm-up: begins on 2026-08-02, at 00:00 UTC", Standing(world).Hold!.Describe());
        world.Time.Advance(TimeSpan.FromHours(12));
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_restart_forgets_nothing_of_the_day()
    {
        await using var world = await World.StartAsync(model => Alone(Warming("a", 5)(model)));
        var sink = world.Receive("sink.test");
        for (var i = 0; i < 3; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 3);
        await world.IdleAsync();

        await world.StopAsync();
        await world.OpenAsync();

        Assert.Equal((3, 2), (world.WarmUps.Of(world.Model.Sources.All[0])!.Handed, world.WarmUps.Of(world.Model.Sources.All[0])!.Left));
        for (var i = 0; i < 5; i++)
            await world.AcceptAsync($"carl{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 5, TimeSpan.FromSeconds(1));
        await world.IdleAsync();
        Assert.Equal(5, sink.Arrivals.Count);
        Assert.NotNull(Standing(world).Hold);
    }

    [Fact]
    public async Task A_reload_that_allows_more_lets_it_go_at_once()
    {
        await using var world = await World.StartAsync(model => Alone(Warming("a", 2)(model)));
        var sink = world.Receive("sink.test");
        for (var i = 0; i < 10; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 2);
        await world.IdleAsync();

        world.Model = With(world.Model, "a", new WarmUp(Today, [6]));
        world.Dispatcher.Replan();
        await world.UntilAsync(() => sink.Arrivals.Count == 6, TimeSpan.FromMilliseconds(100));

        world.Model = With(world.Model, "a", null);
        world.Dispatcher.Replan();
        await world.UntilAsync(() => sink.Arrivals.Count == 10, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Only_what_was_handed_over_counts_and_a_site_that_is_down_uses_up_no_day()
    {
        await using var world = await World.StartAsync(model => Alone(Warming("a", 2)(model)));
        var (down, sink) = (world.Receive("down.test"), world.Receive("sink.test"));
        down.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
        for (var i = 0; i < 5; i++)
        {
            await world.AcceptAsync($"bob{i}@down.test");
            await world.IdleAsync();
        }

        await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 1);
        await world.IdleAsync();

        Assert.Equal((1, 1, 0), (world.WarmUps.Of(world.Model.Sources.All[0])!.Handed, world.WarmUps.Of(world.Model.Sources.All[0])!.Left, world.WarmUps.Of(world.Model.Sources.All[0])!.Aboard));
    }

    [Fact]
    public async Task What_a_receiver_has_seen_stays_with_its_source_though_the_day_is_full()
    {
        await using var world = await World.StartAsync(Warming("a", 1));
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT TO:<seen", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
        var seen = await world.AcceptAsync("seen@sink.test");
        await world.IdleAsync();
        while ((await world.SummaryAsync(seen))!.Source.Value != "a")
        {
            seen = await world.AcceptAsync("seen@sink.test");
            await world.IdleAsync();
        }

        for (var i = 0; i < 10; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 10, TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, By(sink, "a"));
        sink.Says = (_, _) => null;
        world.Time.Advance(TimeSpan.FromHours(3));
        await world.AcceptAsync("last@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Any(arrival => arrival.Recipients.Contains("last@sink.test")), TimeSpan.FromSeconds(1));

        Assert.Equal("a", (await world.SummaryAsync(seen))!.Source.Value);
    }

    [Fact]
    public async Task On_routes_where_nobody_sees_the_address_nothing_is_counted()
    {
        await using var world = await World.StartAsync(model => Alone(Warming("a", 1)(model)));
        var sink = world.Receive("sink.test", RouteIdentity.Delegated);

        for (var i = 0; i < 5; i++)
            await world.AcceptAsync($"bob{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 5);

        Assert.Equal(0, world.WarmUps.Of(world.Model.Sources.All[0])!.Handed);
    }

    [Fact]
    public async Task Sums_that_could_not_be_saved_are_saved_with_the_next_round()
    {
        await using var world = await World.StartAsync(Warming("a", 100));
        var sink = world.Receive("sink.test");
        await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 1);
        await world.IdleAsync();
        await world.UntilAsync(async () => await SavedAsync(world) == 1, TimeSpan.FromSeconds(1));

        world.Time.Advance(TimeSpan.FromDays(1));
        await world.AcceptAsync("carl@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 2, TimeSpan.FromSeconds(1));
        await world.UntilAsync(async () => await SavedAsync(world) == 2, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_is_carried_while_a_save_is_under_way_is_saved_when_the_relay_stops_meanwhile()
    {
        var (store, time, source) = (new PaperTallies(), new FakeTimeProvider(), World.SourceAt("a", "127.0.0.5"));
        var warmUps = new WarmUps(() => new SourceDirectory([source]), time, NullLogger.Instance);
        Carry();

        await Keeping.StoppedInASaveAsync(store, time, stop => warmUps.KeepAsync(store, stop), Carry);

        Assert.Equal(2, Assert.Single(store.All).Messages);

        void Carry()
        {
            Assert.True(warmUps.TryBoard(source, RouteIdentity.Public, 1));
            warmUps.Leave(source.Id, RouteIdentity.Public, [new Delivered(SmtpReply.Of(250, "2.0.0", "taken"))], 1);
        }
    }

    private static async Task<long> SavedAsync(World world) =>
        (await ((ITallyStore)world.View).TalliesAsync(Today, null, 100, CancellationToken.None)).Where(tally => tally.Key.Scope == TallyScope.Source).Sum(tally => tally.Messages);

    private static int By(Receiver sink, string source) => sink.Arrivals.Count(arrival => arrival.Ehlo == $"{source}.acme.test");

    private static QueueStanding Standing(World world) =>
        world.Dispatcher.StandingOf(new Messages.QueueKey(new BrandId("acme"), new SourceId("a"), DomainName.Parse("sink.test")));

    private static Func<RelayModel, RelayModel> Warming(string source, params int[] perDay) => model => With(model, source, new WarmUp(Today, [.. perDay]));

    private static RelayModel With(RelayModel model, string source, WarmUp? ramp) => model with
    {
        Sources = new SourceDirectory(model.Sources.All.Select(known => known.Id.Value == source ? known with { WarmUp = ramp } : known)),
    };

    private static RelayModel Alone(RelayModel model) => model with
    {
        Brands = new BrandDirectory(model.Brands.All.Select(brand => brand with { Sources = [new SourceId("a")] })),
    };
}
