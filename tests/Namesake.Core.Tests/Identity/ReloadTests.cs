using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>A session or a bind begun before a reload and heard of after it.</summary>
public sealed class ReloadTests
{
    private const string Receiver = "mx.example.org";

    [Theory]
    [InlineData("203.0.113.5", "mail2.acme.example")] // another name
    [InlineData("203.0.113.6", "mail.acme.example")] // another address
    public async Task A_session_that_a_reload_overtook_is_stopped_and_holds_nobody(string address, string ehlo)
    {
        var (scene, before) = await ReloadedAsync(address, ehlo);

        Assert.Equal(FenceVerdict.Wrong, Sight(scene, before, before.Ehlo.Value));

        Assert.True(scene.Of("acme").IsOpen);
        Assert.Null(scene.LaneHold("acme", Receiver));
        Assert.Empty(scene.Of("acme").Findings);
    }

    [Fact]
    public async Task A_bind_that_failed_for_the_address_before_the_reload_holds_nobody()
    {
        var (scene, before) = await ReloadedAsync("203.0.113.6", "mail.acme.example");

        scene.Ledger.BindFailed(before, "203.0.113.5: Cannot assign requested address");

        Assert.True(scene.Of("acme").IsOpen);
        scene.Ledger.BindFailed(scene.Model.Sources.All[0], "203.0.113.6: Cannot assign requested address");
        Assert.Equal("EG-03", scene.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task A_session_of_the_new_definition_goes_on()
    {
        var (scene, _) = await ReloadedAsync("203.0.113.5", "mail2.acme.example");

        Assert.Equal(FenceVerdict.Confirmed, Sight(scene, scene.Model.Sources.All[0], "mail2.acme.example"));
    }

    [Fact]
    public async Task Another_name_than_its_definitions_is_EH01_all_the_same()
    {
        var (scene, _) = await ReloadedAsync("203.0.113.5", "mail2.acme.example");

        Assert.Equal(FenceVerdict.Wrong, Sight(scene, scene.Model.Sources.All[0], "mail.acme.example"));
        Assert.Equal("EH-01", scene.Of("acme").Hold?.Check);
    }

    private static FenceVerdict Sight(Scene scene, Source under, string said) => scene.Ledger.Sighted(new EchoSighting(
        under.Id, Scene.SiteOf(Receiver), new NextHop(Receiver, IPAddress.Parse("198.18.0.25"), 25, 0), under.PublicAddress, "", scene.Now, true, false, said, under));

    private static async Task<(Scene Scene, Source Before)> ReloadedAsync(string address, string ehlo)
    {
        var scene = await Scene.AlignedAsync();
        var before = scene.Model.Sources.All[0];
        scene.Dns.Identity(address, ehlo);
        scene.Model = scene.Model with { Sources = new SourceDirectory([Scene.Source("acme", address, ehlo)]) };
        scene.Ledger.Reconfigure(scene.Model);
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
        return (scene, before);
    }
}
