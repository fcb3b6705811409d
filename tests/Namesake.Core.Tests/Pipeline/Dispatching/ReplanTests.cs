using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A brand's sources change while its mail waits: it goes on by another of the brand's, or waits and says why. It never leaves as somebody else.</summary>
public sealed class ReplanTests
{
    private static readonly SourceId A = new("a");
    private static readonly SourceId B = new("b");

    [Fact]
    public async Task Mail_never_leaves_by_a_source_its_brand_no_longer_has_although_it_is_open()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var id = await world.AcceptAsync("bob@sink.test");
        var (lost, left) = (await world.SummaryAsync(id))!.Source == A ? (A, B) : (B, A);

        Give(world, left);
        world.Standings.Release(lost.Value); // it is another brand's now, and open
        world.Time.Advance(TimeSpan.FromMinutes(2));
        var key = new QueueKey(new BrandId("acme"), lost, Protocol.Addresses.DomainName.Parse("sink.test"));
        Assert.Equal("not-the-brands", world.Dispatcher.StandingOf(key).Hold?.Reason);
        Assert.Empty(sink.Arrivals);

        world.Standings.Release(left.Value);
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
        Assert.Equal($"{left}.acme.test", sink.Arrivals[0].Ehlo);
    }

    [Fact]
    public async Task Mail_that_is_not_due_and_was_tried_leaves_a_source_that_its_brand_lost()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
        var id = await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        var (lost, left) = (await world.SummaryAsync(id))!.Source == A ? (A, B) : (B, A);

        Give(world, left);
        await world.UntilAsync(async () => (await world.SummaryAsync(id))!.Source == left);

        sink.Says = (_, _) => null;
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(10));
        Assert.NotEqual($"{lost}.acme.test", sink.Arrivals[0].Ehlo);
    }

    [Fact]
    public async Task Mail_of_a_brand_that_is_gone_waits_with_that_reason_until_it_is_back()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var id = await world.AcceptAsync("bob@sink.test");
        var (brands, source) = (world.Model.Brands, (await world.SummaryAsync(id))!.Source);

        world.Model = world.Model with { Brands = new BrandDirectory([]) };
        world.Dispatcher.Replan();
        world.Standings.Release("a");
        world.Standings.Release("b");
        var key = new QueueKey(new BrandId("acme"), source, Protocol.Addresses.DomainName.Parse("sink.test"));
        Assert.Equal("brand-gone", world.Dispatcher.StandingOf(key).Hold?.Reason);
        world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(await world.SummaryAsync(id));
        Assert.Empty(sink.Arrivals);

        world.Model = world.Model with { Brands = brands };
        world.Dispatcher.Replan();
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Mail_that_outlives_its_brand_is_kept_and_shown_instead_of_vanishing()
    {
        await using var world = await World.StartAsync();
        world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var id = await world.AcceptAsync("bob@sink.test");

        world.Model = world.Model with { Brands = new BrandDirectory([]) };
        world.Dispatcher.Replan();
        world.Time.Advance(TimeSpan.FromDays(6));
        await world.UntilAsync(async () => (await world.SummaryAsync(id))?.State == "undeliverable", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_retiring_source_takes_no_new_mail_and_loses_what_was_never_tried()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        for (var i = 0; i < 20; i++)
            await world.AcceptAsync($"r{i}@sink.test");

        Retire(world, A);
        world.Standings.Release("a");
        world.Standings.Release("b");
        for (var i = 20; i < 40; i++)
            await world.AcceptAsync($"r{i}@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 40, TimeSpan.FromSeconds(1));

        Assert.All(sink.Arrivals, arrival => Assert.Equal("b.acme.test", arrival.Ehlo));
    }

    [Fact]
    public async Task What_a_retiring_source_has_tried_it_finishes()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Standings.Hold("b");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 greylisted" : null;
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        world.Standings.Release("b");

        Retire(world, A);
        sink.Says = (_, _) => null;
        await world.UntilAsync(() => sink.Arrivals.Count == 1, TimeSpan.FromSeconds(10));

        Assert.Equal("a.acme.test", sink.Arrivals[0].Ehlo);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_reloads_bring_all_mail_arrives_once_by_a_source_its_brand_had(int seed)
    {
        var random = new Random(seed);
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test", connections: 2);
        var brands = world.Model.Brands;
        var sent = 0;
        for (var step = 0; step < 60; step++)
            switch (random.Next(6))
            {
                case 0 or 1 when world.Model.Brands.All.Length > 0:
                    await world.AcceptAsync($"r{sent++}@sink.test");
                    break;
                case 2:
                    Give(world, random.Next(2) == 0 ? [A, B] : [random.Next(2) == 0 ? A : B]);
                    break;
                case 3:
                    Retire(world, random.Next(2) == 0 ? A : B);
                    break;
                case 4:
                    world.Model = world.Model with { Brands = random.Next(3) == 0 ? new BrandDirectory([]) : brands };
                    world.Dispatcher.Replan();
                    break;
                default:
                    // Not while an answer is on its way: who waits for it too long sends again, rightly (RFC 1047), and here it is the machine that is slow.
                    await world.IdleAsync();
                    world.Time.Advance(TimeSpan.FromSeconds(random.Next(300)));
                    break;
            }

        // Nothing is lost meanwhile: what hasn't arrived is in the spool.
        await world.UntilAsync(() => world.Dispatcher.InMemory == 0, TimeSpan.FromSeconds(1));
        var waiting = (await world.MessagesAsync()).Sum(message => message.Waiting);
        Assert.Equal(sent, sink.Arrivals.Count + waiting);

        Give(world, A, B);
        Retire(world, null);
        await world.UntilAsync(async () => world.Dispatcher.InMemory == 0 && (await world.MessagesAsync()).IsEmpty, TimeSpan.FromSeconds(20));
        Assert.Equal(Enumerable.Range(0, sent).Select(i => $"r{i}@sink.test").Order(StringComparer.Ordinal), sink.Arrivals.SelectMany(arrival => arrival.Recipients).Order(StringComparer.Ordinal));
    }

    private static void Give(World world, params SourceId[] sources)
    {
        world.Model = world.Model with
        {
            Brands = new BrandDirectory([new Brand { Id = new BrandId("acme"), SenderDomains = [Protocol.Addresses.DomainName.Parse("acme.test")], Sources = [.. sources] }]),
        };
        world.Dispatcher.Replan();
    }

    private static void Retire(World world, SourceId? retiring)
    {
        world.Model = world.Model with { Sources = new SourceDirectory(world.Model.Sources.All.Select(source => source with { Retiring = source.Id == retiring })) };
        world.Dispatcher.Replan();
    }
}
