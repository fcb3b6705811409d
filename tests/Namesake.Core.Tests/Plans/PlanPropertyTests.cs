using System.Collections.Immutable;
using CsCheck;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Tests.Plans;

/// <summary>Any plan over any records: applied it is what it says, undone everything is as before, and what it doesn't name is never touched.</summary>
public sealed class PlanPropertyTests
{
    private static readonly Gen<RecordSet?> Set = Gen.Select(Gen.Int[0, 4], Gen.Int[1, 3], Gen.Int[1, 9].HashSet[1, 3], (kind, ttl, last) =>
        kind == 0 ? null : RecordSet.Of(ttl * 60, [.. last.Select(octet => $"203.0.113.{octet}")]));

    /// <summary>A few names, each once; where and in which step it is changed.</summary>
    private static readonly Gen<Case> Cases = Gen.Select(
        Gen.Select(Set, Set, Gen.Int[0, 2], (old, made, step) => (old, made, step)).Array[1, 12],
        Gen.Int[0, 11], Gen.Int[1, 6], Gen.Enum<Hand>(),
        (changes, disturbed, at, hand) => new Case([.. changes.Index().Where(change => change.Item.old is null ? change.Item.made is not null : !change.Item.old.Equals(change.Item.made))
            .Select(change => (Name: $"host{change.Index}.acme.example", change.Item.old, change.Item.made, change.Item.step))], disturbed, at, hand));

    /// <summary>What somebody else does to a record.</summary>
    private enum Hand
    {
        Replaces,
        WritesJustThat,
        Adds,
        Removes,
    }

    private static void Put(PlanWorld world, string name, RecordSet? set)
    {
        if (set is null)
            world.Remove(name, RecordType.A);
        else
            world.Set(name, RecordType.A, set.Ttl, [.. set.Values]);
    }

    private sealed record Case(ImmutableArray<(string Name, RecordSet? Old, RecordSet? New, int Step)> Changes, int Disturbed, int At, Hand Hand)
    {
        public Plan Plan => PlanWorld.WholePlan() with
        {
            Wanted = [],
            Steps = [.. Changes.GroupBy(change => change.Step).OrderBy(step => step.Key).Select(step => new PlanStep($"step {step.Key}", [.. step.Select(change => PlanWorld.Record("acme.example", change.Name, RecordType.A, change.Old, change.New))], step.Key == 0))],
        };

        public PlanWorld World(bool after)
        {
            var world = PlanWorld.Before();
            foreach (var change in Changes)
                if ((after ? change.New : change.Old) is { } set)
                    world.Set(change.Name, RecordType.A, set.Ttl, [.. set.Values]);
            return world;
        }
    }

    [Fact]
    public async Task Applied_it_is_what_it_says_and_undone_everything_is_as_before() => await Cases.SampleAsync(async one =>
    {
        var (world, plan) = (one.World(after: false), one.Plan);
        var applied = await world.Runner(limits: new PlanLimits(100, 100, 100)).ApplyAsync(plan, new ApplyWish(ReplaceForeign: true), null, default);
        Assert.Equal(plan.IsEmpty ? PlanEnd.Nothing : PlanEnd.Applied, applied.End);
        Assert.Equal(one.World(after: true).Picture, world.Picture);
        if (plan.IsEmpty)
            return;
        Assert.Equal(plan.Changes.OfType<RecordChange>().Count(change => change.New is not null), world.Disk.Owned.Records.Count(record => record.Plan == plan.Id));
        Assert.Empty(await world.Runner().CompareAsync(plan, default));

        Assert.Equal(PlanEnd.Undone, (await world.Runner().UndoAsync(plan.Id, null, default)).End);
        Assert.Equal(one.World(after: false).Picture, world.Picture);
        Assert.DoesNotContain(world.Disk.Owned.Records, record => record.Plan == plan.Id);
    }, iter: 300, threads: 1);

