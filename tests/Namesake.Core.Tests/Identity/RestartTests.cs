using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>Verdicts and their proof survive a restart; what changed starts anew.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task An_aligned_source_is_open_right_after_a_restart()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.google.com", "203.0.113.5");
        var before = scene.Of("acme");
        scene.Clock.Advance(TimeSpan.FromMinutes(3));
        var after = (await scene.RestartAsync()).Of("acme");
        Assert.True(after.IsOpen);
        Assert.Equal((Verdict.Aligned, before.Since, before.ProvenAt), (after.Verdict, after.Since, after.ProvenAt));
        Assert.Equal("203.0.113.5", scene.Model.Sources.All[0].PublicAddress.ToString());
        Assert.NotNull(after.Proof);
    }

    [Fact]
    public async Task A_held_source_stays_held_with_its_reason_and_since()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5");
        await scene.PassAsync(TimeSpan.FromMinutes(20));
        var before = scene.Of("acme");
        scene.Clock.Advance(TimeSpan.FromMinutes(3));
        var after = (await scene.RestartAsync()).Of("acme");
        Assert.Equal(before.Hold, after.Hold);
        Assert.Equal(before.Findings.AsEnumerable(), after.Findings);
        Assert.Equal(Verdict.Misaligned, after.Verdict);
    }

    [Fact]
    public async Task IPv6_stays_left_out_for_the_rest_of_its_time()
    {
        var scene = await SixAsync();
        RefuseSix(scene, "outlook.com");
        var before = scene.LaneHold("six", "outlook.com");
        scene.Clock.Advance(TimeSpan.FromHours(3));
        var after = await scene.RestartAsync();
        Assert.NotNull(before);
        Assert.Equal(before, after.LaneHold("six", "outlook.com"));
        after.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(after.LaneHold("six", "outlook.com"));
    }

    [Fact]
    public async Task IPv6_left_out_long_ago_or_for_another_address_is_forgotten()
    {
        var scene = await SixAsync();
        RefuseSix(scene, "outlook.com");
        var moved = scene.Model with { Sources = new SourceDirectory([Scene.Source("six", "2001:db8::6", "mail.acme.example")]) };
        Assert.Null((await scene.RestartAsync(moved)).LaneHold("six", "outlook.com"));

        scene = await SixAsync();
        RefuseSix(scene, "outlook.com");
        await scene.Ledger.Journal.FlushAsync();
        scene.Clock.Advance(TimeSpan.FromHours(4));
        var after = await scene.RestartAsync();
        Assert.Null(after.LaneHold("six", "outlook.com"));
        await after.Ledger.Journal.FlushAsync();
        Assert.DoesNotContain(after.Store.Kept.Keys, key => key.StartsWith("family:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receivers_that_took_mail_before_still_count_when_they_refuse()
    {
        var scene = await Scene.AlignedAsync();
        TakeAndRestart(scene, out var restarting);
        var after = await restarting;
        RefuseThrice(after);
        Assert.Equal("FB-01", after.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task Receivers_that_took_mail_too_long_ago_or_of_another_name_count_for_nothing()
    {
        var scene = await Scene.AlignedAsync();
        TakeAndRestart(scene, out var restarting);
        var after = await restarting;
        after.Clock.Advance(TimeSpan.FromDays(31));
        await after.ProbeAsync("acme");
        RefuseThrice(after);
        Assert.True(after.Of("acme").IsOpen);

        scene = await Scene.AlignedAsync();
        TakeAndRestart(scene, out restarting, scene.Model with { Sources = new SourceDirectory([Scene.Source("acme", "203.0.113.5", "mail2.acme.example")]) });
        after = await restarting;
        after.Dns.Identity("203.0.113.5", "mail2.acme.example");
        await after.ProbeAsync("acme");
        RefuseThrice(after);
        Assert.True(after.Of("acme").IsOpen);
    }

    [Fact]
    public async Task Of_thousands_of_receivers_the_newest_are_kept()
    {
        var scene = await Scene.AlignedAsync();
        for (var i = 0; i < 3_000; i++)
        {
            scene.Ledger.Accepted(new SourceId("acme"), new SiteId($"taker{i}.example"));
            scene.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        scene.Ledger.Accepted(new SourceId("acme"), Scene.SiteOf("google.com")); // counts without being remembered
        await scene.Ledger.Journal.FlushAsync();
        var kept = scene.Store.Kept["takers:acme"];
        Assert.Contains("taker1999.example", kept, StringComparison.Ordinal); // beyond two thousand nobody new is taken up
        Assert.DoesNotContain("taker1799.example", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("google.com", kept, StringComparison.Ordinal);
        Assert.InRange(kept.Length, 1, 20_000);
    }

    private static readonly string[] Strangers = ["small-one.example", "small-two.example", "small-three.example"];

    private static async Task<Scene> SixAsync()
    {
        var scene = new Scene(Scene.Source("six", "2001:db8::5", "mail.acme.example"));
        scene.Dns.Identity("2001:db8::5", "mail.acme.example");
        return await scene.OpenAsync();
    }

    private static void RefuseSix(Scene scene, string site) =>
        scene.Ledger.RefusedForIdentity(Scene.Refusal("six", site, "550 5.7.25 the sending IPv6 address [2001:db8::5] must have a reverse DNS record"));

    private static void TakeAndRestart(Scene scene, out Task<Scene> restarting, IdentityModel? model = null)
    {
        foreach (var host in Strangers)
            scene.Ledger.Accepted(new SourceId("acme"), Scene.SiteOf(host));
        restarting = scene.RestartAsync(model);
    }

    private static void RefuseThrice(Scene scene)
    {
        foreach (var host in Strangers)
            scene.Ledger.RefusedForIdentity(Scene.Refusal("acme", host, "550 5.7.1 no PTR record"));
    }

    [Fact]
    public async Task A_suspicion_is_confirmed_across_the_restart()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5");
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
        var after = await scene.RestartAsync();
        after.Clock.Advance(TimeSpan.FromMinutes(2));
        await after.ProbeAsync("acme");
        Assert.Equal("PT-01", after.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task A_held_lane_stays_held_and_remembers_whom_to_ask()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", "198.51.100.7", address: "192.0.2.25");
        var before = scene.LaneHold("acme", "mx.example.org");
        var after = await scene.RestartAsync();
        Assert.Equal(before, after.LaneHold("acme", "mx.example.org"));
        after.Clock.Advance(TimeSpan.FromSeconds(1));
        after.Sight("acme", "mx.example.org", "203.0.113.5");
        Assert.Null(after.LaneHold("acme", "mx.example.org"));
        Assert.Null((await after.RestartAsync()).LaneHold("acme", "mx.example.org"));
    }

    [Fact]
    public async Task A_source_held_by_the_outside_stays_held()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel(Scenes.Reflector, 25, true));
        scene.Sight("acme", "reflector.ours.example", "198.51.100.7");
        var after = await scene.RestartAsync();
        Assert.Equal("EG-01", after.Of("acme").Hold?.Check);
        await after.ProbeAsync("acme");
        Assert.Equal("EG-01", after.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task Grace_goes_on_where_it_was()
    {
        var scene = await Scenes.ManyAsync(10);
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        scene.Dns.Trouble("brand1.example", DnsOutcome.ServerFailure);
        await scene.PassAsync(TimeSpan.FromHours(2));
        var ends = scene.Of("source1").GraceEnds;
        var after = await scene.RestartAsync();
        Assert.Equal(ends, after.Of("source1").GraceEnds);
        await after.PassAsync(TimeSpan.FromHours(3));
        Assert.Equal("unknown-too-long", after.Of("source1").Hold?.Reason);
    }

    [Fact]
    public async Task A_restart_during_our_resolvers_outage_costs_nobody_its_grace()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Dead = true;
        await scene.PassAsync(TimeSpan.FromHours(3));
        Assert.True(scene.Ledger.IsResolvingInDoubt);
        scene.Clock.Advance(TimeSpan.FromHours(10)); // down
        var after = await scene.RestartAsync();
        await after.PassAsync(TimeSpan.FromHours(3));
        Assert.True(after.Of("acme").IsOpen);
        after.Dns.Dead = false;
        await after.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Verdict.Aligned, after.Of("acme").Verdict);
    }

    [Theory]
    [InlineData("203.0.113.6", "mail.acme.example", "203.0.113.5")]
    [InlineData("203.0.113.5", "mx.acme.example", "203.0.113.5")]
    [InlineData("203.0.113.5", "mail.acme.example", "10.0.0.5")]
    public async Task A_changed_address_or_name_starts_unproven(string address, string ehlo, string local)
    {
        var scene = await Scene.AlignedAsync();
        var changed = scene.Model with { Sources = new SourceDirectory([Scene.Source("acme", address, ehlo, local)]) };
        Assert.Equal("unproven", (await scene.RestartAsync(changed)).Of("acme").Hold?.Reason);
        scene.Ledger.Reconfigure(changed);
        Assert.Equal("unproven", scene.Of("acme").Hold?.Reason);
        Assert.False(scene.Changes[^1].Open);
    }

    [Fact]
    public async Task A_changed_policy_starts_unproven()
    {
        var scene = await Scene.AlignedAsync();
        var after = await scene.RestartAsync(scene.WithPolicy(IdentityPolicy.Forward).Model);
        Assert.Equal("unproven", after.Of("acme").Hold?.Reason);
        await after.ProbeAsync("acme");
        Assert.True(after.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_reload_that_changes_nothing_of_a_source_keeps_its_standing()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", "198.51.100.7");
        scene.Ledger.Reconfigure(scene.Model with { Sources = new SourceDirectory([scene.Model.Sources.All[0] with { Weight = 7 }, Scene.Source("beta", "203.0.113.6", "mail.beta.example")]) });
        Assert.True(scene.Of("acme").IsOpen);
        Assert.NotNull(scene.LaneHold("acme", "mx.example.org"));
        Assert.Equal("unproven", scene.Of("beta").Hold?.Reason);
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_source_taken_out_of_the_configuration_is_forgotten()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", "198.51.100.7");
        scene.Ledger.Reconfigure(scene.Model with { Sources = new SourceDirectory([]) });
        Assert.Null(scene.Ledger.Of(new SourceId("acme")));
        await scene.Ledger.Journal.FlushAsync();
        Assert.Empty(scene.Store.Kept);
    }

    [Fact]
    public async Task What_another_node_was_told_by_the_outside_doesnt_count_here()
    {
        var scene = await Scenes.TranslatedAsync();
        var elsewhere = await scene.RestartAsync(scene.Model with { Node = "relay2" });
        elsewhere.Dns.Dead = true; // DNS results carry over: they are not asked for again
        await elsewhere.ProbeAsync("nat");
        Assert.Equal(("EG-01", "unproven"), (elsewhere.Of("nat").Hold?.Check, elsewhere.Of("nat").Hold?.Reason));
        elsewhere.Sight("nat", "mx.witness.example", "203.0.113.5");
        Assert.True(elsewhere.Of("nat").IsOpen);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"Version\":1}")]
    [InlineData("{\"Version\":999,\"Node\":\"relay1\"}")]
    [InlineData("")]
    public async Task A_stored_state_that_cannot_be_read_starts_unproven(string json)
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", "198.51.100.7");
        await scene.Ledger.Journal.FlushAsync();
        foreach (var key in scene.Store.Kept.Keys)
            scene.Store.Kept[key] = json;
        scene.Store.Kept["clock"] = json;
        scene.Store.Kept["proxy:x"] = json;
        var after = await scene.RestartAsync();
        Assert.Equal("unproven", after.Of("acme").Hold?.Reason);
        await after.ProbeAsync("acme");
        Assert.True(after.Of("acme").IsOpen);
    }

    [Fact]
    public async Task Any_cut_or_garbled_state_is_survived()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", "198.51.100.7");
        await scene.Ledger.Journal.FlushAsync();
        var good = scene.Store.Kept.ToDictionary();
        var random = new Random(2007);
        for (var round = 0; round < 300; round++)
        {
            foreach (var (key, json) in good)
            {
                var at = random.Next(json.Length);
                scene.Store.Kept[key] = random.Next(2) == 0 ? json[..at] : json[..at] + (char)random.Next(32, 127) + json[(at + 1)..];
            }
            var after = await new Scene(scene.Model.Sources.All[0]) { Model = scene.Model }.OpenOnAsync(scene.Store);
            await after.ProbeAsync("acme");
            Assert.NotNull(after.Of("acme"));
        }
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_loses_nothing()
    {
        var scene = await Scene.AlignedAsync();
        await scene.Ledger.Journal.FlushAsync();
        scene.Store.Broken = true;
        scene.Sight("acme", "mx.example.org", "198.51.100.7");
        Assert.False(await scene.Ledger.Journal.FlushAsync());
        Assert.NotNull(scene.LaneHold("acme", "mx.example.org")); // memory is right meanwhile
        scene.Store.Broken = false;
        Assert.True(await scene.Ledger.Journal.FlushAsync());
        Assert.NotNull((await scene.RestartAsync()).LaneHold("acme", "mx.example.org"));
    }

    [Fact]
    public async Task An_override_survives_a_restart_and_ends_at_its_time()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5");
        await scene.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Null(scene.Ledger.Override(new SourceId("acme"), scene.Now + TimeSpan.FromHours(2), "the provider is on it", "ann"));
        var after = await scene.RestartAsync();
        Assert.True(after.Of("acme").IsOpen);
        Assert.Equal(Verdict.Misaligned, after.Of("acme").Verdict);
        await after.PassAsync(TimeSpan.FromHours(2.1));
        Assert.Equal("PT-01", after.Of("acme").Hold?.Check);
    }
}
