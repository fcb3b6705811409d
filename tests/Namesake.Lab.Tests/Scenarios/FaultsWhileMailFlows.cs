using System.Globalization;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Faults;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>Translation, names and resolver that fail under flowing mail: what stops, what doesn't, and that all of it ends by itself. The times are on docs/benchmarks.md, from bench/faults.</summary>
public sealed class FaultsWhileMailFlows(LabFixture lab) : FaultTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;
    private static readonly string Usual = new RelayConfiguration().Identity;
    private static readonly LabReceiver[] EchoingAndSilent = [LabReceivers.Echo, LabReceivers.Quiet];

    [Fact]
    public async Task A_translation_turned_wrong_holds_its_source_by_the_fence_and_where_no_receiver_echoes_by_the_next_proof()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s", Identity = $"{Usual}, proofRefresh: 3s" });

        await PlayAsync(
            Lost("wrong NAT, a receiver echoes", Acme, EchoingAndSilent),
            Lost("wrong NAT, only silent receivers, proof renewed every 3 s", Bravo, [LabReceivers.Quiet]) with { ProofSeconds = 3 });
    }

    [Fact]
    public async Task Where_a_young_proof_is_required_a_translation_turned_wrong_is_seen_before_mail_goes_to_a_receiver_that_does_not_echo()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s", More = "silentReceivers: { requireProof: 1s }\n" });

        await PlayAsync(Lost("wrong NAT, only silent receivers, requireProof 1 s", Acme, [LabReceivers.Quiet]) with { ProofSeconds = 1 });
    }

    [Fact]
    public async Task Names_that_are_definitely_wrong_hold_their_own_source()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s" });

        await PlayAsync(
            new Fault("vanished PTR, nobody refuses", Acme)
            {
                To = EchoingAndSilent,
                Holds = "PT-01",
                Inject = () => Lab.Authority.RemovePointerAsync(Acme.Public),
                Repair = () => Lab.Authority.RestorePointerAsync(Acme.Public),
                IsSeen = Tells("PT-01"),
            },
            new Fault("A record changed", Bravo)
            {
                To = EchoingAndSilent,
                Holds = "PT-03",
                Inject = () => Lab.Authority.SetAsync(Bravo.Ehlo, "A", "198.51.100.77"),
                Repair = () => Lab.Authority.RestoreAsync(Bravo.Ehlo, "A"),
                IsSeen = Tells("PT-03"),
            });
    }

    [Fact]
    public async Task One_name_too_many_is_told_and_holds_nothing_and_more_than_receivers_look_at_hold()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s" });

        await PlayAsync(
            new Fault("one PTR more", Acme)
            {
                To = EchoingAndSilent,
                Tells = "PT-05",
                Inject = () => Lab.Authority.SetPointerAsync(Acme.Public, Acme.Ehlo, "www.acme.example"),
                Repair = () => Lab.Authority.RestorePointerAsync(Acme.Public),
                IsSeen = Tells("PT-05", "FAIL"),
            },
            new Fault("ten PTRs more", Bravo)
            {
                To = EchoingAndSilent,
                Holds = "PT-05",
                Inject = () => Lab.Authority.SetPointerAsync(Bravo.Public, [Bravo.Ehlo, .. Enumerable.Range(0, 10).Select(i => $"w{i}.bravo.example")]),
                Repair = () => Lab.Authority.RestorePointerAsync(Bravo.Public),
                IsSeen = Tells("PT-05"),
            });
    }

    [Fact]
    public async Task While_no_resolver_answers_verdicts_stand_and_what_needs_it_goes_when_it_speaks_again()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s", Routed = EchoingAndSilent, Identity = $"{Usual}, grace: 1m, silentZoneGrace: 1m" });
        var course = new FaultCourse("resolver outage", "FB-09");
        var load = NewLoad();
        await using var flow = MailFlow.Start(load, [.. LabBrand.All.SelectMany(brand => EchoingAndSilent.Select(to => Letter.Of(brand, to)))]);
        await FlowsOnAsync(load, Acme, EchoingAndSilent);

        course.Injected = Now;
        Lab.Resolver.FallSilent();
        await Eventually.TrueAsync("an alarm says that our resolving is in doubt", async () => (await Relay.Api.StatusAsync()).Alarms.Any(alarm => alarm.Kind == "resolving-in-doubt"), TimeSpan.FromSeconds(90), () => Relay.Log);
        course.Seen = Now;
        var byMx = await SubmitAsync(Letter.Many(3, Acme, LabReceivers.Stranger));
        await Eventually.GetAsync(
            "every source was looked at in vain, for as long as was asked for",
            Relay.Api.SourcesAsync,
            sources =>
            {
                Assert.All(sources, source => Assert.True(source is { Hold: null, Verdict: not "misaligned" }, $"{source}\n{Relay.Log}"));
                return sources.All(source => source.LastProbe > course.Seen) && Now - course.Injected > Outage;
            },
            Outage + TimeSpan.FromSeconds(90),
            () => Relay.Log);
        Assert.All(await Relay.Api.SourcesAsync(), source => Assert.Null(source.GraceEnds));
        await FlowsOnAsync(load, Bravo, EchoingAndSilent);
        course.Waited = byMx.AcceptedCount;

        course.Repaired = Now;
        Lab.Resolver.Speak();
        await Eventually.TrueAsync(
            "all is as before",
            async () => (await Relay.Api.StatusAsync()).Alarms.Count == 0 && (await Relay.Api.SourcesAsync()).All(source => source is { Hold: null, Verdict: "aligned" }),
            TimeSpan.FromSeconds(90),
            () => Relay.Log);
        course.Released = Now;
        await ArrivesOnceAsItselfAsync(byMx);
        course.Delivered = Now;
        await flow.StopAsync();
        await ArrivesOnceAsItselfAsync(load);
        await course.WriteAsync();
    }

    /// <summary>How long nobody answers: bench/faults asks for longer than grace.</summary>
    private static TimeSpan Outage { get; } =
        TimeSpan.FromSeconds(double.TryParse(Environment.GetEnvironmentVariable("NAMESAKE_FAULTS_OUTAGE"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0);

    private Fault Lost(string name, LabBrand victim, LabReceiver[] to) => new(name, victim)
    {
        To = to,
        Holds = "EG-01",
        Inject = () => Lab.Translation.SetAsync(victim.Local, null),
        Repair = () => Lab.Translation.SetAsync(victim.Local, victim.Public),
        IsSeen = source => source.LanesHeld.Count > 0 || source.Hold is { Check: "EG-01" },
    };
}
