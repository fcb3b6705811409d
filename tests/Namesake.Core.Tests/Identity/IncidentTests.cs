using Namesake.Core.Dns;
using Namesake.Core.Identity;

namespace Namesake.Core.Tests.Identity;

/// <summary>The incidents of verdicts.md §9 that concern DNS and our own host, on a fake clock.</summary>
public sealed class IncidentTests
{
    [Fact]
    public async Task The_provider_changes_one_pointer_and_only_that_source_stops_within_its_minutes()
    {
        var scene = await Scenes.ManyAsync(3);
        scene.Dns.Pointer("203.0.113.1", "static-1.provider.example");
        scene.Dns.Set("static-1.provider.example", RecordType.A, "203.0.113.1");
        await scene.PassAsync(TimeSpan.FromMinutes(17.1)); // 15 to see it, 2 to be sure
        Assert.Equal("PT-04", scene.Of("source1").Hold?.Check);
        Assert.Contains("1.113.0.203.in-addr.arpa. PTR mail.brand1.example.", scene.Of("source1").Findings[0].Fix, StringComparison.Ordinal);
        Assert.True(scene.Of("source0").IsOpen && scene.Of("source2").IsOpen);
        scene.Dns.Pointer("203.0.113.1", "mail.brand1.example");
        await scene.PassAsync(TimeSpan.FromMinutes(1.1));
        Assert.True(scene.Of("source1").IsOpen);
    }

    [Fact]
    public async Task A_refusal_has_it_looked_at_at_once_and_one_bad_answer_holds()
    {
        var scene = await Scenes.ManyAsync(2);
        scene.Dns.Pointer("203.0.113.1");
        scene.Ledger.RefusedForIdentity(Scene.Refusal("source1", "google.com", "550 5.7.25 no PTR"));
        Assert.Equal(scene.Now, scene.Of("source1").NextProbe!.Value - TimeSpan.FromSeconds(10)); // it was looked at this very second
        await scene.PassAsync(TimeSpan.FromSeconds(11));
        var hold = scene.Of("source1").Hold;
        Assert.Equal("PT-01", hold?.Check);
        Assert.Contains("google.com refused us for it: 550 5.7.25 no PTR", hold!.Seen, StringComparison.Ordinal);
        Assert.True(scene.Of("source0").IsOpen);
    }

    [Fact]
    public async Task A_refusal_that_dns_contradicts_holds_nobody_and_is_told()
    {
        var scene = await Scene.AlignedAsync();
        scene.Ledger.RefusedForIdentity(Scene.Refusal("acme", "google.com", "550 5.7.25 no PTR"));
        await scene.PassAsync(TimeSpan.FromSeconds(11));
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Equal(("FB-02", FindingSeverity.Info), (scene.Of("acme").Findings.Single().Check, scene.Of("acme").Findings.Single().Severity));
        await scene.PassAsync(TimeSpan.FromHours(2));
        Assert.Empty(scene.Of("acme").Findings);
    }

    [Fact]
    public async Task A_refusal_while_dns_is_silent_holds_nobody()
    {
        var scene = await Scenes.ManyAsync(10);
        scene.Dns.Trouble("brand1.example", DnsOutcome.TimedOut);
        scene.Ledger.RefusedForIdentity(Scene.Refusal("source1", "google.com", "550 5.7.25 no PTR"));
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.True(scene.Of("source1").IsOpen);
    }

