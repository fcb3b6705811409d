using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity.Leases;

/// <summary>What a missing lease does to a source that is right in all else: held with FB-08, and open again by itself.</summary>
public sealed class LeaseHoldTests
{
    private static readonly SourceId Acme = new("acme");

    [Fact]
    public async Task A_source_without_its_lease_is_held_under_every_policy_and_opens_by_itself()
    {
        foreach (var policy in Enum.GetValues<IdentityPolicy>())
        {
            var (scene, node) = await AlignedAsync(policy);
            Assert.True(scene.Of("acme").IsOpen);
            scene.Changes.Clear();

            scene.Clock.Advance(TimeSpan.FromSeconds(27));

            Assert.Equal(("FB-08", "no-lease"), (scene.Of("acme").Hold?.Check, scene.Of("acme").Hold?.Reason));
            Assert.Equal(("FB-08", FindingSeverity.Hold), (scene.Of("acme").Findings[0].Check, scene.Of("acme").Findings[0].Severity));
            Assert.Equal(Verdict.Aligned, scene.Of("acme").Verdict);
            Assert.Equal(new StandingChange(Acme, null, Open: false), Assert.Single(scene.Changes));

            await scene.Leases!.AskAsync(CancellationToken.None);

            Assert.True(scene.Of("acme").IsOpen);
            Assert.Empty(scene.Of("acme").Findings);
            Assert.Equal(new StandingChange(Acme, null, Open: true), scene.Changes[^1]);
            Assert.True(node.IsNear);
        }
    }

