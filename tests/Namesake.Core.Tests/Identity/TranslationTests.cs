using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>Sources behind a translation: what proves them, and what happens when it ends. verdicts.md §2, §3 and §9.</summary>
public sealed class TranslationTests
{
    [Fact]
    public async Task A_router_update_ends_the_translation_and_the_source_is_held_by_its_witnesses()
    {
        var scene = await Scenes.TranslatedAsync();
        scene.Outside.Sees("mx.witness.example", "198.51.100.1");
        scene.Outside.Sees("mx.other.example", "198.51.100.1");
        Assert.Equal(FenceVerdict.Wrong, scene.Sight("nat", "mx.receiver.example", "198.51.100.1", address: "192.0.2.25"));
        Assert.NotNull(scene.LaneHold("nat", "mx.receiver.example"));
        Assert.True(scene.Of("nat").IsOpen);
        await scene.Watch.AskAsync(new SourceId("nat"), CancellationToken.None);
        var hold = scene.Of("nat").Hold;
        Assert.Equal("EG-01", hold?.Check);
        Assert.Contains("198.51.100.1", hold!.Seen, StringComparison.Ordinal);
        Assert.Contains("10.0.0.5", scene.Of("nat").Findings[0].Fix, StringComparison.Ordinal);

        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.Outside.SeesRight("mx.witness.example");
        scene.Outside.SeesRight("mx.other.example");
        await scene.Watch.AskAsync(new SourceId("nat"), CancellationToken.None);
        Assert.True(scene.Of("nat").IsOpen);
        Assert.Null(scene.LaneHold("nat", "mx.receiver.example"));
    }

    [Fact]
    public async Task A_receiver_behind_a_proxy_is_told_apart_by_the_witnesses()
    {
        var scene = await Scenes.TranslatedAsync();
        scene.Sight("nat", "mx.proxied.example", "192.0.2.80", address: "192.0.2.25");
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Watch.AskAsync(new SourceId("nat"), CancellationToken.None);
        Assert.True(scene.Of("nat").IsOpen);
        Assert.NotNull(scene.LaneHold("nat", "mx.proxied.example"));
        Assert.Null(scene.Ledger.MarkProxy(Scene.SiteOf("mx.proxied.example"), "ann"));
        Assert.Null(scene.LaneHold("nat", "mx.proxied.example"));
    }

    [Fact]
    public async Task A_translated_source_is_proven_by_a_witness_only()
    {
        var scene = new Scene(Scene.Source("nat", "203.0.113.5", "mail.nat.example", local: "10.0.0.5"));
        scene.Dns.Identity("203.0.113.5", "mail.nat.example");
        await scene.OpenAsync();
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(("EG-01", "unproven"), (scene.Of("nat").Hold?.Check, scene.Of("nat").Hold?.Reason));
        Assert.Equal(FenceVerdict.Confirmed, scene.Sight("nat", "mx.witness.example", "203.0.113.5"));
        Assert.True(scene.Of("nat").IsOpen);
    }

    [Fact]
    public async Task An_operators_dated_word_proves_a_translated_source_and_is_shown_as_such()
    {
        var scene = new Scene(Scene.Source("nat", "203.0.113.5", "mail.nat.example", local: "10.0.0.5"));
        scene.Dns.Identity("203.0.113.5", "mail.nat.example");
        await scene.OpenAsync();
        await scene.ProbeAsync("nat");
        Assert.Null(scene.Ledger.Attest(new SourceId("nat"), "ann"));
        Assert.True(scene.Of("nat").IsOpen);
        Assert.Equal(("attested", "ann"), (scene.Of("nat").Proof?.Evidence, scene.Of("nat").Proof?.From));
        await scene.PassAsync(TimeSpan.FromDays(2));
        Assert.True(scene.Of("nat").IsOpen); // no grace runs out on it
        scene.Sight("nat", "reflector.ours.example", "203.0.113.5");
        Assert.Equal("echo", scene.Of("nat").Proof?.Evidence);
    }

    [Fact]
    public async Task A_configured_word_counts_as_well_but_the_outside_outweighs_it()
    {
        var source = Scene.Source("nat", "203.0.113.5", "mail.nat.example", local: "10.0.0.5") with { Attested = new Attestation("ann", new DateOnly(2026, 2, 1)) };
        var scene = new Scene(source).WithWitnesses(new WitnessModel("reflector.ours.example", 25, true));
        scene.Dns.Identity("203.0.113.5", "mail.nat.example");
        await scene.OpenAsync();
        await scene.ProbeAsync("nat");
        Assert.True(scene.Of("nat").IsOpen);
        scene.Sight("nat", "reflector.ours.example", "198.51.100.1");
        Assert.Equal("EG-01", scene.Of("nat").Hold?.Check);
    }

    [Fact]
    public async Task No_witness_answers_any_more_and_the_source_has_its_grace()
    {
        var scene = await Scenes.TranslatedAsync();
        scene.Outside.IsGone("mx.witness.example");
        scene.Outside.IsGone("mx.other.example");
        await scene.PassAsync(TimeSpan.FromHours(3));
        Assert.Equal((Verdict.Unknown, true), (scene.Of("nat").Verdict, scene.Of("nat").IsOpen));
        await scene.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(("EG-01", "unknown-too-long"), (scene.Of("nat").Hold?.Check, scene.Of("nat").Hold?.Reason));
        scene.Sight("nat", "mx.witness.example", "203.0.113.5");
        Assert.True(scene.Of("nat").IsOpen);
    }
}