    [Fact]
    public async Task A_half_propagated_change_holds_nobody()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Lag("5.113.0.203.in-addr.arpa", RecordType.Ptr, "old.acme.example");
        await scene.PassAsync(TimeSpan.FromHours(3));
        Assert.Equal((Verdict.Unknown, true), (scene.Of("acme").Verdict, scene.Of("acme").IsOpen));
        Assert.Contains(scene.Of("acme").Findings, finding => finding.IsUnknown && finding.Seen.Contains("partly propagated", StringComparison.Ordinal) && finding.Seen.Contains("ns2", StringComparison.Ordinal));
        scene.Dns.EndLag("5.113.0.203.in-addr.arpa", RecordType.Ptr);
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Verdict.Aligned, scene.Of("acme").Verdict);
    }

    [Fact]
    public async Task A_half_propagated_repair_opens_nobody()
    {
        var scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example"));
        scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        scene.Dns.Lag("5.113.0.203.in-addr.arpa", RecordType.Ptr);
        await scene.OpenAsync();
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal("unproven", scene.Of("acme").Hold?.Reason);
        scene.Dns.EndLag("5.113.0.203.in-addr.arpa", RecordType.Ptr);
        await scene.PassAsync(TimeSpan.FromMinutes(1.1));
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_new_brand_waits_with_what_is_missing_and_goes_as_soon_as_dns_is_right()
    {
        var scene = new Scene(Scene.Source("new", "203.0.113.5", "mail.new.example"));
        await scene.OpenAsync();
        await scene.ProbeAsync("new");
        Assert.Equal("PT-01", scene.Of("new").Hold?.Check);
        Assert.Equal(["PT-01", "EH-04"], scene.Of("new").Findings.Select(finding => finding.Check));
        scene.Dns.Identity("203.0.113.5", "mail.new.example");
        await scene.PassAsync(TimeSpan.FromSeconds(60));
        await scene.PassAsync(TimeSpan.FromSeconds(1));
        Assert.True(scene.Of("new").IsOpen);
    }

    [Fact]
    public async Task The_address_is_lost_and_found_again()
    {
        var scene = await Scene.AlignedAsync();
        scene.Interfaces.Lose("203.0.113.5");
        await scene.PassAsync(TimeSpan.FromMinutes(15));
        var hold = scene.Of("acme").Hold;
        Assert.Equal(("EG-03", "address-missing"), (hold?.Check, hold?.Reason));
        Assert.Contains("Cannot assign requested address", hold!.Seen, StringComparison.Ordinal);
        scene.Interfaces.Find("203.0.113.5");
        await scene.PassAsync(TimeSpan.FromMinutes(1.1));
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_bind_failure_in_a_session_holds_at_once_under_every_policy()
    {
        foreach (var policy in Enum.GetValues<IdentityPolicy>())
        {
            var scene = new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example")).WithPolicy(policy);
            scene.Dns.Identity("203.0.113.5", "mail.acme.example");
            await scene.OpenAsync();
            await scene.ProbeAsync("acme");
            scene.Interfaces.Lose("203.0.113.5", tell: false);
            scene.Ledger.BindFailed(scene.Model.Sources.All[0], "203.0.113.5: Cannot assign requested address");
            Assert.Equal(("EG-03", "address-missing"), (scene.Of("acme").Hold?.Check, scene.Of("acme").Hold?.Reason));
            await scene.PassAsync(TimeSpan.FromHours(1));
            Assert.False(scene.Of("acme").IsOpen);
        }
    }

    [Fact]
    public async Task A_socket_bound_elsewhere_holds_for_a_minute_at_least()
    {
        var scene = await Scene.AlignedAsync();
        scene.Ledger.BindFailed(scene.Model.Sources.All[0], "bound to 10.0.0.9", boundElsewhere: true);
        Assert.Equal("EG-02", scene.Of("acme").Hold?.Check);
        await scene.PassAsync(TimeSpan.FromSeconds(59));
        Assert.False(scene.Of("acme").IsOpen);
        await scene.PassAsync(TimeSpan.FromSeconds(2));
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_look_that_began_before_the_fault_doesnt_clear_it()
    {
        var scene = await Scene.AlignedAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        var dns = new TaskCompletionSource();
        scene.Dns.Before = _ => dns.Task;
        var looking = scene.ProbeAsync("acme");
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        scene.Ledger.BindFailed(scene.Model.Sources.All[0], "bound to 10.0.0.9", boundElsewhere: true);
        dns.SetResult();
        await looking;
        Assert.Equal("EG-02", scene.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task A_refusal_that_came_during_a_look_is_not_answered_by_it()
    {
        var scene = await Scene.AlignedAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        var dns = new TaskCompletionSource();
        scene.Dns.Before = _ => dns.Task;
        var looking = scene.ProbeAsync("acme");
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        scene.Dns.Pointer("203.0.113.5");
        scene.Ledger.RefusedForIdentity(Scene.Refusal("acme", "google.com", "550 5.7.25 no PTR"));
        dns.SetResult();
        await looking;
        Assert.True(scene.Of("acme").IsOpen); // a first bad answer, of a look that may be older than the refusal's cause
        await scene.ProbeAsync("acme");
        Assert.Contains("refused us", scene.Of("acme").Hold?.Seen, StringComparison.Ordinal);
    }
}
