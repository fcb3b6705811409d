using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

/// <summary>A way back that can't be gone: what for certain is somebody else's by now doesn't hold it up, and what can't be reached ends by the operator's word.</summary>
public sealed class PlanStuckTests
{
    private readonly PlanWorld _world = PlanWorld.Before();
    private readonly Plan _plan = PlanWorld.WholePlan();

    private PlanHistory History => _world.Disk.History(_plan.Id);

    private Task<PlanOutcome> ApplyAsync(Plan? plan = null) => _world.Runner().ApplyAsync(plan ?? _plan, new ApplyWish(), null, default);

    [Fact]
    public async Task An_alias_in_place_of_our_record_is_somebody_elses_and_left()
    {
        _world.Echo = "203.0.113.77"; // the plan is taken back
        _world.WhileLooking = () =>
        {
            _world.Aliases["mail.acme.example"] = "cdn.example";
            return Task.CompletedTask;
        };

        var outcome = await ApplyAsync();

        Assert.Equal((PlanEnd.UndoneInPart, PlanState.UndoneInPart), (outcome.End, History.State));
        Assert.Contains("alias of cdn.example", outcome.Text, StringComparison.Ordinal);
        Assert.Equal("203.0.113.9", Assert.Single(_world.Records["old.acme.example A"].Values));
    }

    [Fact]
    public async Task A_zone_that_somebody_has_dropped_is_left_and_the_rest_is_taken_back()
    {
        _world.Echo = "203.0.113.77";
        _world.WhileLooking = () => Task.FromResult(_world.Absent.Add("acme.example"));

        var outcome = await ApplyAsync();

        Assert.Equal(PlanEnd.UndoneInPart, outcome.End);
        Assert.Equal([0, 1], History.Left);
        Assert.Equal("old.acme.example.", Assert.Single(_world.Records["5.113.0.203.in-addr.arpa Ptr"].Values));
        Assert.Null(_world.Table);
    }

    [Fact]
    public async Task A_zone_that_the_plan_made_and_that_is_gone_again_has_its_records_as_before()
    {
        var plan = _plan with
        {
            Wanted = [],
            Steps =
            [
                new PlanStep("zones", [new ZoneChange { By = "bind", Reason = "there is none", Zone = DomainName.Parse("2.0.192.in-addr.arpa") }], false),
                new PlanStep("PTR records", [PlanWorld.Record("2.0.192.in-addr.arpa", "5.2.0.192.in-addr.arpa", RecordType.Ptr, null, RecordSet.Of(3600, "mail.acme.example."))], false),
            ],
        };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(plan)).End);
        _world.Remove("5.2.0.192.in-addr.arpa", RecordType.Ptr);
        _world.Absent.Add("2.0.192.in-addr.arpa");

        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(plan.Id, null, default)).End);
    }

    [Fact]
    public async Task What_cannot_be_reached_any_more_is_left_by_the_operators_word_and_the_node_is_free()
    {
        await StickAsync();
        Assert.Equal(PlanEnd.Undecided, Assert.Single(await _world.Runner().RecoverAsync(null, default)).End);

        var outcome = await _world.Runner(who: "ben@relay1").UndoAsync(_plan.Id, leave: true, null, default);

        Assert.Equal((PlanEnd.UndoneInPart, PlanState.UndoneInPart, false), (outcome.End, History.State, History.IsInHand));
        Assert.Contains("by the word of ben@relay1", outcome.Text, StringComparison.Ordinal);
        var left = Assert.Single(History.Entries, entry => entry.Event == PlanEvent.Left);
        Assert.Equal("ben@relay1", left.Who);
        Assert.Contains("mail.acme.example", left.Text, StringComparison.Ordinal); // what stands there
        Assert.Contains("timed out", left.Text, StringComparison.Ordinal);
        _world.IsDown = false;
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(Another())).End);
    }

    [Fact]
    public async Task Of_an_applied_plan_what_others_have_changed_is_left_by_word_and_the_rest_taken_back()
    {
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        _world.Set("5.113.0.203.in-addr.arpa", RecordType.Ptr, 60, "other.example.");
        var stale = await _world.Runner().UndoAsync(_plan.Id, null, default);
        Assert.Equal(PlanEnd.Stale, stale.End);
        Assert.Contains("--leave", stale.Text, StringComparison.Ordinal);

        Assert.Equal(PlanEnd.UndoneInPart, (await _world.Runner().UndoAsync(_plan.Id, leave: true, null, default)).End);

        Assert.Equal("other.example.", Assert.Single(_world.Records["5.113.0.203.in-addr.arpa Ptr"].Values));
        Assert.False(_world.Records.ContainsKey("mail.acme.example A"));
    }

    [Fact]
    public async Task A_plan_that_can_be_taken_back_is_taken_back_whole_though_it_might_be_left()
    {
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, leave: true, null, default)).End);
        Assert.Equal(PlanWorld.Before().Picture, _world.Picture);
    }

    [Fact]
    public async Task The_same_trouble_is_journaled_once()
    {
        await StickAsync();
        var lines = History.Entries.Length;
        for (var again = 0; again < 5; again++)
            Assert.Equal(PlanEnd.Undecided, Assert.Single(await _world.Runner(who: "relay").RecoverAsync(null, default)).End);
        Assert.Equal(lines, History.Entries.Length);
    }

    [Fact]
    public async Task Where_one_record_cannot_be_read_the_others_are_not_asked_for()
    {
        var many = _plan with { Wanted = [], Steps = [new PlanStep("address records", [.. Enumerable.Range(0, 40).Select(i => PlanWorld.Record("acme.example", $"h{i}.acme.example", RecordType.A, null, RecordSet.Of(60, "203.0.113.5")))], false)] };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(many)).End);
        _world.BeforeWrite = _ => _world.IsDown = true;
        Assert.Equal(PlanEnd.Undecided, (await _world.Runner().UndoAsync(many.Id, null, default)).End);
        var process = new MortalProcess();

        Assert.Equal(PlanEnd.Undecided, Assert.Single(await _world.Runner(process).RecoverAsync(null, default)).End);

        Assert.InRange(process.Calls, 1, 20);
    }

    [Fact]
    public async Task Who_finds_the_lock_taken_is_told_by_whom_and_for_what()
    {
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        PlanOutcome? second = null;
        _world.BeforeWrite = number => second ??= _world.Runner(who: "ben@relay1").ApplyAsync(Another(), new ApplyWish(), null, default).GetAwaiter().GetResult();

        await _world.Runner(who: "relay").UndoAsync(_plan.Id, null, default);

        Assert.Equal(PlanEnd.InHand, second!.End);
        Assert.Contains($"relay, taking back {_plan.Id}", second.Text, StringComparison.Ordinal);
    }

    private static Plan Another() => PlanWorld.WholePlan("dns-20261126-091500-0002") with
    {
        Wanted = [],
        Steps = [new PlanStep("address records", [PlanWorld.Record("acme.example", "new.acme.example", RecordType.A, null, RecordSet.Of(60, "203.0.113.6"))], false)],
    };

    /// <summary>The server goes away for good after the first step was written.</summary>
    private async Task StickAsync()
    {
        _world.BeforeWrite = number => _world.IsDown = number >= 2;
        Assert.Equal(PlanEnd.Undecided, (await ApplyAsync()).End);
        _world.BeforeWrite = null;
    }
}
