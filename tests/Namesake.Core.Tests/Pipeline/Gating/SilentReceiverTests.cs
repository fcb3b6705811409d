using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;

namespace Namesake.Core.Tests.Pipeline.Gating;

/// <summary>`silentReceivers: { requireProof }`: mail to a receiver that echoes nothing rests on a proof of that age at most (verdicts.md §3).</summary>
public sealed class SilentReceiverTests : IWitnessQuestion
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    private static readonly SiteId Site = Scene.SiteOf("google.com");

    private Scene _scene = null!;
    private int _asked;
    private bool _answers;
    private string _seen = "203.0.113.5";

    [Fact]
    public async Task A_fresh_proof_is_enough()
    {
        var source = await ProvenAsync("10.0.0.5");
        _scene.Clock.Advance(Most);

        Assert.Equal(ProofAge.Young, await Fence(Most).AgeOfProofAsync(source, Site, TestContext.Current.CancellationToken));
        Assert.Equal(0, _asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_old_proof_is_renewed_by_a_witness_first(bool answers)
    {
        var source = await ProvenAsync("10.0.0.5");
        _scene.Clock.Advance(Most + TimeSpan.FromSeconds(1));
        _answers = answers;

        Assert.Equal(answers ? ProofAge.Young : ProofAge.Old, await Fence(Most).AgeOfProofAsync(source, Site, TestContext.Current.CancellationToken));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_witness_that_sees_another_address_holds_the_source_and_nothing_has_to_rest()
    {
        var source = await ProvenAsync("10.0.0.5");
        _scene.Clock.Advance(Most + TimeSpan.FromSeconds(1));
        (_answers, _seen) = (true, "203.0.113.1");

        Assert.Equal(ProofAge.Held, await Fence(Most).AgeOfProofAsync(source, Site, TestContext.Current.CancellationToken));
        Assert.Equal("EG-01", _scene.Of("acme").Hold?.Check);
    }

    [Theory]
    [InlineData("google.com", nameof(ProofAge.Old))] // the gate would send the next message at once
    [InlineData("gmx.net", nameof(ProofAge.Held))]
    public async Task Held_for_refusals_the_receiver_whose_turn_it_is_to_be_tried_rests_when_nobody_renews_the_proof(string host, string expected)
    {
        var source = await ProvenAsync("10.0.0.5");
        foreach (var receiver in (string[])["google.com", "yahoodns.net", "gmx.net"])
            _scene.Ledger.RefusedForIdentity(Scene.Refusal("acme", receiver, "550 5.7.1 no PTR record"));
        _scene.Clock.Advance(RefusalRules.BetweenTrials + TimeSpan.FromSeconds(1));
        Assert.Equal("FB-01", _scene.Of("acme").Hold?.Check);

        Assert.Equal(expected, (await Fence(Most).AgeOfProofAsync(source, Scene.SiteOf(host), TestContext.Current.CancellationToken)).ToString());
    }

    [Theory]
    [InlineData("10.0.0.5", null)] // not configured: bounded by the grace alone
    [InlineData("203.0.113.5", 60)] // on an interface of ours: nothing translates, so nothing can go wrong on the way
    public async Task Nobody_is_asked_where_nothing_was_required_or_nothing_translates(string local, int? most)
    {
        var source = await ProvenAsync(local);
        _scene.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(ProofAge.Young, await Fence(most is { } seconds ? TimeSpan.FromSeconds(seconds) : null).AgeOfProofAsync(source, Site, TestContext.Current.CancellationToken));
        Assert.Equal(0, _asked);
    }

    Task IWitnessQuestion.AskAsync(SourceId source, CancellationToken cancellation)
    {
        _asked++;
        if (_answers)
            _scene.Sight(source.Value, "reflector.ours.example", _seen);
        return Task.CompletedTask;
    }

    private Fence Fence(TimeSpan? most) => new(
        () => new RelayModel { Node = "relay1", Brands = new BrandDirectory([]), Sources = _scene.Model.Sources, SilentReceiversRequireProof = most }, _scene.Ledger, this, _scene.Clock);

    private async Task<Source> ProvenAsync(string local)
    {
        _scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example", local)).WithWitnesses(new WitnessModel("reflector.ours.example", 25, true));
        _scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        await _scene.OpenAsync();
        await _scene.ProbeAsync("acme");
        _scene.Sight("acme", "reflector.ours.example", "203.0.113.5");
        Assert.True(_scene.Of("acme").IsOpen);
        return _scene.Model.Sources.All[0];
    }
}
