using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Mail for a domain that is our own EHLO name (EH-10), from its acceptance on.</summary>
public sealed class OwnNameTests
{
    [Fact]
    public async Task It_waits_alone_and_is_explained()
    {
        await using var world = await StartAsync();
        var own = world.Receive("a.acme.test");
        var other = world.Receive("sink.test");
        await world.AcceptAsync("bob@a.acme.test,carl@sink.test");
        await world.UntilAsync(() => other.Arrivals.Count == 1);
        await world.IdleAsync();

        Assert.Equal(0, own.Connections);
        Assert.StartsWith("EH-10: a.acme.test would be greeted with its own name", Assert.Single(await world.MessagesAsync()).LastReply, StringComparison.Ordinal);
        var explanation = await ExplainAsync(world);
        Assert.Equal(ExplainedFate.Held, explanation.Fate);
        Assert.Contains("EH-10", explanation.Outcome, StringComparison.Ordinal);
        Assert.Contains("identity: internal", explanation.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_a_route_of_our_own_it_goes()
    {
        await using var world = await StartAsync();
        var own = world.Receive("a.acme.test", RouteIdentity.Internal);
        await world.AcceptAsync("bob@a.acme.test");
        await world.UntilAsync(() => own.Arrivals.Count == 1);
        Assert.Equal(ExplainedFate.Leaves, (await ExplainAsync(world)).Fate);
    }

    private static Task<World> StartAsync() => World.StartAsync(model => model with
    {
        Brands = new BrandDirectory([model.Brands.All[0] with { Sources = [new SourceId("a")] }]),
        Sources = new SourceDirectory([World.SourceAt("a", "127.0.0.5")]),
    });

    private static Task<Explanation> ExplainAsync(World world) =>
        world.Dispatcher.ExplainAsync(Mailbox.Parse("ann@acme.test"), Mailbox.Parse("bob@a.acme.test"), ExplainOrigin.Unsaid, CancellationToken.None);
}
