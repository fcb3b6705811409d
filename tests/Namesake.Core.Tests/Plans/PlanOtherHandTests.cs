using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Tests.Plans;

/// <summary>Somebody else writes at the same moment, or an answer is lost: what is theirs stays, and what is said at the end is so.</summary>
public sealed class PlanOtherHandTests
{
    private readonly PlanWorld _world = PlanWorld.Before();
    private readonly Plan _plan = PlanWorld.WholePlan();
    private readonly string _before = PlanWorld.Before().Picture;

    private PlanHistory History => _world.Disk.History(_plan.Id);

    private Task<PlanOutcome> ApplyAsync(Plan? plan = null) => _world.Runner().ApplyAsync(plan ?? _plan, new ApplyWish(), null, default);

    [Fact]
    public async Task Where_a_colleague_has_made_one_record_of_a_batch_just_as_we_want_it_nothing_is_written_and_theirs_stays()
    {
        _world.BeforeWrite = number =>
        {
            if (number == 1)
                _world.Set("mail.acme.example", RecordType.A, 300, "203.0.113.5");
        };

        Assert.Equal(PlanEnd.Stale, (await ApplyAsync()).End);

        var expected = PlanWorld.Before();
        expected.Set("mail.acme.example", RecordType.A, 300, "203.0.113.5");
        Assert.Equal(expected.Picture, _world.Picture);
        Assert.Equal(PlanState.Undone, History.State);
        Assert.Equal([0], History.Entries.Single(entry => entry.Event == PlanEvent.Already).Changes);
        Assert.Equal([1], History.Entries.Single(entry => entry.Event == PlanEvent.NotWritten).Changes);
    }

    [Fact]
    public async Task What_somebody_changes_while_an_answer_is_lost_is_left_and_said_to_be()
    {
        _world.Answer = (number, result) =>
        {
            if (number != 1)
                return null;
            _world.Set("mail.acme.example", RecordType.A, 60, "192.0.2.99");
            return new WriteResult.Uncertain("no answer within 5 s");
        };

        var outcome = await ApplyAsync();

        Assert.Equal((PlanEnd.UndoneInPart, PlanState.UndoneInPart), (outcome.End, History.State));
        Assert.Contains("192.0.2.99", outcome.Text, StringComparison.Ordinal);
        _world.Remove("mail.acme.example", RecordType.A);
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task A_table_that_is_not_what_was_loaded_is_left_and_never_called_undone()
    {
        var theirs = new TranslationTable([new Mapping(IPAddress.Parse("10.0.0.5"), IPAddress.Parse("203.0.113.99"))]);
        _world.Answer = (number, result) =>
        {
            if (number != 3)
                return null;
            _world.Table = theirs;
            return new WriteResult.Uncertain("it was loaded, and is not what was loaded");
        };

        var outcome = await ApplyAsync();

        Assert.Equal((PlanEnd.UndoneInPart, theirs), (outcome.End, _world.Table));
        Assert.Contains("our table on nftables", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_with_mappings_in_another_order_is_applied_as_one_in_order()
    {
        Mapping first = new(IPAddress.Parse("10.0.0.5"), IPAddress.Parse("203.0.113.5")), second = new(IPAddress.Parse("10.0.0.10"), IPAddress.Parse("203.0.113.5"));
        var unordered = _plan with { Wanted = [], Steps = [new PlanStep("translation", [new TranslationChange { By = "edge", Reason = "one address", New = new TranslationTable([second, first]) }], false)] };

        var read = PlanJson.Read(PlanJson.Write(unordered)).Plan!;

        Assert.Equal(PlanEnd.Applied, (await _world.Runner().ApplyAsync(read, new ApplyWish(AcceptUnseen: true), null, default)).End);
        Assert.Equal([first, second], _world.Table!.Mappings);
        Assert.Equal(PlanEnd.Undone, (await _world.Runner().UndoAsync(_plan.Id, null, default)).End);
        Assert.Null(_world.Table);
    }

    [Fact]
    public void A_document_with_values_in_another_order_is_read_as_one_in_order()
    {
        var unordered = PlanWorld.Record("acme.example", "mail.acme.example", RecordType.A, null, new RecordSet(300, ["203.0.113.7", "203.0.113.5"]));
        var reading = PlanJson.Read(PlanJson.Write(_plan with { Steps = [new PlanStep("address records", [unordered], true)] }));
        Assert.True(reading.Plan is not null, string.Join('\n', reading.Faults));
        Assert.Equal(RecordSet.Of(300, "203.0.113.5", "203.0.113.7"), Assert.IsType<RecordChange>(reading.Plan.Changes.First()).New);
    }

    [Fact]
    public async Task A_write_that_lands_after_its_answer_was_given_up_is_taken_back_all_the_same()
    {
        _world.LandsAfter = number => number <= 3 ? TimeSpan.FromSeconds(12) : null;

        Assert.Equal(PlanEnd.Undone, (await ApplyAsync()).End);

        await LaterAsync();
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task A_write_that_lands_after_its_writer_died_is_taken_back_by_who_comes_at_once()
    {
        var process = new MortalProcess();
        _world.LandsAfter = number => number == 1 ? TimeSpan.FromSeconds(12) : null;
        _world.BeforeWrite = number => process.DiesAfter = number == 1 ? process.Calls : process.DiesAfter;
        await Assert.ThrowsAnyAsync<Exception>(() => _world.Runner(process).ApplyAsync(_plan, new ApplyWish(), null, default));

        Assert.Equal(PlanEnd.Undone, Assert.Single(await _world.Runner().RecoverAsync(null, default)).End);

        await LaterAsync();
        Assert.Equal(_before, _world.Picture);
    }

    [Fact]
    public async Task An_old_try_that_lands_after_the_way_back_is_taken_back_too()
    {
        _world.Echo = "203.0.113.77"; // the plan is taken back
        _world.LandsAfter = number => number == 1 ? TimeSpan.FromSeconds(15) : null;

        Assert.Equal(PlanEnd.Undone, (await ApplyAsync()).End);

        await LaterAsync();
        Assert.Equal(_before, _world.Picture);
    }

    private async Task LaterAsync()
    {
        _world.Time.Advance(TimeSpan.FromHours(1));
        await _world.Runner().CompareAsync(_plan, default);
    }
}
