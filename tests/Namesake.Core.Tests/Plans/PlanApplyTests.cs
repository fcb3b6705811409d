using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Tests.Plans;

public sealed class PlanApplyTests
{
    private readonly PlanWorld _world = PlanWorld.Before();
    private readonly Plan _plan = PlanWorld.WholePlan();
    private readonly string _before = PlanWorld.Before().Picture;

    private Task<PlanOutcome> ApplyAsync(Plan? plan = null, ApplyWish? wish = null, PlanLimits? limits = null) => _world.Runner(limits: limits).ApplyAsync(plan ?? _plan, wish ?? new ApplyWish(), null, default);

    [Fact]
    public async Task A_plan_is_written_seen_confirmed_and_owned()
    {
        var outcome = await ApplyAsync();

        Assert.Equal(PlanEnd.Applied, outcome.End);
        Assert.Equal(SeenVerdict.Agrees, Assert.Single(outcome.Seen).Address);
        Assert.Equal(SeenVerdict.Agrees, outcome.Seen[0].Names);
        Assert.Equal("mail.acme.example.", Assert.Single(_world.Records["5.113.0.203.in-addr.arpa Ptr"].Values));
        Assert.Equal(3, _world.Disk.Owned.Records.Length);
        Assert.Equal(_plan.Id, _world.Disk.Owned.Records[0].Plan);
        Assert.Contains("acme-v4", _world.Drained);
        var events = _world.Disk.History(_plan.Id).Entries.Select(entry => entry.Event).ToList();
        Assert.Equal([PlanEvent.Begun, PlanEvent.Snapshot, PlanEvent.Watching, PlanEvent.Writing, PlanEvent.Written, PlanEvent.Seen, PlanEvent.Writing, PlanEvent.Written, PlanEvent.Seen, PlanEvent.Writing, PlanEvent.Written, PlanEvent.Drained, PlanEvent.Looked, PlanEvent.Confirmed, PlanEvent.Recorded], events);
    }

    [Fact]
    public async Task Undo_brings_back_every_value_and_ttl()
    {
        await ApplyAsync();

        var outcome = await _world.Runner().UndoAsync(_plan.Id, null, default);

        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Equal(_before, _world.Picture);
        Assert.Empty(_world.Disk.Owned.Records);
        Assert.Equal(PlanState.Undone, _world.Disk.History(_plan.Id).State);
    }

    [Fact]
    public async Task The_relay_is_told_before_the_first_write_and_when_it_is_decided()
    {
        List<int>? toldBefore = null;
        _world.BeforeWrite = _ => toldBefore ??= [.. _world.InHandWhenNoticed];
        await ApplyAsync();
        Assert.Equal([1], toldBefore);
        Assert.Equal([1, 0], _world.InHandWhenNoticed);

        (toldBefore, _) = (null, _world.InHandWhenNoticed.RemoveAll(_ => true));
        await _world.Runner().UndoAsync(_plan.Id, null, default);
        Assert.Equal([1], toldBefore);
        Assert.Equal([1, 0], _world.InHandWhenNoticed);
    }

