using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>EH-10 and EH-14: the receiver's own name is not said to it, and one name is said before and after STARTTLS.</summary>
public sealed class OwnNameTests
{
    private static readonly SiteId Own = new("acme.example");

    [Theory]
    [InlineData("mail.acme.example", false)]
    [InlineData("MAIL.acme.example.", false)]
    [InlineData("mx.acme.example", true)]
    [InlineData("acme.example", true)]
    public async Task A_receiver_is_greeted_unless_it_bears_the_very_name(string receiver, bool may)
    {
        var scene = await Scene.AlignedAsync();
        Assert.Equal(may, scene.Ledger.MayGreet(scene.Model.Sources.All[0], receiver));
        Assert.Empty(scene.Ledger.LaneHolds);
    }

    [Fact]
    public async Task A_way_with_our_own_name_at_its_end_holds_its_lane_and_nobody_else()
    {
        var scene = await Scenes.TwoAsync();
        scene.Ledger.OwnNameMet(scene.Model.Sources.All[0], Own, "mail.acme.example");
        var hold = scene.Ledger.LaneHold(new SourceId("acme"), Own);
        Assert.Equal(("EH-10", "own-name"), (hold?.Check, hold?.Reason));
        Assert.Equal(hold, Assert.Single(scene.Ledger.LaneHolds));
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Null(scene.Ledger.LaneHold(new SourceId("beta"), Own));
        Assert.Null(scene.Ledger.LaneHold(new SourceId("acme"), new SiteId("example.org")));
        Assert.Equal(new StandingChange(new SourceId("acme"), Own, Open: false), scene.Changes[^1]);
    }

    [Fact]
    public async Task It_is_looked_at_again_after_a_quarter_of_an_hour_and_its_since_stays()
    {
        var scene = await Scene.AlignedAsync();
        var (source, since) = (scene.Model.Sources.All[0], scene.Now);
        scene.Ledger.OwnNameMet(source, Own, "mail.acme.example");
        scene.Clock.Advance(TimeSpan.FromMinutes(10));
        scene.Ledger.OwnNameMet(source, Own, "mail.acme.example");
        Assert.Equal(since, scene.Ledger.LaneHold(source.Id, Own)?.Since);
        scene.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(scene.Ledger.LaneHold(source.Id, Own));
        scene.Ledger.Tick(source.Id);
        Assert.Equal(new StandingChange(source.Id, Own, Open: true), scene.Changes[^1]);
    }

    [Fact]
    public async Task Another_name_ends_it()
    {
        var scene = await Scene.AlignedAsync();
        scene.Ledger.OwnNameMet(scene.Model.Sources.All[0], Own, "mail.acme.example");
        scene.Ledger.Reconfigure(scene.Model with { Sources = new SourceDirectory([Scene.Source("acme", "203.0.113.5", "out.acme.example")]) });
        Assert.Null(scene.Ledger.LaneHold(new SourceId("acme"), Own));
    }

    [Fact]
    public async Task Under_observe_and_under_an_override_it_is_told_and_does_not_stop()
    {
        var scene = await Scenes.TwoAsync(IdentityPolicy.Observe);
        Assert.True(scene.Ledger.MayGreet(scene.Model.Sources.All[0], "mail.acme.example"));
        Greet(scene, "mail.acme.example", null, "mail.acme.example");
        Assert.Null(scene.Ledger.LaneHold(new SourceId("acme"), Own));
        Assert.Equal("mail.acme.example", Assert.Single((await scene.Ledger.HistoryFactsAsync(new SourceId("acme"), CancellationToken.None))!.OwnNames).Receiver);

        var strict = await Scene.AlignedAsync();
        strict.Ledger.Override(new SourceId("acme"), strict.Now + TimeSpan.FromHours(1), "ours", "ann");
        Assert.True(strict.Ledger.MayGreet(strict.Model.Sources.All[0], "mail.acme.example"));
    }

    [Fact]
    public async Task Both_names_of_an_encrypted_session_are_remembered_and_two_names_are_seen()
    {
        var scene = await Scene.AlignedAsync();
        Greet(scene, "mail.acme.example", null);
        Assert.Null((await GreetingAsync(scene))!.AfterTls);
        Greet(scene, "mail.acme.example", "mail.acme.example"); // behind STARTTLS, milliseconds later
        scene.Clock.Advance(TimeSpan.FromSeconds(2));
        Greet(scene, "mail.acme.example", null); // a plain session tells less
        Assert.Equal(("mail.acme.example", "mail.acme.example"), await GreetingAsync(scene) is { } greeting ? (greeting.Before, greeting.AfterTls) : default);
        Greet(scene, "other.acme.example", "mail.acme.example"); // at once, however often sessions begin
        Assert.Equal(("mail.acme.example", "other.acme.example"), await GreetingAsync(scene) is { } two ? (two.Before, two.AfterTls) : default);
        Assert.Equal("EH-01", scene.Of("acme").Hold?.Check);
    }

    private static void Greet(Scene scene, string said, string? before, string host = "mx.example.org") => scene.Ledger.Sighted(new EchoSighting(new SourceId("acme"), Scene.SiteOf(host),
        new NextHop(host, System.Net.IPAddress.Parse("198.18.0.25"), 25, 0), null, "mx.example.org", scene.Now, before is null, false, said, SaidBefore: before));

    private static async Task<Core.Identity.Facts.Greeting?> GreetingAsync(Scene scene) => (await scene.Ledger.HistoryFactsAsync(new SourceId("acme"), CancellationToken.None))!.Greeting;
}

/// <summary>The same, with the watch running.</summary>
public sealed class OwnNameWatchTests : RunningWatch
{
    [Fact]
    public async Task A_lane_held_for_our_own_name_opens_by_itself_and_is_told_so()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        await PassAsync(TimeSpan.FromMinutes(1));
        var source = Running.Model.Sources.All[0];
        Running.Ledger.OwnNameMet(source, new SiteId("acme.example"), "mail.acme.example");
        await PassAsync(TimeSpan.FromMinutes(16));
        Assert.Contains(new StandingChange(source.Id, new SiteId("acme.example"), Open: true), Running.Changes);
        Assert.Empty(Running.Ledger.LaneHolds);
    }
}
