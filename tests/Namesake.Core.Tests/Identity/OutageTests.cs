using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>Silence: of our own resolver, of a customer's servers, of many at once. verdicts.md §2 and §9.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Our_resolver_dies_for_six_hours_and_nobody_is_held()
    {
        var scene = await Scenes.ManyAsync(10);
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
        var scene = await Scenes.ManyAsync(3);
        scene.Dns.Dead = true;
        scene.Ledger.Reconfigure(scene.Model with { Sources = new SourceDirectory([.. scene.Model.Sources.All, Scene.Source("new", "203.0.113.99", "mail.new.example")]) });
        scene.Dns.Identity("203.0.113.99", "mail.new.example");
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal("unproven", scene.Of("new").Hold?.Reason);
        scene.Dns.Dead = false;
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        Assert.True(scene.Of("new").IsOpen);
    }

    [Theory]
    [InlineData(3650)]
    public async Task A_clock_that_is_set_uses_up_nobodys_grace_and_makes_none_longer(int days)
    {
        var scene = await Scenes.ManyAsync(10);
        scene.Dns.Trouble("brand3.example", DnsOutcome.ServerFailure);
        await scene.PassAsync(TimeSpan.FromHours(3));
        Assert.True(scene.Of("source3").IsOpen);

        scene.Clock.Off = TimeSpan.FromDays(days);
        scene.Watch.ClockSet(scene.Clock.Off);
        await scene.PassAsync(TimeSpan.FromMinutes(30));
        Assert.True(scene.Of("source3").IsOpen);
        await scene.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal("unknown-too-long", scene.Of("source3").Hold?.Reason);
        Assert.True(scene.Of("source4").IsOpen);
    }

    [Fact]
    public async Task The_resolver_outage_doesnt_use_up_the_grace_of_what_comes_after()
    {
        var scene = await Scenes.ManyAsync(10);
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
        var scene = await Scenes.ManyAsync(10);
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
        var scene = await Scenes.ManyAsync(5, hours: 25);
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
        var scene = await Scenes.ManyAsync(10, hours: 30);
        for (var i = 0; i < 3; i++)
            scene.Dns.Trouble($"brand{i}.example", DnsOutcome.TimedOut);
        await scene.PassAsync(TimeSpan.FromHours(30));
        Assert.True(scene.Ledger.IsResolvingInDoubt);
        Assert.All(scene.Ledger.All, standing => Assert.True(standing.IsOpen));
    }

    [Fact]
    public async Task A_fifth_of_the_sources_is_not_more_than_a_fifth()
    {
        var scene = await Scenes.ManyAsync(10);
        for (var i = 0; i < 2; i++)
            scene.Dns.Trouble($"brand{i}.example", DnsOutcome.ServerFailure);
        await scene.PassAsync(TimeSpan.FromHours(5));
        Assert.False(scene.Ledger.IsResolvingInDoubt);
        Assert.Equal("unknown-too-long", scene.Of("source0").Hold?.Reason);
    }
}
