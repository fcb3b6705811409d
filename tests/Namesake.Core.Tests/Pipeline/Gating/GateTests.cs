using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Brands;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Gating;

/// <summary>What holds on which route, under which policy: verdicts.md §1, §6 and §8, with the real ledger behind the gate.</summary>
public sealed class GateTests
{
    private const string Address = "203.0.113.5", Name = "mail.acme.example", Receiver = "mx.example.org";

    [Theory]
    [InlineData(RouteIdentity.Public)]
    [InlineData(RouteIdentity.Delegated)]
    [InlineData(RouteIdentity.Internal)]
    public async Task A_source_nobody_configured_is_closed_on_every_route(RouteIdentity route)
    {
        var hold = GateOf(await AlignedAsync()).HoldOf(new SourceId("nobody"), Scene.SiteOf(Receiver), route);

        Assert.Equal(("EG-03", "source-gone"), (hold?.Check, hold?.Reason));
    }

    [Theory]
    [InlineData(RouteIdentity.Public)]
    [InlineData(RouteIdentity.Delegated)]
    [InlineData(RouteIdentity.Internal)]
    public async Task An_aligned_source_is_open_on_every_route(RouteIdentity route) => Assert.Null(Held(await AlignedAsync(), route));

    /// <summary>Each fault a source can have, and the check that holds it on a public, a delegated and an internal route.</summary>
    [Theory]
    [InlineData("no pointer", "PT-01", null)]
    [InlineData("pointer leads nowhere", "PT-03", null)]
    [InlineData("pointer of another name", "PT-04", null)]
    [InlineData("name without address", "PT-03", null)]
    [InlineData("name of another address", "EH-05", null)]
    [InlineData("dns dead", "PT-01", null)]
    [InlineData("seen as another source", "EG-01", null)]
    [InlineData("seen as two", "EG-04", null)]
    [InlineData("address lost", "EG-03", "EG-03")]
    [InlineData("bind failed", "EG-03", "EG-03")]
    [InlineData("bound elsewhere", "EG-02", "EG-02")]
    [InlineData("another name said", "EH-01", "EH-01")]
    public async Task Delegated_and_internal_routes_are_held_by_what_we_control_ourselves_and_by_nothing_else(string fault, string onPublic, string? elsewhere)
    {
        var scene = await FaultyAsync(fault, IdentityPolicy.Strict);

        Assert.Equal((onPublic, elsewhere, elsewhere), (Held(scene, RouteIdentity.Public), Held(scene, RouteIdentity.Delegated), Held(scene, RouteIdentity.Internal)));
    }

    [Theory]
    [InlineData("no pointer", "PT-01", null)]
    [InlineData("pointer leads nowhere", "PT-03", null)]
    [InlineData("pointer of another name", null, null)]
    [InlineData("name of another address", null, null)]
    [InlineData("dns dead", "PT-01", null)]
    [InlineData("seen as another source", "EG-01", null)]
    [InlineData("address lost", "EG-03", "EG-03")]
    [InlineData("bound elsewhere", "EG-02", "EG-02")]
    [InlineData("another name said", "EH-01", "EH-01")]
    public async Task What_forward_and_observe_hold(string fault, string? forward, string? observe)
    {
        Assert.Equal(forward, Held(await FaultyAsync(fault, IdentityPolicy.Forward), RouteIdentity.Public));
        Assert.Equal(observe, Held(await FaultyAsync(fault, IdentityPolicy.Observe), RouteIdentity.Public));
    }

    [Fact]
    public async Task A_local_fault_shows_through_where_dns_is_wrong_too()
    {
        var scene = await FaultyAsync("no pointer", IdentityPolicy.Strict);
        Assert.Null(Held(scene, RouteIdentity.Internal));
        scene.Ledger.BindFailed(scene.Model.Sources.All[0], "cannot assign requested address");

        Assert.Equal(("EG-03", "EG-03"), (Held(scene, RouteIdentity.Internal), Held(scene, RouteIdentity.Public)));
    }

    [Fact]
    public async Task A_lane_the_fence_holds_is_closed_to_public_mail_of_that_source_and_site_alone()
    {
        var scene = await AlignedAsync();
        scene.Sight("acme", Receiver, "198.51.100.7");
        var gate = GateOf(scene);
        var (acme, beta, site) = (new SourceId("acme"), new SourceId("beta"), Scene.SiteOf(Receiver));

        Assert.Equal(("EG-01", "fence"), (gate.HoldOf(acme, site, RouteIdentity.Public)?.Check, gate.HoldOf(acme, site, RouteIdentity.Public)?.Reason));
        Assert.Null(gate.HoldOf(acme, Scene.SiteOf("mx.elsewhere.example"), RouteIdentity.Public));
        Assert.Null(gate.HoldOf(acme, null, RouteIdentity.Public)); // where it goes is not known yet
        Assert.Null(gate.HoldOf(beta, site, RouteIdentity.Public));
        Assert.Null(gate.HoldOf(acme, site, RouteIdentity.Delegated));
        Assert.Null(gate.HoldOf(acme, site, RouteIdentity.Internal));
    }

