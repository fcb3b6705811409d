using System.Globalization;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Faults;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>Translation and names that change under flowing mail: what stops, what doesn't, and that all of it ends by itself. The times are on docs/benchmarks.md, from bench/faults.</summary>
public sealed class FaultsWhileMailFlows(LabFixture lab) : FaultTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;
    private static readonly LabBrand Cargo = LabBrand.Cargo;
    private static readonly string Usual = new RelayConfiguration().Identity;
    private static readonly LabReceiver[] EchoingAndSilent = [LabReceivers.Echo, LabReceivers.Quiet];

    [Fact]
    public async Task A_translation_turned_wrong_stops_at_the_fence_and_holds_its_source()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s" });

        await PlayAsync(Lost("wrong NAT, a receiver echoes", EchoingAndSilent));
    }

    [Theory]
    [InlineData("wrong NAT, only silent receivers, proof renewed every 3 s", "proofRefresh: 3s", "")]
    [InlineData("wrong NAT, only silent receivers, requireProof 1 s", "proofRefresh: 15m", "silentReceivers: { requireProof: 1s }\n")]
    public async Task Where_no_receiver_echoes_a_translation_turned_wrong_is_seen_with_the_next_proof(string name, string refresh, string more)
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s", Identity = $"{Usual}, {refresh}", More = more });

        await PlayAsync(Lost(name, [LabReceivers.Quiet]) with { ProofSeconds = more.Length == 0 ? 3 : 1 });
    }

    [Fact]
    public async Task Names_that_change_hold_their_own_source_when_they_are_definitely_wrong_and_are_told_when_they_are_only_odd()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s" });

        await PlayAsync(new Fault("vanished PTR, nobody refuses", Acme)
        {
            To = EchoingAndSilent,
            Holds = "PT-01",
            Inject = () => Lab.Authority.RemovePointerAsync(Acme.Public),
            Repair = () => Lab.Authority.RestorePointerAsync(Acme.Public),
            IsSeen = Tells("PT-01"),
        });
        await PlayAsync(new Fault("A record changed", Bravo)
        {
            To = EchoingAndSilent,
            Holds = "PT-03",
            Inject = () => Lab.Authority.SetAsync(Bravo.Ehlo, "A", "198.51.100.77"),
            Repair = () => Lab.Authority.RestoreAsync(Bravo.Ehlo, "A"),
            IsSeen = Tells("PT-03"),
        });
        await PlayAsync(new Fault("one PTR more", Cargo)
        {
            To = EchoingAndSilent,
            Tells = "PT-05",
            Inject = () => Lab.Authority.SetPointerAsync(Cargo.Public, Cargo.Ehlo, "www.cargo.example"),
            Repair = () => Lab.Authority.RestorePointerAsync(Cargo.Public),
            IsSeen = Tells("PT-05", "FAIL"),
        });
        await PlayAsync(new Fault("ten PTRs more", Cargo)
        {
            To = EchoingAndSilent,
            Holds = "PT-05",
            Inject = () => Lab.Authority.SetPointerAsync(Cargo.Public, [Cargo.Ehlo, .. Enumerable.Range(0, 10).Select(i => $"w{i}.cargo.example")]),
            Repair = () => Lab.Authority.RestorePointerAsync(Cargo.Public),
            IsSeen = Tells("PT-05", "HOLD"),
        });
    }

    [Fact]
    public async Task A_vanished_PTR_holds_with_the_first_refusal_and_nothing_that_was_refused_is_lost()
    {
        // Looks at DNS by themselves come too late to have a part in it.
        await StartProvenRelayAsync(new RelayConfiguration
        {
            Idle = "0s",
            Identity = "shortestInterval: 5m, longestInterval: 5m, troubledInterval: 1s, confirmation: 2m, firstEchoInterval: 1s, longestEchoInterval: 2s",
        });

        // Refusals cause a look every ten seconds at most, and the start has just looked.
        await UntilAsync(Acme, "the last look is ten seconds old", source => Now - source.LastProbe > TimeSpan.FromSeconds(10));
        await PlayAsync(new Fault("vanished PTR, a receiver refuses", Acme)
        {
            To = [LabReceivers.Echo, LabReceivers.Postfix],
            Holds = "PT-01",
            Inject = () => Lab.Authority.RemovePointerAsync(Acme.Public),
            Repair = () => Lab.Authority.RestorePointerAsync(Acme.Public),
            IsSeen = Tells("PT-01"),
        });
    }

    [Fact]
    public async Task While_no_resolver_answers_verdicts_stand_longer_than_grace_and_what_needs_it_goes_when_it_speaks_again()
    {
        await StartProvenRelayAsync(new RelayConfiguration
        {
            Idle = "0s",
            Routed = EchoingAndSilent,
            Identity = $"{Usual}, grace: 1m, silentZoneGrace: 1m",
        });
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

    private Fault Lost(string name, LabReceiver[] to) => new(name, Acme)
    {
        To = to,
        Holds = "EG-01",
        Inject = () => Lab.Translation.SetAsync(Acme.Local, null),
        Repair = () => Lab.Translation.SetAsync(Acme.Local, Acme.Public),
        IsSeen = source => source.LanesHeld.Count > 0 || source.Hold is { Check: "EG-01" },
    };

    private static Func<SourceSeen, bool> Tells(string check, string severity = "HOLD") =>
        source => source.Findings.Any(finding => finding.Check == check && finding.Severity == severity);
}
