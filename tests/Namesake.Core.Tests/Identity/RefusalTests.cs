using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Replies;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>What receivers' refusals and EHLO replies do to a source: verdicts.md §4, checks FB-01 to FB-05.</summary>
public sealed class RefusalTests
{
    private const string NoPointer = "550 5.7.1 no PTR record";

    [Fact]
    public async Task The_same_fault_told_by_three_organisations_within_an_hour_holds_though_dns_is_right()
    {
        var scene = await Scene.AlignedAsync();
        Refused(scene, NoPointer, "google.com", "yahoodns.net");
        Assert.True(scene.Of("acme").IsOpen);
        Refused(scene, NoPointer, "gmx.net");
        var hold = scene.Of("acme").Hold;
        Assert.Equal(("FB-01", "misaligned"), (hold?.Check, hold?.Reason));
        Assert.Contains("PTR_MISSING", hold!.Seen, StringComparison.Ordinal);
        await scene.PassAsync(TimeSpan.FromHours(3));
        Assert.False(scene.Of("acme").IsOpen); // no look at DNS opens it
    }

    [Theory]
    [InlineData("550 5.7.1 no PTR record", "google.com", "aspmx.l.google.com", "alt1.aspmx.l.google.com")]
    [InlineData("451 4.7.1 temporary reverse DNS lookup failure", "google.com", "yahoodns.net", "gmx.net")]
    [InlineData("554 IP=203.0.113.5 - None/bad reputation (NOWL)", "google.com", "yahoodns.net", "gmx.net")]
    [InlineData("550 HELO rejected", "google.com", "yahoodns.net", "gmx.net")]
    public async Task One_operator_is_one_voice_and_what_is_no_evidence_is_none(string text, params string[] hosts)
    {
        var scene = await Scene.AlignedAsync();
        Refused(scene, text, hosts);
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task Different_faults_and_old_refusals_are_not_added_up()
    {
        var scene = await Scene.AlignedAsync();
        Refused(scene, NoPointer, "google.com", "yahoodns.net");
        Refused(scene, "550 HELO argument is malformed", "gmx.net");
        Assert.True(scene.Of("acme").IsOpen);
        await scene.PassAsync(TimeSpan.FromMinutes(61));
        Refused(scene, NoPointer, "gmx.net", "web.example");
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task One_receiver_after_another_is_tried_and_a_message_taken_opens_the_source()
    {
        var scene = await HeldAsync();
        Assert.DoesNotContain(Receivers, host => MayTry(scene, host));
        scene.Clock.Advance(RefusalRules.BetweenTrials);
        Assert.Equal(["google.com"], Receivers.Where(host => MayTry(scene, host))); // who refused first
        scene.Clock.Advance(RefusalRules.BetweenTrials);
        var second = Assert.Single(Receivers, host => MayTry(scene, host));
        Assert.NotEqual("google.com", second);

        scene.Ledger.Accepted(new SourceId("acme"), Scene.SiteOf("stranger.example")); // who never refused proves nothing
        Assert.False(scene.Of("acme").IsOpen);
        scene.Ledger.Accepted(new SourceId("acme"), Scene.SiteOf(second));
        Assert.True(scene.Of("acme").IsOpen);
        Assert.True(scene.Changes[^1].Open);
    }

    [Fact]
    public async Task A_trial_that_is_refused_waits_again()
    {
        var scene = await HeldAsync();
        scene.Clock.Advance(RefusalRules.BetweenTrials);
        Refused(scene, NoPointer, "google.com");
        Assert.DoesNotContain(Receivers, host => MayTry(scene, host));
        scene.Clock.Advance(RefusalRules.BetweenTrials);
        Assert.DoesNotContain("google.com", Receivers.Where(host => MayTry(scene, host))); // the others have their turn
    }

    [Fact]
    public async Task Three_domains_made_for_the_purpose_hold_nobody_until_they_have_taken_mail()
    {
        var scene = await Scene.AlignedAsync();
        string[] strangers = ["one.example", "two.example", "three.example"];
        Refused(scene, NoPointer, strangers);
        Assert.True(scene.Of("acme").IsOpen);

        foreach (var stranger in strangers)
            scene.Ledger.Accepted(new SourceId("acme"), Scene.SiteOf(stranger));
        Refused(scene, NoPointer, strangers);
        Assert.Equal("FB-01", scene.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task A_hold_for_refusals_ends_when_nobody_has_refused_for_hours()
    {
        var scene = await HeldAsync();

        await scene.PassAsync(RefusalRules.Forgotten + TimeSpan.FromMinutes(20));

        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task After_a_restart_the_hold_stands_and_is_ended_in_the_same_way()
    {
        var scene = await HeldAsync();
        var again = await scene.RestartAsync();
        Assert.Equal("FB-01", again.Of("acme").Hold?.Check);
        again.Clock.Advance(RefusalRules.BetweenTrials);
        Assert.True(MayTry(again, "google.com"));
        again.Ledger.Accepted(new SourceId("acme"), Scene.SiteOf("google.com"));
        Assert.NotEqual("FB-01", again.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task Under_observe_refusals_are_told_and_hold_nobody()
    {
        var scene = await Scenes.TwoAsync(IdentityPolicy.Observe);
        Refused(scene, NoPointer, "google.com", "yahoodns.net", "gmx.net");
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Contains(scene.Of("acme").Findings, finding => finding is { Check: "FB-01", Severity: FindingSeverity.Fail });

        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        scene.Ledger.Accepted(new SourceId("acme"), Scene.SiteOf("google.com"));
        Assert.DoesNotContain(scene.Of("acme").Findings, finding => finding.Check == "FB-01");
    }

    [Fact]
    public async Task An_override_opens_what_refusals_hold()
    {
        var scene = await HeldAsync();
        Assert.Null(scene.Ledger.Override(new SourceId("acme"), scene.Now.AddHours(1), "seen from outside", "ann"));
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_message_taken_under_an_override_ends_what_was_held_so_that_it_stays_open_afterwards()
    {
        var scene = await HeldAsync();
        Assert.Null(scene.Ledger.Override(new SourceId("acme"), scene.Now.AddMinutes(30), "put right", "ann"));
        scene.Clock.Advance(TimeSpan.FromSeconds(1));

        scene.Ledger.Accepted(new SourceId("acme"), Scene.SiteOf("google.com"));

        Assert.Equal(Verdict.Aligned, scene.Of("acme").Verdict);
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.True(scene.Of("acme") is { Override: null, IsOpen: true });
    }

    [Fact]
    public async Task A_quoted_address_that_is_not_ours_holds_the_lane_and_nothing_else()
    {
        var scene = await Scenes.TwoAsync();
        Refused(scene, "550 5.7.25 [198.51.100.9] no PTR record", "google.com");
        Assert.Equal("FB-03", scene.LaneHold("acme", "google.com")?.Check);
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Null(scene.LaneHold("acme", "gmx.net"));
        Assert.Null(scene.LaneHold("beta", "google.com"));
        Assert.Contains(scene.Of("acme").Findings, finding => finding.Check == "FB-03" && finding.Seen.Contains("198.51.100.9", StringComparison.Ordinal));

        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        scene.Sight("acme", "google.com", "203.0.113.5");
        Assert.Null(scene.LaneHold("acme", "google.com"));
    }

    [Theory]
    [InlineData("550 5.7.25 [203.0.113.5] no PTR record")]
    [InlineData("550 5.7.25 [10.0.0.1] no PTR record")]
    [InlineData("550 5.7.25 no PTR record")]
    [InlineData("550 5.1.1 user unknown, 198.51.100.9")]
    public async Task Our_own_address_a_private_one_and_other_refusals_hold_no_lane(string text)
    {
        var scene = await Scene.AlignedAsync();
        Refused(scene, text, "google.com");
        Assert.Null(scene.LaneHold("acme", "google.com"));
    }

    [Fact]
    public async Task A_receiver_that_wants_no_v6_of_ours_gets_none_for_some_hours()
    {
        var scene = new Scene(Scene.Source("six", "2001:db8::5", "mail.acme.example"), Scene.Source("four", "203.0.113.5", "mail.acme.example"));
        scene.Dns.Identity("2001:db8::5", "mail.acme.example");
        scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        await scene.OpenAsync();
        Refused(scene, "550 5.7.25 the sending IPv6 address [2001:db8::5] must have a reverse DNS record", "six", ["outlook.com"]);
        Refused(scene, "550 5.7.25 the sending IPv6 address [2001:db8::5] must have a reverse DNS record", "four", ["gmx.net"]);
        Assert.Equal(Hold.FamilyLeftOut, scene.LaneHold("six", "outlook.com")?.Reason);
        Assert.Null(scene.LaneHold("six", "google.com"));
        Assert.Null(scene.LaneHold("four", "gmx.net"));
        Assert.Contains(scene.Changes, change => change.Source.Value == "six" && change.Site?.Value == "outlook.com" && !change.Open);
        scene.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Null(scene.LaneHold("six", "outlook.com"));
    }

    [Theory]
    [InlineData("550 Rejected")]
    [InlineData("451 4.7.1 temporary reverse DNS lookup failure")]
    public async Task A_suspicion_and_a_receiver_that_could_not_look_accuse_nobody(string text)
    {
        var scene = await Scenes.ManyAsync(2);
        scene.Dns.Pointer("203.0.113.1");
        var reply = ReplyText.Read(text)!;
        var scenery = new ReplyScene(SessionPhase.Ehlo);
        scene.Ledger.RefusedForIdentity(Scene.Refusal("source1", "google.com", text) with { Verdict = ReplyClassifier.Classify(reply, scenery) });
        await scene.PassAsync(TimeSpan.FromSeconds(11));
        Assert.True(scene.Of("source1").IsOpen); // looked at once; one bad answer alone does not hold what was aligned
        Assert.Contains(scene.Of("source1").Findings, finding => finding.Check == "PT-01");
    }

    [Theory]
    [InlineData("mx.sink.test Hello mail.acme.example [203.0.113.5], pleased to meet you", null)]
    [InlineData("mx.sink.test Hello [203.0.113.5]", null)]
    [InlineData("mx.sink.test at your service, [203.0.113.5]", null)]
    [InlineData("mx.sink.test Hello mail.acme.example [203.0.113.5] (may be forged), pleased to meet you", "FB-04")]
    [InlineData("mx.sink.test Hello other.example.net [203.0.113.5]", "FB-04")]
    [InlineData("mx.sink.test Hello [203.0.113.5], pleased to meet you", "FB-05")]
    [InlineData("mx.sink.test Nice to meet you, [203.0.113.5]", "FB-05")]
    public async Task What_a_receiver_calls_us_is_told_and_holds_nobody(string firstLine, string? check)
    {
        var scene = await Scene.AlignedAsync();
        scene.Ledger.Sighted(new EchoSighting(new SourceId("acme"), Scene.SiteOf("mx.sink.test"), new NextHop("mx.sink.test", IPAddress.Parse("198.18.0.25"), 25, 0), IPAddress.Parse("203.0.113.5"), firstLine, scene.Now, true, false));
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Equal(check, scene.Of("acme").Findings.SingleOrDefault()?.Check);
        if (check is not null)
            Assert.Equal(check == "FB-04" ? FindingSeverity.Fail : FindingSeverity.Info, scene.Of("acme").Findings[0].Severity);
    }

    [Fact]
    public async Task What_a_receiver_calls_another_address_says_nothing_of_our_names()
    {
        var scene = await Scene.AlignedAsync();
        scene.Ledger.Sighted(new EchoSighting(new SourceId("acme"), Scene.SiteOf("mx.sink.test"), new NextHop("mx.sink.test", IPAddress.Parse("198.18.0.25"), 25, 0), IPAddress.Parse("203.0.113.99"),
            "mx.sink.test Hello mail.acme.example [203.0.113.99] (may be forged), pleased to meet you", scene.Now, true, false));
        Assert.DoesNotContain(scene.Of("acme").Findings, finding => finding.Check is "FB-04" or "FB-05");
    }

    [Fact]
    public async Task A_name_that_dns_gives_too_is_no_other_name()
    {
        var scene = await Scene.AlignedAsync();
        scene.Dns.Pointer("203.0.113.5", "mail.acme.example", "second.acme.example");
        scene.Dns.Set("second.acme.example", RecordType.A, "203.0.113.5");
        await scene.ProbeAsync("acme");
        scene.Ledger.Sighted(new EchoSighting(new SourceId("acme"), Scene.SiteOf("mx.sink.test"), new NextHop("mx.sink.test", IPAddress.Parse("198.18.0.25"), 25, 0), IPAddress.Parse("203.0.113.5"),
            "mx.sink.test Hello second.acme.example [203.0.113.5]", scene.Now, true, false));
        Assert.DoesNotContain(scene.Of("acme").Findings, finding => finding.Check == "FB-04");
    }

    private static readonly string[] Receivers = ["google.com", "yahoodns.net", "gmx.net"];

    private static async Task<Scene> HeldAsync()
    {
        var scene = await Scene.AlignedAsync();
        Refused(scene, NoPointer, "google.com");
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        Refused(scene, NoPointer, "yahoodns.net");
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        Refused(scene, NoPointer, "gmx.net");
        Assert.Equal("FB-01", scene.Of("acme").Hold?.Check);
        return scene;
    }

    private static void Refused(Scene scene, string text, params string[] hosts) => Refused(scene, text, "acme", hosts);

    private static void Refused(Scene scene, string text, string source, string[] hosts)
    {
        foreach (var host in hosts)
            scene.Ledger.RefusedForIdentity(Scene.Refusal(source, host, text));
    }

    private static bool MayTry(Scene scene, string host) => scene.Ledger.MayTry(new SourceId("acme"), Scene.SiteOf(host));
}
