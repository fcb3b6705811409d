using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>The incidents of verdicts.md §9 that concern identity, on a fake clock.</summary>
public sealed class IncidentTests
{
    [Fact]
    public async Task Our_resolver_dies_for_six_hours_and_nobody_is_held()
    {
        var scene = await ManyAsync(10);
        scene.Dns.Dead = true;
        await scene.PassAsync(TimeSpan.FromHours(6));
        Assert.True(scene.Ledger.IsResolvingInDoubt);
        Assert.All(scene.Ledger.All, standing =>
        {
            Assert.True(standing.IsOpen);
            Assert.Equal(Verdict.Unknown, standing.Verdict);
            Assert.Null(standing.GraceEnds); // the clock stands still
        });
        scene.Dns.Dead = false;
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        Assert.False(scene.Ledger.IsResolvingInDoubt);
        Assert.All(scene.Ledger.All, standing => Assert.Equal(Verdict.Aligned, standing.Verdict));
        Assert.DoesNotContain(scene.Changes, change => !change.Open);
    }

    [Fact]
    public async Task A_source_never_proven_doesnt_start_while_our_resolver_is_dead()
    {
        var scene = await ManyAsync(3);
        scene.Dns.Dead = true;
        scene.Ledger.Reconfigure(scene.Model with { Sources = new SourceDirectory([.. scene.Model.Sources.All, Scene.Source("new", "203.0.113.99", "mail.new.example")]) });
        scene.Dns.Identity("203.0.113.99", "mail.new.example");
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal("unproven", scene.Of("new").Hold?.Reason);
        scene.Dns.Dead = false;
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        Assert.True(scene.Of("new").IsOpen);
    }

    [Fact]
    public async Task The_resolver_outage_doesnt_use_up_the_grace_of_what_comes_after()
    {
        var scene = await ManyAsync(10);
        scene.Dns.Dead = true;
        await scene.PassAsync(TimeSpan.FromHours(6));
        scene.Dns.Dead = false;
        scene.Dns.Trouble("brand3.example", DnsOutcome.ServerFailure); // one zone stays broken
        await scene.PassAsync(TimeSpan.FromHours(3));
        Assert.True(scene.Of("source3").IsOpen);
        Assert.NotNull(scene.Of("source3").GraceEnds);
        await scene.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal("unknown-too-long", scene.Of("source3").Hold?.Reason);
        Assert.True(scene.Of("source4").IsOpen);
    }

    [Fact]
    public async Task A_customers_dns_host_is_silent_and_has_a_day()
    {
        var scene = await ManyAsync(10);
        scene.Dns.Trouble("brand3.example", DnsOutcome.TimedOut);
        await scene.PassAsync(TimeSpan.FromHours(6));
        Assert.Equal((Verdict.Unknown, true), (scene.Of("source3").Verdict, scene.Of("source3").IsOpen));
        Assert.False(scene.Ledger.IsResolvingInDoubt);
        Assert.True(scene.Of("source3").GraceEnds > scene.Now + TimeSpan.FromHours(17));
        Assert.All(scene.Ledger.All.Where(standing => standing.Source.Value != "source3"), standing => Assert.Equal(Verdict.Aligned, standing.Verdict));
        await scene.PassAsync(TimeSpan.FromHours(17));
        Assert.True(scene.Of("source3").IsOpen);
        await scene.PassAsync(TimeSpan.FromHours(2));
        var hold = scene.Of("source3").Hold;
        Assert.Equal("unknown-too-long", hold?.Reason);
        Assert.DoesNotContain("misaligned", hold!.Describe(), StringComparison.Ordinal);
        Assert.Equal(Verdict.Unknown, scene.Of("source3").Verdict);
        scene.Dns.EndTrouble("brand3.example");
        await scene.PassAsync(TimeSpan.FromMinutes(1.1));
        Assert.True(scene.Of("source3").IsOpen);
    }

    [Fact]
    public async Task The_reverse_zone_of_all_our_sources_is_silent_and_that_is_no_doubt_of_our_own()
    {
        var scene = await ManyAsync(5, hours: 25);
        scene.Dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        await scene.PassAsync(TimeSpan.FromHours(23));
        Assert.False(scene.Ledger.IsResolvingInDoubt);
        Assert.All(scene.Ledger.All, standing => Assert.True(standing.IsOpen));
        await scene.PassAsync(TimeSpan.FromHours(2));
        Assert.All(scene.Ledger.All, standing => Assert.Equal("unknown-too-long", standing.Hold?.Reason));
    }

    [Fact]
    public async Task More_than_a_fifth_of_the_sources_turn_unknown_together_and_the_clock_stands_still()
    {
        var scene = await ManyAsync(10, hours: 30);
        for (var i = 0; i < 3; i++)
            scene.Dns.Trouble($"brand{i}.example", DnsOutcome.TimedOut);
        await scene.PassAsync(TimeSpan.FromHours(30));
        Assert.True(scene.Ledger.IsResolvingInDoubt);
        Assert.All(scene.Ledger.All, standing => Assert.True(standing.IsOpen));
    }