    [Fact]
    public async Task An_undone_plan_can_be_applied_and_undone_again()
    {
        await ApplyAsync();
        await _world.Runner().UndoAsync(_plan.Id, null, default);
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        Assert.Equal(PlanEnd.Refused, (await ApplyAsync()).End);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task Undo_where_somebody_has_changed_a_record_since_touches_nothing_and_says_which()
    {
        await ApplyAsync();
        _world.Set("5.113.0.203.in-addr.arpa", RecordType.Ptr, 60, "other.example.");
        var changed = _world.Picture;

        var outcome = await _world.Runner().UndoAsync(_plan.Id, null, default);

        Assert.Equal(PlanEnd.Stale, outcome.End);
        Assert.Contains("other.example.", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(changed, _world.Picture);
        Assert.Equal(PlanState.Applied, _world.Disk.History(_plan.Id).State);
    }

    [Fact]
    public async Task Undo_while_a_server_is_away_undoes_nothing_and_is_possible_later()
    {
        await ApplyAsync();
        _world.IsDown = true;
        Assert.Equal(PlanEnd.Unknown, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        _world.IsDown = false;
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task A_plan_of_another_node_is_refused() => await RefusedAsync(_plan with { Node = "relay2" }, "relay2");

    [Fact]
    public async Task A_plan_over_the_limits_is_refused_whatever_limits_it_was_made_under()
    {
        var outcome = await ApplyAsync(_plan with { Limits = new PlanLimits(1000) }, limits: new PlanLimits(Changes: 2));
        Assert.Equal(PlanEnd.Refused, outcome.End);
        Assert.Contains("limits", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task Foreign_records_are_changed_with_consent_only()
    {
        var foreign = _plan with { Steps = [.. _plan.Steps.Select(step => step with { Changes = [.. step.Changes.Select(change => change with { IsForeign = true })] })] };
        await RefusedAsync(foreign, "--replace-foreign");
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(foreign, new ApplyWish(ReplaceForeign: true))).End);
    }

    [Fact]
    public async Task A_provider_that_is_not_configured_refuses_the_plan() =>
        await RefusedAsync(_plan with { Steps = [_plan.Steps[0] with { Changes = [_plan.Steps[0].Changes[0] with { By = "knot" }] }] }, "knot");

    [Fact]
    public async Task A_zone_that_is_not_the_providers_refuses_the_plan() =>
        await RefusedAsync(_plan with { Steps = [_plan.Steps[0] with { Changes = [PlanWorld.Record("other.example", "a.other.example", RecordType.A, null, RecordSet.Of(60, "203.0.113.5"))] }] }, "other.example");

    [Fact]
    public async Task A_wrong_key_is_found_before_anything_is_written()
    {
        _world.Access = WriteAccess.None;
        var outcome = await ApplyAsync();
        Assert.Equal((PlanEnd.Refused, 0), (outcome.End, _world.Writes));
        Assert.Contains("BADKEY", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_plan_is_refused_before_anything_is_written()
    {
        _world.Set("5.113.0.203.in-addr.arpa", RecordType.Ptr, 60, "other.example.");
        var outcome = await ApplyAsync();
        Assert.Equal((PlanEnd.Stale, 0), (outcome.End, _world.Writes));
        Assert.Contains("other.example.", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_known_and_nothing_is_written()
    {
        _world.IsDown = true;
        var outcome = await ApplyAsync();
        Assert.Equal((PlanEnd.Unknown, 0), (outcome.End, _world.Writes));
        Assert.Equal(PlanState.Planned, _world.Disk.History(_plan.Id).State);
    }

    [Fact]
    public async Task A_change_by_somebody_else_between_look_and_write_takes_all_back_and_keeps_theirs()
    {
        _world.BeforeWrite = number =>
        {
            if (number == 2)
                _world.Set("5.113.0.203.in-addr.arpa", RecordType.Ptr, 60, "other.example.");
        };
        var outcome = await ApplyAsync();

        Assert.Equal(PlanEnd.Stale, outcome.End);
        Assert.Contains("other.example.", outcome.Text, StringComparison.Ordinal);
        Assert.Equal("other.example.", Assert.Single(_world.Records["5.113.0.203.in-addr.arpa Ptr"].Values));
        _world.Set("5.113.0.203.in-addr.arpa", RecordType.Ptr, 3600, "old.acme.example.");
        Assert.Equal(_before, _world.Picture);
        Assert.Equal(PlanState.Undone, _world.Disk.History(_plan.Id).State);
    }

    [Fact]
    public async Task An_answer_that_is_lost_is_read_back()
    {
        _world.Answer = (number, _) => number == 2 ? new WriteResult.Uncertain("no answer within 5 s") : null;
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task A_request_that_is_lost_is_sent_again()
    {
        _world.Swallows = number => number == 1;
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
    }

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
    public async Task Without_a_timer_nothing_is_written()
    {
        _world.TimerTrouble = "no room for another process";
        var outcome = await ApplyAsync();
        Assert.Equal((PlanEnd.Undone, 0), (outcome.End, _world.Writes));
        Assert.Contains("no room", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secondary_that_lags_holds_up_the_next_step_and_all_is_taken_back()
    {
        _world.Dns.Lag("mail.acme.example", RecordType.A);
        var outcome = await ApplyAsync();
        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Contains("ns2", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task A_secondary_that_lags_at_the_last_step_is_pending_and_not_failed()
    {
        var dns = _plan with { Steps = _plan.Steps.RemoveAt(2), Wanted = [] };
        _world.Dns.Lag("5.113.0.203.in-addr.arpa", RecordType.Ptr, "old.acme.example");
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(dns)).End);
        Assert.Contains(_world.Disk.History(dns.Id).Entries, entry => entry.Event == PlanEvent.Seen && entry.Text.Contains("ns2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_translation_that_the_outside_sees_otherwise_is_taken_back()
    {
        _world.Echo = "203.0.113.77";
        var outcome = await ApplyAsync();
        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Contains("203.0.113.77", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(SeenVerdict.Disagrees, Assert.Single(outcome.Seen).Address);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task A_translation_that_nobody_outside_can_see_is_confirmed_with_consent_only()
    {
        _world.EchoIsSilent = true;
        Assert.Equal(PlanEnd.Undone, (await ApplyAsync()).End);
        var outcome = await ApplyAsync(wish: new ApplyWish(AcceptUnseen: true));
        Assert.Equal(PlanEnd.Applied, outcome.End);
        Assert.Contains("Not seen from outside", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_so_already_is_not_ours_and_survives_the_undo()
    {
        _world.Set("mail.acme.example", RecordType.A, 300, "203.0.113.5");
        var before = _world.Picture;
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        Assert.DoesNotContain(_world.Disk.Owned.Records, record => record.Name.Value == "mail.acme.example");
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Equal(before, _world.Picture);
    }

    [Fact]
    public async Task Undoing_a_later_plan_gives_a_record_back_to_the_earlier_one()
    {
        await ApplyAsync();
        var later = PlanWorld.WholePlan("dns-20261126-091500-0002") with
        {
            Wanted = [],
            Steps = [new PlanStep("address records", [PlanWorld.Record("acme.example", "mail.acme.example", RecordType.A, RecordSet.Of(300, "203.0.113.5"), RecordSet.Of(300, "203.0.113.5", "203.0.113.6"))], true)],
        };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(later)).End);
        Assert.Equal(later.Id, _world.Disk.Owned.Records.Single(record => record.Name.Value == "mail.acme.example").Plan);
        Assert.Equal(PlanEnd.Stale, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);

        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(later.Id, null, default)).End);
        Assert.Equal(_plan.Id, _world.Disk.Owned.Records.Single(record => record.Name.Value == "mail.acme.example").Plan);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task Undo_goes_step_by_step_though_one_zone_is_in_two_of_them()
    {
        _world.Set("mail.acme.example", RecordType.A, 300, "203.0.113.5");
        var before = _world.Picture;
        // A rename: the new name first, then the PTR record, then the old name goes.
        var rename = _plan with
        {
            Wanted = [],
            Steps =
            [
                new PlanStep("new name", [PlanWorld.Record("acme.example", "out.acme.example", RecordType.A, null, RecordSet.Of(300, "203.0.113.5"))], true),
                new PlanStep("PTR records", [PlanWorld.Record("113.0.203.in-addr.arpa", "5.113.0.203.in-addr.arpa", RecordType.Ptr, RecordSet.Of(3600, "old.acme.example."), RecordSet.Of(3600, "out.acme.example."))], true),
                new PlanStep("old name", [PlanWorld.Record("acme.example", "mail.acme.example", RecordType.A, RecordSet.Of(300, "203.0.113.5"), null)], true),
            ],
        };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(rename)).End);
        var pictures = new List<string>();
        _world.BeforeWrite = _ => pictures.Add($"{_world.Records.ContainsKey("mail.acme.example A")} {_world.Records["5.113.0.203.in-addr.arpa Ptr"].Values[0]} {_world.Records.ContainsKey("out.acme.example A")}");

        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(rename.Id, null, default)).End);

        Assert.Equal(["False out.acme.example. True", "True out.acme.example. True", "True old.acme.example. True"], pictures);
        Assert.Equal(before, _world.Picture);
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

    [Fact]
    public async Task A_thousand_mappings_are_one_write()
    {
        ImmutableArray<Mapping> mappings = [.. Enumerable.Range(0, 1000).Select(i => new Mapping(IPAddress.Parse($"10.0.{i / 250}.{1 + (i % 250)}"), IPAddress.Parse("203.0.113.5")))];
        var plan = _plan with { Wanted = [], Steps = [new PlanStep("translation", [new TranslationChange { By = "edge", Reason = "one address", New = new TranslationTable(mappings) }], false)] };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(plan, limits: new PlanLimits(1000))).End);
        Assert.Equal(1, _world.Writes);
    }

    private async Task RefusedAsync(Plan plan, string because)
    {
        var outcome = await ApplyAsync(plan);
        Assert.Equal((PlanEnd.Refused, 0), (outcome.End, _world.Writes));
        Assert.Contains(because, outcome.Text, StringComparison.Ordinal);
        Assert.Equal(_before, _world.Picture);
    }
}
