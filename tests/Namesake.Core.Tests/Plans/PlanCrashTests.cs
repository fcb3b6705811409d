using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Tests.Plans;

/// <summary>The process dies at every single call of a port, before it is made or before its answer is heard; what is found then is brought to old or new.</summary>
public sealed class PlanCrashTests
{
    private static readonly string Old = PlanWorld.Before().Picture;
    private static readonly string New = NewPicture();

    [Fact]
    public async Task Whatever_call_an_apply_dies_at_the_next_verb_finds_old_or_makes_it_old() =>
        await EveryDeathAsync(async world => await world.Runner(who: "next verb").RecoverAsync(null, default));

    [Fact]
    public async Task Whatever_call_an_apply_dies_at_the_timer_makes_it_old_when_its_time_is_over() => await EveryDeathAsync(async world =>
    {
        world.Time.Advance(TimeSpan.FromHours(1));
        if (world.Disk.Plans.Count > 0)
            await world.Runner(who: "dead-man timer").UndoOverdueAsync(PlanWorld.WholePlan().Id, default);
        // What was decided and not yet in the registry waits for the next verb.
        await world.Runner(who: "next verb").RecoverAsync(null, default);
    });

    [Fact]
    public async Task Whatever_call_the_recovery_dies_at_the_next_one_goes_on()
    {
        var plan = PlanWorld.WholePlan();
        foreach (var death in new[] { 30, 45, 60 })
        {
            for (var second = 1; ; second++)
            {
                var world = PlanWorld.Before();
                await DieAsync(world, new MortalProcess { DiesAfter = death });
                var recovering = new MortalProcess { DiesBefore = second % 2 == 0 ? second / 2 : 0, DiesAfter = second % 2 == 1 ? (second + 1) / 2 : 0 };
                try
                {
                    await world.Runner(recovering).RecoverAsync(null, default);
                }
                catch (DiedException)
                {
                    // As it should.
                }
                if (!recovering.IsDead)
                    break;
                await world.Runner().RecoverAsync(null, default);
                Check(world, $"apply died after call {death}, recovery at {second}");
            }
        }
        Assert.NotNull(plan);
    }

    [Fact]
    public async Task An_operators_undo_that_dies_is_finished_by_the_next_verb()
    {
        for (var death = 1; ; death++)
        {
            var world = PlanWorld.Before();
            var plan = PlanWorld.WholePlan();
            Assert.Equal(PlanEnd.Applied, (await world.Runner().ApplyAsync(plan, new ApplyWish(), null, default)).End);
            var process = new MortalProcess { DiesBefore = death % 2 == 0 ? death / 2 : 0, DiesAfter = death % 2 == 1 ? (death + 1) / 2 : 0 };
            try
            {
                await world.Runner(process).UndoAsync(plan.Id, null, default);
            }
            catch (DiedException)
            {
                // As it should.
            }
            await world.Runner().RecoverAsync(null, default);
            Check(world, $"undo died at {death}");
            if (!process.IsDead)
                break;
        }
    }

    private static async Task EveryDeathAsync(Func<PlanWorld, Task> recover)
    {
        var (deaths, ends) = (0, new HashSet<PlanState>());
        for (var call = 1; ; call++)
        {
            var over = 0;
            foreach (var process in new[] { new MortalProcess { DiesBefore = call }, new MortalProcess { DiesAfter = call } })
            {
                var world = PlanWorld.Before();
                await DieAsync(world, process);
                if (!process.IsDead)
                {
                    over++;
                    continue;
                }
                deaths++;
                await recover(world);
                ends.Add(Check(world, $"died {(process.DiesBefore > 0 ? "before" : "after")} call {call}"));
            }
            if (over == 2)
                break;
        }
        Assert.True(deaths > 80, $"{deaths} deaths");
        Assert.Superset(new HashSet<PlanState> { PlanState.Applied, PlanState.Undone }, ends);
    }

    private static async Task DieAsync(PlanWorld world, MortalProcess process)
    {
        try
        {
            await world.Runner(process).ApplyAsync(PlanWorld.WholePlan(), new ApplyWish(), null, default);
        }
        catch (Exception) when (process.IsDead)
        {
            // As it should.
        }
    }

    /// <summary>What the journal says is what there is.</summary>
    private static PlanState Check(PlanWorld world, string when)
    {
        if (world.Disk.Plans.Count == 0)
        {
            Assert.Equal(Old, world.Picture);
            return PlanState.Planned;
        }
        var history = world.Disk.History(PlanWorld.WholePlan().Id);
        Assert.True(history.State is PlanState.Planned or PlanState.Applied or PlanState.Undone, $"{when}: {history.State}\n{Lines(history)}");
        Assert.True((history.State == PlanState.Applied ? New : Old) == world.Picture, $"{when}: {history.State}, but\n{world.Picture}\n{Lines(history)}");
        Assert.False(history.IsUnrecorded, $"{when}: not in the registry\n{Lines(history)}");
        Assert.Equal(history.State == PlanState.Applied ? 3 : 0, world.Disk.Owned.Records.Count(record => record.Plan == history.Plan.Id));
        Assert.Equal(history.State == PlanState.Applied ? 1 : 0, world.Disk.Owned.Tables.Length);
        return history.State;
    }

    private static string Lines(PlanHistory history) => string.Join('\n', history.Entries.Select(entry => $"{entry.Event} [{string.Join(',', entry.Changes)}] {entry.Text} ({entry.Who})"));

    private static string NewPicture()
    {
        var world = PlanWorld.Before();
        foreach (var change in PlanWorld.WholePlan().Changes)
            if (change is Core.Plans.RecordChange { New: { } set } record)
                world.Set(record.Name.Value, record.Type, set.Ttl, [.. set.Values]);
            else if (change is Core.Plans.TranslationChange translation)
                world.Table = translation.New;
        return world.Picture;
    }
}