    [Fact]
    public async Task Whatever_another_hand_changes_meanwhile_stays_and_everything_else_is_old_or_new() => await Cases.SampleAsync(async one =>
    {
        var (world, plan) = (one.World(after: false), one.Plan);
        if (plan.IsEmpty)
            return;
        var change = one.Changes[one.Disturbed % one.Changes.Length];
        var key = $"{change.Name} {RecordType.A}";
        (bool Acted, RecordSet? Theirs) other = default;
        world.BeforeWrite = number =>
        {
            if (number != one.At)
                return;
            var present = world.Records.GetValueOrDefault(key);
            var theirs = one.Hand switch
            {
                Hand.Replaces => RecordSet.Of(77, "192.0.2.99"),
                Hand.WritesJustThat => change.New,
                Hand.Adds => RecordSet.Of(77, [.. present?.Values ?? [], "192.0.2.99"]),
                _ => null,
            };
            // Who does nothing is no other hand.
            other = (!Equals(present, theirs), theirs);
            Put(world, change.Name, theirs);
        };

        var outcome = await world.Runner(limits: new PlanLimits(100, 100, 100)).ApplyAsync(plan, new ApplyWish(ReplaceForeign: true), null, default);

        var expected = one.World(after: outcome.End == PlanEnd.Applied);
        if (other.Acted)
            Put(expected, change.Name, other.Theirs);
        Assert.Equal(expected.Picture, world.Picture);
        Assert.True(outcome.IsDecided);
        Assert.NotEqual(PlanState.Applying, world.Disk.History(plan.Id).State);
    }, iter: 1000, threads: 1);

    [Fact]
    public async Task Wherever_any_plan_dies_the_next_verb_finds_old_or_new() => await Gen.Select(Cases, Gen.Int[1, 120], Gen.Bool).SampleAsync(async drawn =>
    {
        var (one, call, before) = drawn;
        var (world, plan) = (one.World(after: false), one.Plan);
        if (plan.IsEmpty)
            return;
        var process = new MortalProcess { DiesBefore = before ? call : 0, DiesAfter = before ? 0 : call };
        try
        {
            await world.Runner(process, limits: new PlanLimits(100, 100, 100)).ApplyAsync(plan, new ApplyWish(ReplaceForeign: true), null, default);
        }
        catch (Exception) when (process.IsDead)
        {
            // As it should.
        }
        await world.Runner().RecoverAsync(null, default);
        var isNew = world.Disk.Plans.Count > 0 && world.Disk.History(plan.Id).State == PlanState.Applied;
        Assert.Equal(one.World(after: isNew).Picture, world.Picture);
    }, iter: 300, threads: 1);

    [Fact]
    public async Task Whichever_answers_are_lost_and_however_late_the_writes_land_it_is_old_or_new_in_the_end() => await Gen.Select(Cases, Gen.Int[1, 6], Gen.Int[1, 5], Gen.Int[0, 15]).SampleAsync(async drawn =>
    {
        var (one, first, many, late) = drawn;
        var (world, plan) = (one.World(after: false), one.Plan);
        if (plan.IsEmpty)
            return;
        world.LandsAfter = number => number >= first && number < first + many ? TimeSpan.FromSeconds(late) : null;

        var outcome = await world.Runner(limits: new PlanLimits(100, 100, 100)).ApplyAsync(plan, new ApplyWish(ReplaceForeign: true), null, default);

        world.Time.Advance(TimeSpan.FromHours(1));
        await world.Runner().CompareAsync(plan, default); // whatever was under way has landed
        if (!outcome.IsDecided)
            outcome = await world.Runner(who: "dead-man timer").UndoOverdueAsync(plan.Id, default);
        Assert.Contains(outcome!.End, new[] { PlanEnd.Applied, PlanEnd.Undone, PlanEnd.Stale });
        Assert.Equal(one.World(after: outcome.End == PlanEnd.Applied).Picture, world.Picture);
    }, iter: 500, threads: 1);
}
