using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>What an echo may stop: verdicts.md §3.</summary>
public sealed class FenceTests
{
    private const string Ours = "203.0.113.5", Stranger = "198.51.100.7";

    [Fact]
    public async Task The_expected_address_is_fresh_proof()
    {
        var scene = await Scene.AlignedAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(FenceVerdict.Confirmed, scene.Sight("acme", "mx.google.com", Ours));
        Assert.Equal(new Proof(scene.Now, "echo", "mx.google.com"), scene.Of("acme").Proof);
    }

    [Fact]
    public async Task A_silent_receiver_changes_nothing()
    {
        var scene = await Scene.AlignedAsync();
        var before = scene.Of("acme");
        scene.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(FenceVerdict.Silent, scene.Sight("acme", "mx.example.org", null));
        Assert.Equal(before, scene.Of("acme"));
    }

    [Fact]
    public async Task A_private_echo_is_silence()
    {
        var scene = await Scene.AlignedAsync();
        Assert.Equal(FenceVerdict.Silent, scene.Sight("acme", "mx.example.org", "192.168.176.1"));
        Assert.Null(scene.LaneHold("acme", "mx.example.org"));
    }

    [Fact]
    public async Task An_ipv4_mapped_echo_is_ipv4()
    {
        var scene = await Scene.AlignedAsync();
        Assert.Equal(FenceVerdict.Confirmed, scene.Sight("acme", "mx.example.org", "::ffff:203.0.113.5"));
    }

    [Fact]
    public async Task A_strangers_echo_holds_its_own_lane_at_once_and_nobody_else()
    {
        var scene = await Scenes.TwoAsync();
        Assert.Equal(FenceVerdict.Wrong, scene.Sight("acme", "mx.proxied.example", Stranger));
        var hold = scene.LaneHold("acme", "mx.proxied.example");
        Assert.Equal(("EG-01", "fence", Scene.SiteOf("mx.proxied.example")), (hold?.Check, hold?.Reason, hold!.Site));
        Assert.Contains(Stranger, hold.Describe(), StringComparison.Ordinal);
        Assert.Contains(Ours, hold.Expected, StringComparison.Ordinal);
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Null(scene.LaneHold("acme", "mx.google.com"));
        Assert.Null(scene.LaneHold("beta", "mx.proxied.example"));
        Assert.Equal(new StandingChange(new SourceId("acme"), hold.Site, false), scene.Changes[^1]);
    }

    [Fact]
    public async Task Many_strangers_still_hold_only_their_lanes()
    {
        var scene = await Scene.AlignedAsync();
        for (var i = 0; i < 20; i++)
            Assert.Equal(FenceVerdict.Wrong, scene.Sight("acme", $"mx.proxy{i}.example", $"198.51.100.{i + 10}", address: $"192.0.2.{i}"));
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Equal(20, scene.Ledger.LaneHolds.Length);
    }

    [Fact]
    public async Task The_address_of_another_source_of_ours_holds_the_source()
    {
        var scene = await Scenes.TwoAsync();
        Assert.Equal(FenceVerdict.Wrong, scene.Sight("acme", "mx.example.org", "203.0.113.6"));
        var standing = scene.Of("acme");
        Assert.Equal(("EG-01", "misaligned", Verdict.Misaligned), (standing.Hold?.Check, standing.Hold?.Reason, standing.Verdict));
        Assert.Contains("another source of ours", standing.Hold!.Seen, StringComparison.Ordinal);
        Assert.True(scene.Of("beta").IsOpen);
    }