    [Fact]
    public async Task No_override_opens_it()
    {
        var (scene, _) = await AlignedAsync();
        Assert.Null(scene.Ledger.Override(Acme, scene.Now.AddHours(1), "it must go out", "ann"));

        scene.Clock.Advance(TimeSpan.FromSeconds(27));

        Assert.Equal("FB-08", scene.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task Nobody_is_asked_from_the_source_without_it_and_witnesses_are_when_it_is_back()
    {
        var (scene, _) = await AlignedAsync();
        scene.WithWitnesses(new WitnessModel("witness.example", 25, true));
        scene.Ledger.Reconfigure(scene.Model);
        scene.Dns.Identity("198.51.100.9", "witness.example");
        scene.Outside.SeesRight("witness.example");
        scene.Clock.Advance(TimeSpan.FromSeconds(27));

        await scene.Watch.AskAsync(Acme, CancellationToken.None);
        Assert.Empty(scene.Outside.Asked);

        await scene.Leases!.AskAsync(CancellationToken.None);
        await scene.Watch.AskAsync(Acme, CancellationToken.None);
        Assert.NotEmpty(scene.Outside.Asked);
    }

    [Fact]
    public async Task What_its_holder_has_stored_is_not_overwritten_by_a_node_that_waits()
    {
        var (scene, _) = await AlignedAsync();
        await scene.Ledger.Journal.FlushAsync();
        var stored = scene.Store.Kept["source:acme"];

        scene.Clock.Advance(TimeSpan.FromMinutes(40));
        scene.Dns.Pointer("203.0.113.5", "other.example");
        await scene.ProbeAsync("acme");
        await scene.Ledger.Journal.FlushAsync();
        Assert.Equal(stored, scene.Store.Kept["source:acme"]);

        await scene.Leases!.AskAsync(CancellationToken.None);
        await scene.Ledger.Journal.FlushAsync();
        Assert.NotEqual(stored, scene.Store.Kept["source:acme"]);
    }

    [Fact]
    public async Task Who_takes_a_source_over_takes_up_what_its_former_holder_has_stored()
    {
        var (former, taker, _) = await TwoAsync();
        foreach (var receiver in (string[])["google.com", "yahoodns.net", "gmx.net"])
            former.Ledger.RefusedForIdentity(Scene.Refusal("acme", receiver, "550 5.7.1 no PTR record"));
        former.Sight("acme", "mx.shop.example", "203.0.113.99");
        await former.Ledger.Journal.FlushAsync();

        former.Clock.Advance(TimeSpan.FromSeconds(31));
        await taker.Leases!.AskAsync(CancellationToken.None);

        Assert.Equal("FB-01", taker.Of("acme").Hold?.Check);
        Assert.NotNull(taker.LaneHold("acme", "mx.shop.example"));
        await taker.Ledger.Journal.FlushAsync();
        Assert.Contains("yahoodns.net", taker.Store.Kept["source:acme"], StringComparison.Ordinal);
        Assert.Contains("relay2", taker.Store.Kept["source:acme"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operators_word_given_to_the_former_holder_counts_for_the_next()
    {
        var (former, taker, _) = await TwoAsync();
        Assert.Null(former.Ledger.Override(Acme, former.Now.AddHours(1), "it must go out", "ann"));
        await former.Ledger.Journal.FlushAsync();

        former.Clock.Advance(TimeSpan.FromSeconds(31));
        await taker.Leases!.AskAsync(CancellationToken.None);

        Assert.Equal("ann", taker.Of("acme").Override?.By);
        await taker.Ledger.Journal.FlushAsync();
        Assert.Contains("it must go out", taker.Store.Kept["source:acme"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_not_taken_over_before_what_is_stored_could_be_read()
    {
        var (former, taker, _) = await TwoAsync();
        former.Clock.Advance(TimeSpan.FromSeconds(31));

        taker.Store.Unreadable = true;
        await taker.Leases!.AskAsync(CancellationToken.None);
        Assert.Equal("FB-08", taker.Of("acme").Hold?.Check);

        taker.Store.Unreadable = false;
        await taker.Leases.AskAsync(CancellationToken.None);
        Assert.True(taker.Of("acme").IsOpen);
    }

    [Fact]
    public async Task What_was_still_to_be_written_when_the_lease_ran_out_does_not_overwrite_what_the_next_holder_stored()
    {
        var (former, taker, node) = await TwoAsync();
        former.Ledger.RefusedForIdentity(Scene.Refusal("acme", "google.com", "550 5.7.1 no PTR record")); // pending
        former.Clock.Advance(TimeSpan.FromSeconds(31));
        await taker.Leases!.AskAsync(CancellationToken.None);
        await taker.Ledger.Journal.FlushAsync();
        var stored = taker.Store.Kept["source:acme"];

        node.IsNear = true;
        await former.Leases!.AskAsync(CancellationToken.None);
        await former.Ledger.Journal.FlushAsync();

        Assert.Equal(stored, taker.Store.Kept["source:acme"]);
    }

    [Fact]
    public async Task A_lease_that_nobody_else_had_comes_back_with_all_that_was_known()
    {
        var (scene, _) = await AlignedAsync();
        await scene.Ledger.Journal.FlushAsync();
        Assert.Null(scene.Ledger.Override(Acme, scene.Now.AddHours(1), "it must go out", "ann")); // not written when the lease runs out
        scene.Clock.Advance(TimeSpan.FromSeconds(31));

        await scene.Leases!.AskAsync(CancellationToken.None);
        await scene.Ledger.Journal.FlushAsync();

        Assert.Equal("ann", scene.Of("acme").Override?.By);
        Assert.Contains("it must go out", scene.Store.Kept["source:acme"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_sees_the_lease()
    {
        var (scene, _) = await AlignedAsync();
        CheckOutcome Outcome() => Catalogue.Find("FB-08")!.Judge(scene.Ledger.FactsOf(Acme)!).Outcome;
        Assert.Equal(CheckOutcome.Pass, Outcome());

        scene.Clock.Advance(TimeSpan.FromSeconds(27));
        Assert.Equal(CheckOutcome.Unknown, Outcome());

        scene.Leases = null;
        await scene.OpenAsync();
        Assert.Equal(CheckOutcome.NotObservable, Outcome());
    }

    /// <summary>Two relays on one database: one has the source and is cut off from it, the other waits.</summary>
    private static async Task<(Scene Former, Scene Taker, LeaseServer.Node Node)> TwoAsync()
    {
        var (former, node) = await AlignedAsync();
        var second = node.Server.Join("relay2");
        second.IsNear = true;
        var leases = new LeaseBook(second, () => former.Model.Sources, "relay2", former.Clock, NullLogger.Instance);
        await leases.StartAsync(CancellationToken.None);
        var taker = await former.RestartAsync(former.Model with { Node = "relay2" }, leases);
        await taker.ProbeAsync("acme");
        Assert.Equal("FB-08", taker.Of("acme").Hold?.Check);
        node.IsNear = false;
        return (former, taker, node);
    }

    private static async Task<(Scene Scene, LeaseServer.Node Node)> AlignedAsync(IdentityPolicy policy = IdentityPolicy.Strict)
    {
        var scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example")).WithPolicy(policy);
        scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        var node = new LeaseServer(scene.Clock, TimeSpan.FromSeconds(30)).Join("relay1");
        node.IsNear = true;
        scene.Leases = new LeaseBook(node, () => scene.Model.Sources, "relay1", scene.Clock, NullLogger.Instance);
        await scene.Leases.StartAsync(CancellationToken.None);
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        return (scene, node);
    }
}
