using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Tests.Plans;

/// <summary>Whose time is over, who hangs, who dies, and who comes first.</summary>
public sealed class PlanTimerTests
{
    private readonly PlanWorld _world = PlanWorld.Before();
    private readonly Plan _plan = PlanWorld.WholePlan();
    private readonly string _before = PlanWorld.Before().Picture;

    private Task<PlanOutcome> ApplyAsync(Plan? plan = null, ApplyWish? wish = null, PlanLimits? limits = null) => _world.Runner(limits: limits).ApplyAsync(plan ?? _plan, wish ?? new ApplyWish(), null, default);

    [Fact]
    public async Task A_server_that_is_down_half_way_leaves_the_plan_in_hand_and_the_timer_undoes_it_when_it_is_back()
    {
        _world.BeforeWrite = number => _world.IsDown = number >= 2;
        var outcome = await ApplyAsync();

        Assert.Equal(PlanEnd.Undecided, outcome.End);
        Assert.True(_world.Disk.History(_plan.Id).IsInHand);
        var other = PlanWorld.WholePlan("dns-20261126-081500-0002");
        Assert.Equal(PlanEnd.InHand, (await ApplyAsync(other)).End);

        _world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(PlanEnd.Undecided, (await _world.Runner(who: "dead-man timer").UndoOverdueAsync(_plan.Id, default))!.End);
        (_world.BeforeWrite, _world.IsDown) = (null, false);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner(who: "dead-man timer").UndoOverdueAsync(_plan.Id, default))!.End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task An_undo_of_an_applied_plan_that_sticks_half_way_has_a_timer_that_goes_on()
    {
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        _world.BeforeWrite = _ => _world.IsDown = true;

        Assert.Equal(PlanEnd.Undecided, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);

        Assert.True(_world.Disk.History(_plan.Id) is { State: PlanState.Undoing, IsWatched: true });
        (_world.BeforeWrite, _world.IsDown) = (null, false);
        Assert.True(await new DeadMan(_world.Runner(who: "dead-man timer"), _world.Time).RunAsync(_plan.Id, default));
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task Without_a_timer_an_applied_plan_is_undone_all_the_same_and_an_undo_that_sticks_says_so()
    {
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        _world.TimerTrouble = "no room for another process";
        _world.BeforeWrite = _ => _world.IsDown = true;
        Assert.Contains("no room", (await _world.Runner().UndoAsync(_plan.Id, null, default)).Text, StringComparison.Ordinal);
        (_world.BeforeWrite, _world.IsDown) = (null, false);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task Without_a_timer_nothing_is_written()
    {
        _world.TimerTrouble = "no room for another process";
        var outcome = await ApplyAsync();
        Assert.Equal((PlanEnd.Undone, 0), (outcome.End, _world.Writes));
        Assert.Contains("no room", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_apply_takes_everything_back()
    {
        using var interrupt = new CancellationTokenSource();
        _world.BeforeWrite = number =>
        {
            if (number == 2)
                interrupt.Cancel();
        };
        var outcome = await _world.Runner().ApplyAsync(_plan, new ApplyWish(), null, interrupt.Token);
        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task A_disk_that_fills_up_takes_the_plan_back_without_a_journal_and_is_looked_at_once_more()
    {
        _world.Disk.Room = 5;
        var stopped = await ApplyAsync();
        Assert.Equal((PlanEnd.Undone, true), (stopped.End, stopped.Text.Contains("No space left", StringComparison.Ordinal)));
        Assert.Equal(_before, _world.Picture);
        Assert.Equal(PlanState.Applying, _world.Disk.History(_plan.Id).State);
        _world.Time.Advance(TimeSpan.FromHours(1));

        var outcome = await _world.Runner(who: "dead-man timer").UndoOverdueAsync(_plan.Id, default);

        Assert.Equal(PlanEnd.Undone, outcome!.End);
        Assert.Contains("journal", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(_before, _world.Picture);
        _world.Disk.Room = int.MaxValue;
        Assert.Equal(PlanEnd.Undone, Assert.Single(await _world.Runner().RecoverAsync(null, default)).End);
        Assert.Equal(PlanState.Undone, _world.Disk.History(_plan.Id).State);
    }

    [Fact]
    public async Task A_plan_a_living_process_is_at_is_left_to_it_until_its_time_is_over()
    {
        var applier = new MortalProcess { DiesAfter = 40 };
        try
        {
            await _world.Runner(applier).ApplyAsync(_plan, new ApplyWish(), null, default);
        }
        catch (Exception) when (applier.IsDead)
        {
            // It is as if it hung there, alive.
        }
        var hanging = new MortalProcess();
        _world.Disk.Attending[_plan.Id.Value] = hanging;

        Assert.Equal(PlanEnd.InHand, Assert.Single(await _world.Runner().RecoverAsync(null, default)).End);
        _world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(PlanEnd.Undone, Assert.Single(await _world.Runner().RecoverAsync(null, default)).End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task A_runner_that_hangs_past_its_time_finds_it_undone_and_does_not_write_again()
    {
        _world.BeforeWrite = number =>
        {
            if (number == 2)
                _world.Time.Advance(TimeSpan.FromHours(1));
        };
        var outcome = await ApplyAsync();
        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Contains("time was over", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task The_timer_leaves_a_confirmed_plan_alone()
    {
        await ApplyAsync();
        var after = _world.Picture;
        _world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(PlanEnd.Nothing, (await _world.Runner(who: "dead-man timer").UndoOverdueAsync(_plan.Id, default))!.End);
        Assert.Equal(after, _world.Picture);
    }

    [Fact]
    public async Task Where_the_timer_comes_before_the_decision_the_plan_is_old_and_the_runner_says_so()
    {
        _world.WhileLooking = async () =>
        {
            _world.Time.Advance(TimeSpan.FromHours(1));
            await _world.Runner(who: "dead-man timer").UndoOverdueAsync(_plan.Id, default);
        };
        var outcome = await ApplyAsync();
        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Equal(_before, _world.Picture);
        var events = _world.Disk.History(_plan.Id).Entries.Select(entry => entry.Event).ToList();
        Assert.DoesNotContain(PlanEvent.Confirmed, events);
        Assert.Single(events, PlanEvent.Undone);
    }

    [Fact]
    public async Task Where_the_time_is_over_and_the_timer_has_not_come_yet_nothing_is_confirmed()
    {
        _world.WhileLooking = () =>
        {
            _world.Time.Advance(TimeSpan.FromHours(1));
            return Task.CompletedTask;
        };
        Assert.Equal(PlanEnd.Undone, (await ApplyAsync()).End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task An_operator_may_undo_what_another_is_applying()
    {
        _world.WhileLooking = async () => await _world.Runner(who: "ben@relay1").UndoAsync(_plan.Id, null, default);
        var outcome = await ApplyAsync();
        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Contains("ben@relay1", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task The_timer_waits_for_the_time_and_undoes_then()
    {
        var applier = new MortalProcess { DiesAfter = 45 };
        await Assert.ThrowsAnyAsync<Exception>(() => _world.Runner(applier).ApplyAsync(_plan, new ApplyWish(), null, default));
        var began = _world.Time.Passed;

        Assert.True(await new DeadMan(_world.Runner(who: "dead-man timer"), _world.Time).RunAsync(_plan.Id, default));

        Assert.InRange(_world.Time.Passed - began, TimeSpan.FromSeconds(100), _world.Times.DeadlineOf(_plan) + TimeSpan.FromSeconds(5));
        Assert.Equal(_before, _world.Picture);
    }

    [Theory]
    [InlineData("boot-2", true)]
    [InlineData("boot-1", false)]
    [InlineData("", false)] // not told: the clock of the day counts
    public async Task After_another_start_of_the_machine_the_time_is_over_whatever_the_clocks_say(string boot, bool isOver)
    {
        var applier = new MortalProcess { DiesAfter = 45 };
        await Assert.ThrowsAnyAsync<Exception>(() => _world.Runner(applier).ApplyAsync(_plan, new ApplyWish(), null, default));
        _world.Boot = boot;

        var outcome = await _world.Runner(who: "dead-man timer").UndoOverdueAsync(_plan.Id, default);

        Assert.Equal(isOver ? PlanEnd.Undone : null, outcome?.End);
        Assert.Equal(isOver, _before == _world.Picture);
        if (isOver)
            return;
        _world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(PlanEnd.Undone, (await _world.Runner(who: "dead-man timer").UndoOverdueAsync(_plan.Id, default))!.End);
    }
}
