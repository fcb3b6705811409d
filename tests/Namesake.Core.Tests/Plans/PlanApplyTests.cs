using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

/// <summary>A plan that may be applied: written, seen, confirmed, or taken back.</summary>
public sealed class PlanApplyTests
{
    private readonly PlanWorld _world = PlanWorld.Before();
    private readonly Plan _plan = PlanWorld.WholePlan();
    private readonly string _before = PlanWorld.Before().Picture;

    private Task<PlanOutcome> ApplyAsync(Plan? plan = null, ApplyWish? wish = null, PlanLimits? limits = null) => _world.Runner(limits: limits).ApplyAsync(plan ?? _plan, wish ?? new ApplyWish(), null, default);

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
    public async Task Only_the_connections_of_sources_that_a_plan_changes_something_of_are_closed()
    {
        var other = new WantedIdentity(new SourceId("other-v4"), IPAddress.Parse("10.0.0.7"), IPAddress.Parse("203.0.113.7"), HostName.Parse("other.acme.example"));
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(_plan with { Wanted = _plan.Wanted.Add(other) }, new ApplyWish(AcceptUnseen: true))).End);
        Assert.Equal(["acme-v4"], _world.Drained);
    }

    [Fact]
    public void A_plan_moves_the_addresses_whose_mapping_differs_and_all_of_a_table_that_holds_for_another_user()
    {
        Mapping stays = new(IPAddress.Parse("10.0.0.5"), IPAddress.Parse("203.0.113.5")), was = new(IPAddress.Parse("10.0.0.6"), IPAddress.Parse("203.0.113.6")), made = was with { Public = stays.Public };
        var change = new TranslationChange { By = "edge", Reason = "a test", Old = new TranslationTable([stays, was]), New = new TranslationTable([stays, made]) };

        Assert.Equal([was.Local], With(change).Moved);
        Assert.Equal([stays.Local, was.Local], With(change with { New = new TranslationTable([stays, was]) { User = 25 } }).Moved.OrderBy(address => address.ToString(), StringComparer.Ordinal));

        Plan With(TranslationChange one) => _plan with { Steps = [new PlanStep("translation", [one], false)] };
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
    public async Task Where_the_relay_could_not_be_told_the_outcome_says_so()
    {
        _world.NoticeTrouble = "the relay's API broke off.";
        foreach (var outcome in new[] { await ApplyAsync(), await _world.Runner().UndoAsync(_plan.Id, null, default) })
            Assert.EndsWith("The relay was not told: the relay's API broke off. One that runs finds out by itself within 10 seconds.", outcome.Text, StringComparison.Ordinal);
        _world.NoticeTrouble = null;
        Assert.DoesNotContain("not told", (await ApplyAsync()).Text, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("other-v4", PlanEnd.Applied)]
    [InlineData("acme-v4", PlanEnd.Undone)]
    public async Task What_is_seen_of_an_identity_that_no_change_is_about_is_shown_and_does_not_decide(string source, PlanEnd end)
    {
        var change = PlanWorld.Record("acme.example", "mail.acme.example", RecordType.A, null, RecordSet.Of(300, "203.0.113.5")) with { Sources = [new SourceId("acme-v4")] };
        var plan = _plan with { Wanted = [_plan.Wanted[0] with { Source = new SourceId(source) }], Steps = [new PlanStep("address records", [change], true)] };
        _world.Echo = "203.0.113.77";

        var outcome = await ApplyAsync(plan);

        Assert.Equal(end, outcome.End);
        Assert.Equal(SeenVerdict.Disagrees, Assert.Single(outcome.Seen).Address);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mapping_that_a_plan_wants_nobody_to_see_is_not_seen(bool isAnother)
    {
        var plan = _plan with { Wanted = isAnother ? [_plan.Wanted[0] with { Public = IPAddress.Parse("203.0.113.6") }] : [] };
        _world.Echo = isAnother ? "203.0.113.6" : null; // what the plan says must be seen, and not what its mapping would show

        var outcome = await ApplyAsync(plan);

        // It would be taken back in any case: nothing is written, and nobody's connections are cut for it.
        Assert.Equal(PlanEnd.Refused, outcome.End);
        Assert.Contains("10.0.0.5 -> 203.0.113.5", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(_before, _world.Picture);
        outcome = await ApplyAsync(plan, new ApplyWish(AcceptUnseen: true));
        Assert.Equal(PlanEnd.Applied, outcome.End);
        Assert.Contains("Not seen from outside: which address 10.0.0.5", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_mappings_are_one_write()
    {
        ImmutableArray<Mapping> mappings = [.. Enumerable.Range(0, 1000).Select(i => new Mapping(IPAddress.Parse($"10.0.{i / 250}.{1 + (i % 250)}"), IPAddress.Parse("203.0.113.5")))];
        var plan = _plan with { Wanted = [], Steps = [new PlanStep("translation", [new TranslationChange { By = "edge", Reason = "one address", New = new TranslationTable(mappings) }], false)] };
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(plan, new ApplyWish(AcceptUnseen: true), new PlanLimits(1000))).End);
        Assert.Equal(1, _world.Writes);
    }

    [Fact]
    public async Task What_is_seen_otherwise_and_does_not_decide_is_said_with_the_confirmation()
    {
        var names = _plan with { Steps = [_plan.Steps[0]] }; // the PTR record stays as it was: it is somebody else's
        _world.Echo = "203.0.113.5";

        var outcome = await ApplyAsync(names);

        Assert.Equal((PlanEnd.Applied, SeenVerdict.Disagrees), (outcome.End, Assert.Single(outcome.Seen).Names));
        Assert.Contains("Seen otherwise", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("old.acme.example", outcome.Text, StringComparison.Ordinal);
    }
}
