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
