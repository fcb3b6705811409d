using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>Which failure holds under which policy, and what an override opens: verdicts.md §1 and §5.</summary>
public sealed class PolicyTests
{
    [Theory]
    [InlineData(IdentityPolicy.Strict, "PT-05")]
    [InlineData(IdentityPolicy.Forward, "PT-04 PT-05 EH-05")]
    [InlineData(IdentityPolicy.Observe, "EG-01 EG-04 EH-04 EH-05 FB-01 PT-01 PT-02 PT-03 PT-04 PT-05 PT-10")]
    public void What_a_policy_only_tells(IdentityPolicy policy, string told) => Assert.Equal(
        told.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
        IdentityChecks.All.Where(check => check.SeverityUnder(policy) == FindingSeverity.Fail).Select(check => check.Id).Order());

    [Fact]
    public void Every_check_holds_or_is_told_and_what_we_control_ourselves_always_holds()
    {
        foreach (var policy in Enum.GetValues<IdentityPolicy>())
            Assert.All(IdentityChecks.All.Where(check => check.Id is "EG-02" or "EG-03" or "EH-01"), check =>
            {
                Assert.Equal(FindingSeverity.Hold, check.SeverityUnder(policy));
                Assert.False(check.CanBeOverridden);
            });
    }

    [Theory]
    [InlineData(IdentityPolicy.Strict, "PT-04", Verdict.Misaligned)]
    [InlineData(IdentityPolicy.Forward, null, Verdict.Aligned)]
    [InlineData(IdentityPolicy.Observe, null, Verdict.Aligned)]
    public async Task A_pointer_of_another_name_that_confirms(IdentityPolicy policy, string? holds, Verdict verdict)
    {
        var scene = await ProbedAsync(policy, dns =>
        {
            dns.Pointer("203.0.113.5", "host-5.provider.example");
            dns.Set("host-5.provider.example", RecordType.A, "203.0.113.5");
        });
        Assert.Equal((holds, verdict), (scene.Of("acme").Hold?.Check, scene.Of("acme").Verdict));
        var finding = scene.Of("acme").Findings.Single();
        Assert.Equal(("PT-04", holds is null ? FindingSeverity.Fail : FindingSeverity.Hold, "strict"), (finding.Check, finding.Severity, finding.Policy));
    }

    [Theory]
    [InlineData(IdentityPolicy.Strict, "PT-03")]
    [InlineData(IdentityPolicy.Forward, "PT-03")]
    [InlineData(IdentityPolicy.Observe, null)]
    public async Task A_pointer_that_doesnt_confirm(IdentityPolicy policy, string? holds)
    {
        var scene = await ProbedAsync(policy, dns => dns.Pointer("203.0.113.5", "host-5.provider.example"));
        Assert.Equal(holds, scene.Of("acme").Hold?.Check);
        Assert.Equal("forward", scene.Of("acme").Findings.Single(finding => finding.Check == "PT-03").Policy);
    }

    [Fact]
    public async Task Under_observe_a_dead_dns_holds_nobody_not_even_a_new_source()
    {
        var scene = await ProbedAsync(IdentityPolicy.Observe, dns => dns.Dead = true);
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task An_override_opens_what_dns_says_and_shows_the_verdict_still()
    {
        var scene = await ProbedAsync(IdentityPolicy.Strict, dns => dns.Pointer("203.0.113.5"));
        Assert.Null(scene.Ledger.Override(new SourceId("acme"), scene.Now + TimeSpan.FromHours(24), "the provider is on it", "ann"));
        var standing = scene.Of("acme");
        Assert.True(standing.IsOpen);
        Assert.Equal(Verdict.Misaligned, standing.Verdict);
        Assert.Equal(new OverrideNote(scene.Now + TimeSpan.FromHours(24), "the provider is on it", "ann"), standing.Override);
        Assert.Equal(FindingSeverity.Hold, standing.Findings[0].Severity);
        await scene.PassAsync(TimeSpan.FromHours(23.9));
        Assert.True(scene.Of("acme").IsOpen);
        await scene.PassAsync(TimeSpan.FromHours(0.2));
        Assert.False(scene.Of("acme").IsOpen);
        Assert.Null(scene.Of("acme").Override);
    }

    [Fact]
    public async Task An_override_can_be_ended_early()
    {
        var scene = await ProbedAsync(IdentityPolicy.Strict, dns => dns.Pointer("203.0.113.5"));
        scene.Ledger.Override(new SourceId("acme"), scene.Now + TimeSpan.FromHours(1), "trying", "ann");
        Assert.Null(scene.Ledger.EndOverride(new SourceId("acme"), "ann"));
        Assert.False(scene.Of("acme").IsOpen);
    }

    [Theory]
    [InlineData("acme", 25, "a reason", "24 hours")]
    [InlineData("acme", 1, " ", "reason")]
    [InlineData("acme", -1, "a reason", "over already")]
    [InlineData("nobody", 1, "a reason", "no source")]
    public async Task An_override_without_measure_is_refused(string source, int hours, string reason, string because)
    {
        var scene = await Scene.AlignedAsync();
        Assert.Contains(because, scene.Ledger.Override(new SourceId(source), scene.Now + TimeSpan.FromHours(hours), reason, "ann"), StringComparison.Ordinal);
        Assert.Null(scene.Of("acme").Override);
    }

    [Fact]
    public async Task No_override_opens_what_we_control_ourselves()
    {
        var scene = await ProbedAsync(IdentityPolicy.Strict, dns => dns.Pointer("203.0.113.5"));
        scene.Ledger.Override(new SourceId("acme"), scene.Now + TimeSpan.FromHours(1), "trying", "ann");
        scene.Interfaces.Lose("203.0.113.5", tell: false);
        await scene.ProbeAsync("acme");
        Assert.Equal("EG-03", scene.Of("acme").Hold?.Check);
        scene.Interfaces.Find("203.0.113.5");
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
        scene.Ledger.BindFailed(scene.Model.Sources.All[0], "bound to 10.0.0.9", boundElsewhere: true);
        Assert.Equal("EG-02", scene.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task An_override_opens_the_fences_lanes_and_its_end_closes_them()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", "198.51.100.7");
        scene.Ledger.Override(new SourceId("acme"), scene.Now + TimeSpan.FromHours(1), "known proxy", "ann");
        Assert.Null(scene.LaneHold("acme", "mx.example.org"));
        Assert.Equal(new StandingChange(new SourceId("acme"), new SiteId("example.org"), true), scene.Changes[^1]);
        Assert.Equal(FenceVerdict.Silent, scene.Sight("acme", "mx.example.org", "198.51.100.7"));
        await scene.PassAsync(TimeSpan.FromHours(1.1));
        Assert.NotNull(scene.LaneHold("acme", "mx.example.org"));
        Assert.Equal(FenceVerdict.Wrong, scene.Sight("acme", "mx.example.org", "198.51.100.7"));
    }

    [Fact]
    public async Task A_source_never_proven_may_be_overridden_too()
    {
        var scene = await ProbedAsync(IdentityPolicy.Strict, dns => dns.Dead = true);
        Assert.Equal("unproven", scene.Of("acme").Hold?.Reason);
        scene.Ledger.Override(new SourceId("acme"), scene.Now + TimeSpan.FromHours(1), "DNS is ours and right", "ann");
        Assert.True(scene.Of("acme").IsOpen);
    }

    private static async Task<Scene> ProbedAsync(IdentityPolicy policy, Action<ScriptedDns> arrange)
    {
        var scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example")).WithPolicy(policy);
        scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        arrange(scene.Dns);
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        return scene;
    }
}
