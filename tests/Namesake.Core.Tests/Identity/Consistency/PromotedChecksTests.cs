using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity.Consistency;

/// <summary>Checks of the audit that an operator lets hold a brand's sources.</summary>
public sealed class PromotedChecksTests
{
    private static readonly SourceId Acme = new("acme");

    [Fact]
    public async Task A_promoted_check_holds_nothing_before_it_was_looked_at()
    {
        var scene = await OpenAsync("AU-01");
        await scene.ProbeAsync("acme");
        Assert.Null(scene.Of("acme").Hold);

        Audit(scene, CheckOutcome.Pass);

        Assert.Equal((Verdict.Aligned, (Hold?)null), (scene.Of("acme").Verdict, scene.Of("acme").Hold));
        Assert.NotNull(scene.Of("acme").ProvenAt);
    }

    [Fact]
    public async Task A_promoted_check_holds_when_it_fails_twice_and_releases_by_itself()
    {
        var scene = await OpenAsync("AU-01");
        await scene.ProbeAsync("acme");
        Audit(scene, CheckOutcome.Pass);

        Audit(scene, CheckOutcome.Bad);
        Assert.Null(scene.Of("acme").Hold); // One answer of DNS holds nothing.
        scene.Clock.Advance(scene.Options.Confirmation);
        Audit(scene, CheckOutcome.Bad);
        Assert.Equal(("AU-01", "misaligned"), (scene.Of("acme").Hold?.Check, scene.Of("acme").Hold?.Reason));

        Audit(scene, CheckOutcome.Pass);
        Assert.Null(scene.Of("acme").Hold);
    }

    [Fact]
    public async Task What_nobody_promoted_is_told_and_holds_nothing()
    {
        var scene = await OpenAsync();
        await scene.ProbeAsync("acme");

        Audit(scene, CheckOutcome.Bad);

        var finding = Assert.Single(scene.Of("acme").Findings, finding => finding.Check == "AU-01");
        Assert.Equal((FindingSeverity.Fail, Verdict.Aligned, (Hold?)null), (finding.Severity, scene.Of("acme").Verdict, scene.Of("acme").Hold));
        Audit(scene, CheckOutcome.Pass);
        Assert.DoesNotContain(scene.Of("acme").Findings, finding => finding.Check == "AU-01");
    }

    [Fact]
    public async Task A_promoted_check_that_nobody_can_answer_holds_nothing()
    {
        var scene = await OpenAsync("AU-01");
        await scene.ProbeAsync("acme");
        Audit(scene, CheckOutcome.Pass);

        await scene.PassAsync(TimeSpan.FromHours(6));
        Audit(scene, CheckOutcome.Unknown);

        Assert.Equal((Verdict.Aligned, (Hold?)null), (scene.Of("acme").Verdict, scene.Of("acme").Hold));
    }

    [Fact]
    public async Task What_has_nothing_to_say_any_more_holds_no_longer()
    {
        var scene = await OpenAsync("AU-01");
        await scene.ProbeAsync("acme");
        Audit(scene, CheckOutcome.Bad);
        Assert.Equal("AU-01", scene.Of("acme").Hold?.Check); // never right before: one definite answer is enough

        Audit(scene, CheckOutcome.NotObservable);

        Assert.Null(scene.Of("acme").Hold);
    }

    [Fact]
    public async Task Promoting_a_check_keeps_what_is_known_of_the_source()
    {
        var scene = await OpenAsync();
        await scene.ProbeAsync("acme");
        var proven = scene.Of("acme").ProvenAt;

        scene.Ledger.Reconfigure(scene.Model with { Promoted = ImmutableDictionary<SourceId, ImmutableHashSet<string>>.Empty.Add(Acme, ["AU-01"]) });

        Assert.Equal((proven, (Hold?)null), (scene.Of("acme").ProvenAt, scene.Of("acme").Hold));
    }

    [Fact]
    public async Task An_override_opens_a_promoted_check()
    {
        var scene = await OpenAsync("AU-01");
        await scene.ProbeAsync("acme");
        Audit(scene, CheckOutcome.Bad);

        Assert.Null(scene.Ledger.Override(Acme, scene.Now + TimeSpan.FromHours(1), "we know", "test"));

        Assert.Null(scene.Of("acme").Hold);
    }

    [Fact]
    public async Task What_an_audit_found_survives_a_restart()
    {
        var scene = await OpenAsync("AU-01");
        await scene.ProbeAsync("acme");
        Audit(scene, CheckOutcome.Pass);

        var again = await scene.RestartAsync();

        Assert.Equal((Verdict.Aligned, (Hold?)null), (again.Of("acme").Verdict, again.Of("acme").Hold));
    }

    private static async Task<Scene> OpenAsync(params string[] promoted)
    {
        var scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example"));
        scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        scene.Model = scene.Model with { Promoted = ImmutableDictionary<SourceId, ImmutableHashSet<string>>.Empty.Add(Acme, [.. promoted]) };
        return await scene.OpenAsync();
    }

    private static void Audit(Scene scene, CheckOutcome outcome) => scene.Ledger.Audited(
        scene.Model.Sources.Find(Acme)!, [new CheckResult("AU-01", outcome, $"{outcome}", "a pass", "") { Cause = outcome == CheckOutcome.Unknown ? UnknownCause.Trouble : UnknownCause.None }]);
}
