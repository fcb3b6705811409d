using Namesake.Core.Pipeline;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A reload while mail is on its way: nothing leaves under a name or from an address that is no longer configured.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task Mail_lined_up_behind_a_session_leaves_under_the_name_its_source_has_now()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test", connections: 1);
        using var atDot = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        sink.Says = (session, command) =>
        {
            if (session.Number == 1 && command == ".")
            {
                atDot.Set();
                go.Wait(TestContext.Current.CancellationToken);
            }

            return null;
        };
        await world.AcceptAsync("first@sink.test");
        await world.UntilAsync(() => atDot.IsSet);
        await world.AcceptAsync("second@sink.test");

        world.Model = world.Model with { Sources = new SourceDirectory([World.SourceAt("a", "127.0.0.5") with { Ehlo = HostName.Parse("new.acme.test") }, World.SourceAt("b", "127.0.0.6")]) };
        go.Set();
        await world.UntilAsync(() => sink.Arrivals.Count == 2);

        Assert.Equal(["a.acme.test", "new.acme.test"], sink.Arrivals.Select(arrival => arrival.Ehlo));
        Assert.Equal(2, sink.Connections);
    }

    [Fact]
    public async Task A_reload_that_changes_nothing_of_a_source_keeps_its_connections()
    {
        await using var world = await World.StartAsync(Warmed);
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test", connections: 1);
        await world.AcceptAsync("first@sink.test");
        await world.IdleAsync();

        world.Model = Warmed(world.Model with { MaximumMessageBytes = 1_000_000 });
        world.Dispatcher.Replan();
        await world.AcceptAsync("second@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 2);

        Assert.Equal(1, sink.Connections);

        // All parts made anew, as by reading the file.
        static RelayModel Warmed(RelayModel model) => model with
        {
            Sources = new SourceDirectory([World.SourceAt("a", "127.0.0.5") with { WarmUp = new WarmUp(new DateOnly(2026, 7, 30), [100, 200, 300]) }, World.SourceAt("b", "127.0.0.6")]),
        };
    }

    [Fact]
    public async Task A_session_that_idles_does_not_carry_mail_of_a_source_that_was_changed()
    {
        await using var world = await World.StartAsync();
        world.Standings.Hold("b");
        var sink = world.Receive("sink.test");
        await world.AcceptAsync("first@sink.test");
        await world.IdleAsync();

        world.Model = world.Model with { Sources = new SourceDirectory([World.SourceAt("a", "127.0.0.7"), World.SourceAt("b", "127.0.0.6")]) };
        await world.AcceptAsync("second@sink.test");
        await world.UntilAsync(() => sink.Arrivals.Count == 2);

        Assert.Equal(["127.0.0.5", "127.0.0.7"], sink.Arrivals.Select(arrival => arrival.Client.ToString()));
    }

    [Fact]
    public async Task Mail_of_a_source_that_is_gone_moves_to_another_of_its_brand()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        world.Standings.Hold("a");
        world.Standings.Hold("b");
        var id = await world.AcceptAsync("bob@sink.test");
        var (gone, left) = (await world.SummaryAsync(id))!.Source == new SourceId("a") ? ("a", "b") : ("b", "a");
        var brand = world.Model.Brands.All[0];

        world.Model = world.Model with
        {
            Brands = new Core.Brands.BrandDirectory([brand with { Sources = [new SourceId(left)] }]),
            Sources = new SourceDirectory([world.Model.Sources.Find(new SourceId(left))!]),
        };
        world.Standings.Forget(gone);
        world.Standings.Release(left);
        await world.UntilAsync(() => sink.Arrivals.Count == 1);

        Assert.Equal($"{left}.acme.test", sink.Arrivals[0].Ehlo);
    }
}