    /// <summary>A shared source bears one identity: the brand that asks most must be content.</summary>
    [Theory]
    [InlineData(IdentityPolicy.Strict, IdentityPolicy.Observe, "PT-04")]
    [InlineData(IdentityPolicy.Observe, IdentityPolicy.Strict, "PT-04")]
    [InlineData(IdentityPolicy.Forward, IdentityPolicy.Strict, "PT-04")]
    [InlineData(IdentityPolicy.Forward, IdentityPolicy.Observe, null)]
    [InlineData(IdentityPolicy.Observe, IdentityPolicy.Observe, null)]
    public async Task A_shared_source_is_under_the_strictest_policy_of_its_brands(IdentityPolicy first, IdentityPolicy second, string? held)
    {
        var source = Scene.Source("shared", Address, Name) with { Shared = true };
        var brands = new BrandDirectory([Brand("one", first, source), Brand("two", second, source)]);
        var scene = new Scene(source);
        scene.Model = IdentityModel.For("relay1", brands, scene.Model.Sources) with { TreatAsPublic = Scene.Documentation };
        scene.Dns.Set("host-5.provider.example", RecordType.A, Address);
        scene.Dns.Identity(Address, Name);
        scene.Dns.Pointer(Address, "host-5.provider.example");
        await scene.OpenAsync();
        await scene.ProbeAsync("shared");

        Assert.Equal(held, GateOf(scene).HoldOf(source.Id, null, RouteIdentity.Public)?.Check);
    }

    [Fact]
    public async Task A_new_source_waits_on_every_route_until_it_was_looked_at_and_then_on_public_ones_until_it_is_proven()
    {
        var scene = await new Scene(Scene.Source("acme", Address, Name)).OpenAsync();
        Assert.All(Enum.GetValues<RouteIdentity>(), route => Assert.Equal("EG-03", Held(scene, route)));

        await scene.ProbeAsync("acme");
        Assert.Equal(("PT-01", null, null), (Held(scene, RouteIdentity.Public), Held(scene, RouteIdentity.Delegated), Held(scene, RouteIdentity.Internal)));

        scene.Dns.Identity(Address, Name);
        await scene.ProbeAsync("acme");
        Assert.Null(Held(scene, RouteIdentity.Public));
    }

    private static Gate GateOf(Scene scene) => new(scene.Ledger, new Suspensions(new MemoryStore(), scene.Clock, NullLogger.Instance), new SessionSlots(1_000), new WarmUps(() => new SourceDirectory([]), scene.Clock, NullLogger.Instance), scene.Clock);

    private static string? Held(Scene scene, RouteIdentity route) => GateOf(scene).HoldOf(new SourceId("acme"), Scene.SiteOf(Receiver), route)?.Check;

    private static Brand Brand(string id, IdentityPolicy policy, Source source) => new() { Id = new BrandId(id), SenderDomains = [DomainName.Parse($"{id}.test")], Sources = [source.Id], Policy = policy };

    private static Task<Scene> AlignedAsync(IdentityPolicy policy = IdentityPolicy.Strict) => Scenes.TwoAsync(policy, new WitnessModel(Scenes.Reflector, 25, true));

    private static async Task<Scene> FaultyAsync(string fault, IdentityPolicy policy)
    {
        var scene = await AlignedAsync(policy);
        var source = scene.Model.Sources.All[0];
        switch (fault)
        {
            case "no pointer": scene.Dns.Pointer(Address); break;
            case "pointer leads nowhere": scene.Dns.Pointer(Address, "host-5.provider.example"); break;
            case "pointer of another name":
                scene.Dns.Pointer(Address, "host-5.provider.example");
                scene.Dns.Set("host-5.provider.example", RecordType.A, Address);
                break;
            case "name without address": scene.Dns.Set(Name, RecordType.A); break;
            case "name of another address":
                scene.Dns.Pointer(Address, "host-5.provider.example", Name);
                scene.Dns.Set("host-5.provider.example", RecordType.A, Address);
                scene.Dns.Set(Name, RecordType.A, "198.51.100.9");
                break;
            case "dns dead": scene.Dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut); break;
            case "seen as another source": scene.Sight("acme", Receiver, "203.0.113.6"); break;
            case "seen as two":
                scene.Sight("acme", "reflector.ours.example", "198.51.100.7");
                scene.Clock.Advance(TimeSpan.FromSeconds(1));
                scene.Sight("acme", "reflector.ours.example", "198.51.100.8");
                break;
            case "address lost": scene.Interfaces.Lose(Address, tell: false); break;
            case "bind failed": scene.Ledger.BindFailed(source, "cannot assign requested address"); break;
            case "bound elsewhere": scene.Ledger.BindFailed(source, "bound to 10.0.0.9", boundElsewhere: true); break;
            case "another name said": scene.Ledger.Sighted(new EchoSighting(source.Id, Scene.SiteOf(Receiver), new NextHop(Receiver, source.PublicAddress, 25, 0), null, "", scene.Now, true, false, "mail.beta.example", source)); break;
            default: throw new ArgumentException(fault, nameof(fault));
        }

        if (fault is "seen as another source" or "seen as two" or "bind failed" or "bound elsewhere" or "another name said")
            return scene; // told by a session, held at once
        await scene.PassAsync(fault == "dns dead" ? TimeSpan.FromHours(25) : TimeSpan.FromMinutes(18)); // its next look, the second answer, its grace
        return scene;
    }
}
