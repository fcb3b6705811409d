using CsCheck;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Verdicts;

namespace Namesake.Core.Tests.Identity;

/// <summary>The small parts the watch and the ledger turn on.</summary>
public sealed class ClockworkTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_patience_clock_loses_exactly_the_time_it_stood_still()
    {
        var clock = PatienceClock.Running.Stop(Start).Stop(Start.AddMinutes(5)).Start(Start.AddMinutes(60)).Start(Start.AddMinutes(70));
        Assert.Equal(Start.AddMinutes(40), clock.Read(Start.AddMinutes(100)));
        clock = clock.Stop(Start.AddMinutes(100));
        Assert.Equal(Start.AddMinutes(40), clock.Read(Start.AddMinutes(500)));
    }

    [Fact]
    public void The_patience_clock_never_goes_back() => Gen.Select(Gen.Int[0, 100], Gen.Int[0, 2]).Array[0, 30].Sample(steps =>
    {
        var (clock, now, last) = (PatienceClock.Running, Start, Start);
        foreach (var (minutes, what) in steps)
        {
            now += TimeSpan.FromMinutes(minutes);
            clock = what switch { 0 => clock.Stop(now), 1 => clock.Start(now), _ => clock };
            if (clock.Read(now) < last || clock.Read(now) > now)
                return false;
            last = clock.Read(now);
        }
        return true;
    });

    [Theory]
    [InlineData(10, 2, 2, false)] // a fifth is not more than a fifth
    [InlineData(10, 3, 3, true)]
    [InlineData(10, 3, 1, false)] // all for want of one zone
    [InlineData(2, 1, 1, false)] // one is never "together"
    [InlineData(2, 2, 2, true)]
    [InlineData(10_000, 2_000, 50, false)]
    [InlineData(10_000, 2_001, 50, true)]
    public void Doubt_needs_more_than_a_fifth_and_more_than_one_zone(int sources, int unknown, int zones, bool doubtful)
    {
        var census = new UnknownCensus<int>();
        for (var i = 0; i < unknown; i++)
            census.Report(i, [$"zone{i % zones}"]);
        Assert.Equal(doubtful, census.IsDoubtful(sources, 0.2));
        for (var i = 0; i < unknown; i++)
            census.Report(i, []);
        Assert.Equal((0, false), (census.Count, census.IsDoubtful(sources, 0.2)));
    }

    [Fact]
    public void Zones_that_could_not_be_found_speak_for_trouble_of_our_own()
    {
        var census = new UnknownCensus<int>();
        for (var i = 0; i < 3; i++)
            census.Report(i, [null]);
        Assert.True(census.IsDoubtful(10, 0.2));
    }

    [Fact]
    public void The_agenda_gives_every_errand_once_at_its_earliest_time()
    {
        var agenda = new Agenda<string>();
        agenda.Want("b", Start.AddMinutes(2));
        agenda.Want("a", Start.AddMinutes(5));
        agenda.Want("a", Start.AddMinutes(1));
        agenda.Want("a", Start.AddMinutes(3));
        Assert.Equal(Start.AddMinutes(1), agenda.NextDue());
        Assert.False(agenda.TryTake(Start, out _));
        Assert.True(agenda.TryTake(Start.AddMinutes(10), out var first));
        Assert.True(agenda.TryTake(Start.AddMinutes(10), out var second));
        Assert.Equal(("a", "b"), (first, second));
        Assert.False(agenda.TryTake(Start.AddMinutes(10), out _));
        Assert.Null(agenda.NextDue());
    }

    [Fact]
    public void The_agenda_agrees_with_a_plain_list() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 50], Gen.Bool).Array[0, 200].Sample(steps =>
    {
        var (agenda, model, now) = (new Agenda<int>(), new Dictionary<int, int>(), 0);
        foreach (var (item, due, take) in steps)
        {
            if (!take)
            {
                agenda.Want(item, Start.AddMinutes(now + due));
                model[item] = Math.Min(model.GetValueOrDefault(item, int.MaxValue), now + due);
                continue;
            }
            now += due / 10;
            var expected = model.Where(pair => pair.Value <= now).Select(pair => pair.Value).DefaultIfEmpty(-1).Min();
            if (agenda.TryTake(Start.AddMinutes(now), out var taken) != (expected >= 0) || (expected >= 0 && model[taken] != expected))
                return false;
            if (expected >= 0)
                model.Remove(taken);
            if (agenda.NextDue() != (model.Count == 0 ? null : Start.AddMinutes(model.Values.Min())))
                return false;
        }
        return agenda.Count == model.Count;
    });
}