    [Fact]
    public async Task A_reflectors_word_alone_holds_the_source()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("reflector.ours.example", 25, true));
        scene.Sight("acme", "reflector.ours.example", Stranger);
        Assert.Equal("EG-01", scene.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task One_witness_holds_only_its_lane()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("mx.google.com", 25, false));
        scene.Sight("acme", "mx.google.com", Stranger);
        Assert.True(scene.Of("acme").IsOpen);
        Assert.NotNull(scene.LaneHold("acme", "mx.google.com"));
    }

    [Theory]
    [InlineData("mx.witness.example", "mx.other.example", "198.18.0.1", "198.19.0.1", true)]
    [InlineData("mx1.witness.example", "mx2.witness.example", "198.18.0.1", "198.19.0.1", false)] // one operator
    [InlineData("mx.witness.example", "mx.other.example", "198.18.0.1", "198.18.9.1", false)] // one network
    public async Task Two_witnesses_hold_the_source_when_domain_and_network_differ(string first, string second, string firstAddress, string secondAddress, bool holds)
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel(first, 25, false), new WitnessModel(second, 25, false));
        scene.Sight("acme", first, Stranger, address: firstAddress);
        Assert.True(scene.Of("acme").IsOpen);
        scene.Clock.Advance(TimeSpan.FromSeconds(5));
        scene.Sight("acme", second, Stranger, address: secondAddress);
        Assert.Equal(holds, !scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_witness_that_has_seen_us_right_since_is_no_half_of_two()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("mx.witness.example", 25, false), new WitnessModel("mx.other.example", 25, false));
        scene.Sight("acme", "mx.witness.example", Stranger, address: "198.18.0.1");
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.Sight("acme", "mx.witness.example", Ours, address: "198.18.0.1");
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.Sight("acme", "mx.other.example", Stranger, address: "198.19.0.1");
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task Words_of_two_witnesses_hours_apart_are_not_two()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("mx.witness.example", 25, false), new WitnessModel("mx.other.example", 25, false));
        scene.Sight("acme", "mx.witness.example", Stranger, address: "198.18.0.1");
        scene.Clock.Advance(TimeSpan.FromHours(2));
        scene.Sight("acme", "mx.other.example", Stranger, address: "198.19.0.1");
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task An_operator_may_call_an_echo_a_proxys_only_after_a_witness_confirmed_us()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("mx.witness.example", 25, false));
        var site = Scene.SiteOf("mx.proxied.example");
        Assert.NotNull(scene.Ledger.MarkProxy(site, "ann"));
        scene.Sight("acme", "mx.proxied.example", Stranger, address: "192.0.2.9");
        Assert.Contains("no witness", scene.Ledger.MarkProxy(site, "ann"), StringComparison.Ordinal);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        scene.Sight("acme", "mx.witness.example", Ours);
        Assert.Null(scene.Ledger.MarkProxy(site, "ann"));
        Assert.Null(scene.LaneHold("acme", "mx.proxied.example"));
        Assert.Equal(FenceVerdict.Silent, scene.Sight("acme", "mx.proxied.example", Stranger));
        Assert.Null(scene.Ledger.UnmarkProxy(site, "ann"));
        Assert.Equal(FenceVerdict.Wrong, scene.Sight("acme", "mx.proxied.example", Stranger));
    }

    [Fact]
    public async Task A_proxy_mark_survives_a_restart()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("mx.witness.example", 25, false));
        scene.Sight("acme", "mx.proxied.example", Stranger, address: "192.0.2.9");
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        scene.Sight("acme", "mx.witness.example", Ours);
        scene.Ledger.MarkProxy(Scene.SiteOf("mx.proxied.example"), "ann");
        var after = await scene.RestartAsync();
        Assert.Equal(FenceVerdict.Silent, after.Sight("acme", "mx.proxied.example", Stranger));
        Assert.Null(after.LaneHold("acme", "mx.proxied.example"));
    }

    [Fact]
    public async Task A_site_configured_as_a_proxys_is_silent()
    {
        var scene = new Scene(Scene.Source("acme", Ours, "mail.acme.example"));
        scene.Model = scene.Model with { ProxyEchoSites = ["proxied.example"] };
        await scene.OpenAsync();
        Assert.Equal(FenceVerdict.Silent, scene.Sight("acme", "mx.proxied.example", Stranger));
    }

    [Fact]
    public async Task Under_observe_the_fence_tells_and_doesnt_stop()
    {
        var scene = (await Scenes.TwoAsync(IdentityPolicy.Observe));
        Assert.Equal(FenceVerdict.Silent, scene.Sight("acme", "mx.example.org", "203.0.113.6"));
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Null(scene.LaneHold("acme", "mx.example.org"));
        Assert.Equal(FindingSeverity.Fail, scene.Of("acme").Findings.Single(finding => finding.Check == "EG-01").Severity);
    }

    [Fact]
    public async Task Another_name_said_on_the_wire_holds_at_once_under_every_policy()
    {
        foreach (var policy in Enum.GetValues<IdentityPolicy>())
        {
            var scene = await Scenes.TwoAsync(policy);
            var hop = new NextHop("mx.example.org", System.Net.IPAddress.Parse("198.18.0.25"), 25, 0);
            var verdict = scene.Ledger.Sighted(new EchoSighting(new SourceId("acme"), new SiteId("example.org"), hop, System.Net.IPAddress.Parse(Ours), "", scene.Now, true, false, "mail.beta.example"));
            Assert.Equal(FenceVerdict.Wrong, verdict);
            Assert.Equal("EH-01", scene.Of("acme").Hold?.Check);
            await scene.PassAsync(TimeSpan.FromMinutes(2));
            Assert.True(scene.Of("acme").IsOpen);
        }
    }

    [Fact]
    public async Task A_session_of_a_source_that_is_gone_is_stopped()
    {
        var scene = await Scene.AlignedAsync();
        Assert.Equal(FenceVerdict.Wrong, scene.Sight("gone", "mx.example.org", Ours));
    }
}
