using Namesake.Core.Dns;
using Namesake.Core.Identity;

namespace Namesake.Core.Tests.Identity;

/// <summary>From unproven to aligned to misaligned and back: verdicts.md §2.</summary>
public sealed class AlignmentTests
{
    [Fact]
    public async Task A_new_source_is_held_until_it_is_proven()
    {
        var scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example"));
        await scene.OpenAsync();
        Assert.Equal((Verdict.Unknown, "unproven"), (scene.Of("acme").Verdict, scene.Of("acme").Hold?.Reason));
        scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        await scene.ProbeAsync("acme");
        var standing = scene.Of("acme");
        Assert.Equal(Verdict.Aligned, standing.Verdict);
        Assert.True(standing.IsOpen);
        Assert.Equal("interface", standing.Proof?.Evidence);
        Assert.Equal(scene.Now, standing.ProvenAt);
        Assert.Empty(standing.Findings);
        Assert.Equal([new StandingChange(standing.Source, null, true)], scene.Changes);
    }

    [Fact]
    public async Task One_definite_answer_is_enough_for_a_source_never_proven()
    {
        var scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example"));
        scene.Dns.Set("mail.acme.example", RecordType.A, "203.0.113.5");
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        var standing = scene.Of("acme");
        Assert.Equal(Verdict.Misaligned, standing.Verdict);
        Assert.Equal(("PT-01", "misaligned"), (standing.Hold?.Check, standing.Hold?.Reason));
        var finding = Assert.Single(standing.Findings);
        Assert.Equal(("PT-01", FindingSeverity.Hold, "forward"), (finding.Check, finding.Severity, finding.Policy));
        Assert.Equal("5.113.0.203.in-addr.arpa does not exist (NXDOMAIN)", finding.Seen);
        Assert.Contains("5.113.0.203.in-addr.arpa. PTR mail.acme.example.", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_pointer_holds_after_the_second_answer_two_minutes_later()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5", "host-5.provider.example");
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Equal(Verdict.Aligned, scene.Of("acme").Verdict);
        Assert.Contains("seen once", scene.Of("acme").Findings[0].Seen, StringComparison.Ordinal);
        Assert.Equal(scene.Now + TimeSpan.FromMinutes(2), scene.Of("acme").NextProbe);

        scene.Clock.Advance(TimeSpan.FromSeconds(119));
        await scene.ProbeAsync("acme");
        Assert.True(scene.Of("acme").IsOpen);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.ProbeAsync("acme");
        Assert.Equal(("PT-03", Verdict.Misaligned), (scene.Of("acme").Hold?.Check, scene.Of("acme").Verdict));
    }

    [Fact]
    public async Task It_is_released_by_itself_when_dns_is_right_again()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5");
        await scene.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal("PT-01", scene.Of("acme").Hold?.Check);
        scene.Dns.Pointer("203.0.113.5", "mail.acme.example");
        await scene.PassAsync(TimeSpan.FromSeconds(61));
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Equal([true, false, true], scene.Changes.Select(change => change.Open));
    }
}
