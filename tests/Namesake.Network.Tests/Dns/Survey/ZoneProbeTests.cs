using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Demo;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Survey;

/// <summary>From servers that misbehave to findings: the probe over the survey, and the checks over what it saw.</summary>
public sealed class ZoneProbeTests
{
    private static readonly Source Acme = new() { Id = new SourceId("acme"), LocalAddress = IPAddress.Parse("203.0.113.5"), PublicAddress = IPAddress.Parse("203.0.113.5"), Ehlo = HostName.Parse("mail.host.example") };
    private readonly ShiftedClock _clock = new(new ZoneProbeOptions().Pause);

    [Fact]
    public async Task A_silent_server_is_a_finding_in_the_third_look_and_not_before()
    {
        await using var world = Open();
        world.Second.SetFault("*", DemoDnsFault.Silent);
        var probe = Probe(world);
        Assert.Equal([CheckOutcome.Unknown, CheckOutcome.Unknown], await JudgeAsync(probe, "ZN-01", "ZN-04"));
        // The same look, remembered for all names of the zone, is not counted twice.
        Assert.Equal([CheckOutcome.Unknown, CheckOutcome.Unknown], await JudgeAsync(probe, "ZN-01", "ZN-04"));
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal([CheckOutcome.Unknown, CheckOutcome.Unknown], await JudgeAsync(probe, "ZN-01", "ZN-04"));
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal([CheckOutcome.Unknown, CheckOutcome.Bad], await JudgeAsync(probe, "ZN-01", "ZN-04"));
    }

    [Fact]
    public async Task A_lame_server_is_looked_at_three_times_at_once_where_that_is_wanted()
    {
        await using var world = Open();
        world.Second.SetFault("*", DemoDnsFault.Lame);
        var facts = await LookAsync(new ZoneProbe(world.Survey, new ZoneProbeOptions { MoreLooks = 2 }, _clock));
        var result = Catalogue.Judge(facts).Single(each => each.Check == "ZN-04");
        Assert.Equal(CheckOutcome.Bad, result.Outcome);
        Assert.Contains("ns2.host.example 127.0.0.62 does not serve the zone it is delegated (lame)", result.Seen, StringComparison.Ordinal);
        Assert.Contains("in 3 of 3 looks", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_with_more_patience_counts_what_was_seen_before_and_says_which_look_it_is_at()
    {
        await using var world = Open();
        world.Second.SetFault("*", DemoDnsFault.Lame);
        var looked = new List<int>();
        var probe = new ZoneProbe(world.Survey, new ZoneProbeOptions { Looked = looked.Add }, _clock);
        Assert.Equal([CheckOutcome.Unknown], await JudgeAsync(probe, "ZN-04"));
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal([CheckOutcome.Bad], await JudgeAsync(probe.With(moreLooks: 1), "ZN-04"));
        Assert.Equal([2], looked);
    }

    [Fact]
    public async Task Servers_that_answer_are_looked_at_once_whatever_the_patience()
    {
        await using var world = Open();
        var looked = new List<int>();
        await LookAsync(new ZoneProbe(world.Survey, new ZoneProbeOptions { MoreLooks = 2, Looked = looked.Add }, _clock));
        Assert.Empty(looked);
    }

    [Fact]
    public async Task A_secondary_that_lags_is_seen_by_pointer_and_serial()
    {
        await using var world = Open();
        world.Second.Zones.SetRecord(SurveyWorld.Pointer, RecordType.Ptr, "old.host.example");
        for (var change = 0; change < 5; change++) // each raises the serial
            world.First.Zones.SetRecord("7." + SurveyWorld.Reverse, RecordType.Ptr, $"mail{change}.host.example");
        Assert.Equal([CheckOutcome.Bad, CheckOutcome.Bad], await JudgeAsync(Probe(world), "ZN-01", "ZN-12"));
    }

    [Fact]
    public async Task What_the_fixer_knows_stays_when_DNS_is_looked_at()
    {
        await using var world = Open();
        var authority = new WriteAuthority(DomainName.Parse(SurveyWorld.Reverse), WriteAccess.Proven, "TSIG key", "", _clock.GetUtcNow());
        var facts = await LookAsync(Probe(world));
        var again = (await LookAsync(Probe(world), facts with { Zone = facts.Zone! with { Authority = authority, Written = [] } })).Zone!;
        Assert.Equal((authority, true), (again.Authority, again.Written is { IsEmpty: true }));
    }

    [Fact]
    public async Task When_nobody_answers_nothing_is_bad_and_nothing_passes()
    {
        await using var world = Open();
        await LookAsync(Probe(world));
        foreach (var server in new[] { world.First, world.Second, world.Parent, world.Hosting.ResolverServer })
            server.SetFault("*", DemoDnsFault.Silent);
        _clock.Advance(TimeSpan.FromDays(2));
        var facts = await LookAsync(new ZoneProbe(world.Survey, new ZoneProbeOptions { MoreLooks = 3 }, _clock));
        var results = Catalogue.Judge(facts).Where(result => result.Check.StartsWith("ZN", StringComparison.Ordinal)).ToList();
        Assert.All(results, result => Assert.True(result.Outcome is CheckOutcome.Unknown or CheckOutcome.NotObservable, result.ToString()));
    }

    private SurveyWorld Open() => SurveyWorld.Open(clock: _clock);

    private ZoneProbe Probe(SurveyWorld world) => new(world.Survey, new ZoneProbeOptions(), _clock);

    private static async Task<IEnumerable<CheckOutcome>> JudgeAsync(ZoneProbe probe, params string[] checks)
    {
        var results = Catalogue.Judge(await LookAsync(probe));
        return checks.Select(check => results.Single(result => result.Check == check).Outcome);
    }

    private static async Task<IdentityFacts> LookAsync(ZoneProbe probe, IdentityFacts? basis = null)
    {
        basis ??= new IdentityFacts { Source = Acme, TreatAsPublic = [IPRange.Parse("127.0.0.0/8"), IPRange.Parse("203.0.113.0/24")] };
        return (await probe.LookAsync(basis, TestContext.Current.CancellationToken).WaitAsync(World.Patience))(basis);
    }
}
