using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

/// <summary>The way back.</summary>
public sealed class PlanUndoTests
{
    private readonly PlanWorld _world = PlanWorld.Before();
    private readonly Plan _plan = PlanWorld.WholePlan();
    private readonly string _before = PlanWorld.Before().Picture;

    private Task<PlanOutcome> ApplyAsync(Plan? plan = null, ApplyWish? wish = null, PlanLimits? limits = null) => _world.Runner(limits: limits).ApplyAsync(plan ?? _plan, wish ?? new ApplyWish(), null, default);

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
    public async Task Undo_brings_back_every_value_and_ttl()
    {
        await ApplyAsync();

        var outcome = await _world.Runner().UndoAsync(_plan.Id, null, default);

        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Equal(_before, _world.Picture);
        Assert.All(_world.Disk.Owned.Records, record => Assert.Equal(PlanWorld.Earlier, record.Plan));
        Assert.Equal(PlanState.Undone, _world.Disk.History(_plan.Id).State);
    }

    [Fact]
    public async Task Where_removing_brings_the_providers_own_record_that_counts_as_undone()
    {
        _world.DefaultPointer = "static.6.113.0.203.clients.host.example.";
        var change = PlanWorld.Record("113.0.203.in-addr.arpa", "6.113.0.203.in-addr.arpa", RecordType.Ptr, null, RecordSet.Of(3600, "mail.acme.example."));
        var plan = _plan with { Id = PlanId.New(PlanKind.Dns, _world.Time.GetUtcNow(), 9), Steps = [new PlanStep("PTR records", [change], WaitsUntilSeen: false)], Wanted = [] };
        await ApplyAsync(plan, new ApplyWish(AcceptUnseen: true));

        var outcome = await _world.Runner().UndoAsync(plan.Id, null, default);

        Assert.Equal(PlanEnd.Undone, outcome.End);
        Assert.Equal(PlanState.Undone, _world.Disk.History(plan.Id).State);
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
    public async Task What_was_so_already_is_not_ours_and_survives_the_undo()
    {
        _world.Set("mail.acme.example", RecordType.A, 300, "203.0.113.5");
        var before = _world.Picture;
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        Assert.DoesNotContain(_world.Disk.Owned.Records, record => record.Name.Value == "mail.acme.example");
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Equal(before, _world.Picture);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_somebody_else_wrote_at_the_same_moment_is_theirs_unless_an_answer_of_ours_was_lost(bool isLost)
    {
        _world.Swallows = number => isLost && number == 1;
        var theirs = isLost ? 2 : 1;
        _world.BeforeWrite = number =>
        {
            if (number != theirs)
                return;
            _world.Set("mail.acme.example", RecordType.A, 300, "203.0.113.5");
            _world.Set("old.acme.example", RecordType.A, 60, "203.0.113.5");
        };
        _world.Answer = (number, _) => number == theirs ? new WriteResult.Done("it was so already") { WasSo = true } : null;
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        Assert.Equal(isLost, _world.Disk.Owned.Records.Any(record => record.Name.Value == "mail.acme.example"));

        (_world.BeforeWrite, _world.Answer, _world.Swallows) = (null, null, null);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Equal(!isLost, _world.Records.ContainsKey("mail.acme.example A"));
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
    public async Task What_an_undo_leaves_because_a_later_plan_made_it_so_stays_that_plans()
    {
        await ApplyAsync();
        var later = PlanWorld.WholePlan("dns-20261126-091500-0002") with
        {
            Wanted = [],
            Steps = [new PlanStep("address records", [PlanWorld.Record("acme.example", "mail.acme.example", RecordType.A, RecordSet.Of(300, "203.0.113.5"), RecordSet.Of(300, "203.0.113.6"))], true)],
        };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(later)).End);

        Assert.Equal(PlanEnd.UndoneInPart, (await _world.Runner().UndoAsync(_plan.Id, leave: true, null, default)).End);

        Assert.Equal(later.Id, _world.Disk.Owned.Records.Single(record => record.Name.Value == "mail.acme.example").Plan);
        Assert.Equal("203.0.113.6", Assert.Single(_world.Records["mail.acme.example A"].Values));
    }

    [Fact]
    public async Task What_was_ours_stays_ours_when_others_have_added_to_it_and_it_is_put_back()
    {
        await ApplyAsync();
        var added = RecordSet.Of(300, "203.0.113.5", "203.0.113.99");
        _world.Set("mail.acme.example", RecordType.A, 300, [.. added.Values]);
        var restore = PlanWorld.WholePlan("dns-20261126-091500-0002") with
        {
            Wanted = [],
            Steps = [new PlanStep("address records", [PlanWorld.Record("acme.example", "mail.acme.example", RecordType.A, added, RecordSet.Of(300, "203.0.113.5"))], true)],
        };

        Assert.Equal(PlanEnd.Applied, (await _world.Runner().ApplyAsync(restore, new ApplyWish(ReplaceForeign: true), null, default)).End);

        Assert.Equal(["203.0.113.5"], _world.Disk.Owned.Records.Single(record => record.Name.Value == "mail.acme.example").Added);
    }

    [Fact]
    public async Task Undo_goes_step_by_step_though_one_zone_is_in_two_of_them()
    {
        _world.Set("mail.acme.example", RecordType.A, 300, "203.0.113.5");
        _world.Own("acme.example", "mail.acme.example", RecordType.A);
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
    public async Task A_zone_that_a_later_plan_has_filled_is_left_and_the_node_is_free()
    {
        var first = _plan with
        {
            Wanted = [],
            Steps =
            [
                new PlanStep("zones", [new ZoneChange { By = "bind", Reason = "there is none", Zone = DomainName.Parse("2.0.192.in-addr.arpa"), Servers = [DomainName.Parse("ns1.acme.example")] }], false),
                new PlanStep("PTR records", [PlanWorld.Record("2.0.192.in-addr.arpa", "5.2.0.192.in-addr.arpa", RecordType.Ptr, null, RecordSet.Of(3600, "mail.acme.example."))], true),
            ],
        };
        var second = PlanWorld.WholePlan("dns-20261126-091500-0002") with
        {
            Wanted = [],
            Steps = [new PlanStep("PTR records", [PlanWorld.Record("2.0.192.in-addr.arpa", "6.2.0.192.in-addr.arpa", RecordType.Ptr, null, RecordSet.Of(3600, "out.acme.example."))], true)],
        };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(first)).End);
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(second)).End);

        var outcome = await _world.Runner().UndoAsync(first.Id, null, default);

        Assert.Equal((PlanEnd.UndoneInPart, PlanState.UndoneInPart), (outcome.End, _world.Disk.History(first.Id).State));
        Assert.Contains("has records", outcome.Text, StringComparison.Ordinal);
        Assert.False(_world.Records.ContainsKey("5.2.0.192.in-addr.arpa Ptr"));
        Assert.True(_world.Records.ContainsKey("6.2.0.192.in-addr.arpa Ptr"));
        Assert.DoesNotContain("2.0.192.in-addr.arpa", _world.Absent);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(second.Id, null, default)).End);
    }

    [Fact]
    public async Task Undo_of_an_empty_zone_removes_it()
    {
        var plan = _plan with { Wanted = [], Steps = [new PlanStep("zones", [new ZoneChange { By = "bind", Reason = "there is none", Zone = DomainName.Parse("2.0.192.in-addr.arpa") }], false)] };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(plan)).End);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(plan.Id, null, default)).End);
        Assert.Contains("2.0.192.in-addr.arpa", _world.Absent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_name_goes_only_when_the_servers_no_longer_show_the_pointer_to_it_or_after_a_while(bool lags)
    {
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync()).End);
        if (lags)
            _world.Dns.Lag("5.113.0.203.in-addr.arpa", RecordType.Ptr, "mail.acme.example");
        var at = new List<TimeSpan>();
        _world.BeforeWrite = _ => at.Add(_world.Time.Passed);

        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);

        Assert.Equal(_before, _world.Picture);
        Assert.Equal(3, at.Count); // translation, PTR record, names
        Assert.InRange(at[2] - at[1], TimeSpan.FromSeconds(lags ? 15 : 0), TimeSpan.FromSeconds(lags ? 25 : 1));
        var seen = _world.Disk.History(_plan.Id).Entries.Last(entry => entry.Event == PlanEvent.Seen);
        Assert.Equal((lags, 2), (seen.Text.Contains("ns2", StringComparison.Ordinal), Assert.Single(seen.Changes)));
    }
}