    [Fact]
    public async Task A_fifth_of_the_sources_is_not_more_than_a_fifth()
    {
        var scene = await ManyAsync(10);
        for (var i = 0; i < 2; i++)
            scene.Dns.Trouble($"brand{i}.example", DnsOutcome.ServerFailure);
        await scene.PassAsync(TimeSpan.FromHours(5));
        Assert.False(scene.Ledger.IsResolvingInDoubt);
        Assert.Equal("unknown-too-long", scene.Of("source0").Hold?.Reason);
    }

    [Fact]
    public async Task The_provider_changes_one_pointer_and_only_that_source_stops_within_its_minutes()
    {
        var scene = await ManyAsync(3);
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
        var scene = await ManyAsync(2);
        scene.Dns.Pointer("203.0.113.1");
        scene.Ledger.RefusedForIdentity(new SourceId("source1"), new SiteId("google.com"), "550 5.7.25 no PTR");
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
        scene.Ledger.RefusedForIdentity(new SourceId("acme"), new SiteId("google.com"), "550 5.7.25 no PTR");
        await scene.PassAsync(TimeSpan.FromSeconds(11));
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Equal(("FB-02", FindingSeverity.Info), (scene.Of("acme").Findings.Single().Check, scene.Of("acme").Findings.Single().Severity));
        await scene.PassAsync(TimeSpan.FromHours(2));
        Assert.Empty(scene.Of("acme").Findings);
    }

    [Fact]
    public async Task A_refusal_while_dns_is_silent_holds_nobody()
    {
        var scene = await ManyAsync(10);
        scene.Dns.Trouble("brand1.example", DnsOutcome.TimedOut);
        scene.Ledger.RefusedForIdentity(new SourceId("source1"), new SiteId("google.com"), "550 5.7.25 no PTR");
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
        scene.Ledger.RefusedForIdentity(new SourceId("acme"), new SiteId("google.com"), "550 5.7.25 no PTR");
        dns.SetResult();
        await looking;
        Assert.True(scene.Of("acme").IsOpen); // a first bad answer, of a look that may be older than the refusal's cause
        await scene.ProbeAsync("acme");
        Assert.Contains("refused us", scene.Of("acme").Hold?.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_router_update_ends_the_translation_and_the_source_is_held_by_its_witnesses()
    {
        var scene = await TranslatedAsync();
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
        var scene = await TranslatedAsync();
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
        var scene = await TranslatedAsync();
        scene.Outside.IsGone("mx.witness.example");
        scene.Outside.IsGone("mx.other.example");
        await scene.PassAsync(TimeSpan.FromHours(3));
        Assert.Equal((Verdict.Unknown, true), (scene.Of("nat").Verdict, scene.Of("nat").IsOpen));
        await scene.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(("EG-01", "unknown-too-long"), (scene.Of("nat").Hold?.Check, scene.Of("nat").Hold?.Reason));
        scene.Sight("nat", "mx.witness.example", "203.0.113.5");
        Assert.True(scene.Of("nat").IsOpen);
    }

    private static async Task<Scene> TranslatedAsync()
    {
        var scene = new Scene(Scene.Source("nat", "203.0.113.5", "mail.nat.example", local: "10.0.0.5"))
            .WithWitnesses(new WitnessModel("mx.witness.example", 25, false), new WitnessModel("mx.other.example", 25, false));
        scene.Dns.Identity("203.0.113.5", "mail.nat.example");
        scene.Dns.Set("mx.witness.example", RecordType.A, "198.18.0.1");
        scene.Dns.Set("mx.other.example", RecordType.A, "198.19.0.1");
        scene.Outside.SeesRight("mx.witness.example");
        scene.Outside.SeesRight("mx.other.example");
        await scene.OpenAsync();
        await scene.ProbeAsync("nat");
        Assert.True(scene.Of("nat").IsOpen);
        Assert.Equal("witness", scene.Of("nat").Proof?.Evidence);
        return scene;
    }

    /// <param name="hours">Looked at a minute less often for each: the long stories would take a minute of the tester's, too.</param>
    private static async Task<Scene> ManyAsync(int count, int hours = 0)
    {
        var scene = new Scene([.. Enumerable.Range(0, count).Select(i => Scene.Source($"source{i}", $"203.0.113.{i}", $"mail.brand{i}.example"))]);
        for (var i = 0; i < count; i++)
            scene.Dns.Identity($"203.0.113.{i}", $"mail.brand{i}.example");
        scene.Options = scene.Options with { ProbeWhileBad = TimeSpan.FromMinutes(1 + hours) };
        await scene.OpenAsync();
        for (var i = 0; i < count; i++)
            await scene.ProbeAsync($"source{i}");
        Assert.All(scene.Ledger.All, standing => Assert.True(standing.IsOpen));
        return scene;
    }
}
