using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

/// <summary>What is found out before anything is written.</summary>
public sealed class PlanRefusalTests
{
    private readonly PlanWorld _world = PlanWorld.Before();
    private readonly Plan _plan = PlanWorld.WholePlan();
    private readonly string _before = PlanWorld.Before().Picture;

    private Task<PlanOutcome> ApplyAsync(Plan? plan = null, ApplyWish? wish = null, PlanLimits? limits = null) => _world.Runner(limits: limits).ApplyAsync(plan ?? _plan, wish ?? new ApplyWish(), null, default);

    [Fact]
    public async Task Foreign_records_are_changed_with_consent_only()
    {
        var foreign = _plan with { Steps = [.. _plan.Steps.Select(step => step with { Changes = [.. step.Changes.Select(change => change with { IsForeign = true })] })] };
        await RefusedAsync(foreign, "--replace-foreign");
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(foreign, new ApplyWish(ReplaceForeign: true))).End);
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

    /// <summary>What is wrong, where, and what to do.</summary>
    public static TheoryData<string, string[]> Misfits => new()
    {
        { "node", ["on the node relay2, this is relay1", "apply it there, or plan anew here"] },
        { "provider", ["records by knot", "no DNS provider of that name", "dnsProviders:"] },
        { "firewall", ["translation by fence", "no firewall of that name", "firewalls:"] },
        { "a firewall for records", ["records by edge", "only a firewall"] },
        { "a provider for translation", ["translation by bind", "only a DNS provider"] },
        { "zone", ["other.example, which is none of bind's zones", "zones:"] },
        { "kind", ["a plan for translation and changes DNS besides (A mail.acme.example", "plan anew"] },
        { "a record twice", ["A mail.acme.example more than once", "203.0.113.7", "plan anew"] },
        { "a record by two", ["A mail.acme.example more than once"] },
        { "a table twice", ["translation by edge more than once"] },
        { "a zone twice", ["the zone new.acme.example more than once"] },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public async Task What_does_not_fit_here_is_told_in_a_sentence_that_says_where_and_what_to_do(string what, string[] parts)
    {
        var address = PlanWorld.Record("acme.example", "mail.acme.example", RecordType.A, null, RecordSet.Of(300, "203.0.113.5"));
        var table = _plan.Steps[2].Changes[0];
        var zone = new ZoneChange { By = "bind", Reason = "a test", Zone = DomainName.Parse("new.acme.example") };
        var plan = what switch
        {
            "node" => _plan with { Node = "relay2" },
            "provider" => Of(address with { By = "knot" }),
            "firewall" => Of(table with { By = "fence" }),
            "a firewall for records" => Of(address with { By = "edge" }),
            "a provider for translation" => Of(table with { By = "bind" }),
            "zone" => Of(PlanWorld.Record("other.example", "a.other.example", RecordType.A, null, RecordSet.Of(60, "203.0.113.5"))),
            "kind" => Of(table, address) with { Kind = PlanKind.Nat },
            "a record twice" => Of(address, address with { Old = RecordSet.Of(300, "203.0.113.6"), New = RecordSet.Of(300, "203.0.113.7") }),
            "a record by two" => Of(address, address with { By = "knot", Old = address.New, New = null }),
            "a table twice" => Of(table, table),
            _ => Of(zone, zone),
        };

        var outcome = await ApplyAsync(plan);

        Assert.Equal((PlanEnd.Refused, 0), (outcome.End, _world.Writes));
        Assert.All(parts, part => Assert.Contains(part, outcome.Text, StringComparison.Ordinal));
        Assert.Equal(_before, _world.Picture);
        Assert.Equal(PlanEvent.Refused, Assert.Single(_world.Disk.History(plan.Id).Entries).Event);
    }

    private Plan Of(params Change[] changes) => _plan with { Steps = [new PlanStep("a step", [.. changes], false)] };

    [Fact]
    public async Task A_refusal_leaves_a_record_of_who_asked_for_what_and_why_not()
    {
        await ApplyAsync(wish: new ApplyWish(AcceptUnseen: true), limits: new PlanLimits(Changes: 2, Removals: 20));

        var entry = Assert.Single(_world.Disk.History(_plan.Id).Entries);
        Assert.Equal((PlanEvent.Refused, "ann@relay1", PlanState.Planned), (entry.Event, entry.Who, _world.Disk.History(_plan.Id).State));
        foreach (var part in new[] { "over the limits", "--unseen", "20 removals in place of 8" })
            Assert.Contains(part, entry.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("2 changes", entry.Text, StringComparison.Ordinal); // a lower limit is nothing allowed
    }

    [Fact]
    public async Task What_was_allowed_beyond_the_usual_stands_in_the_journal_of_what_was_applied()
    {
        _world.Disk.Registry = PlanJournalJson.Write(PlanRegistry.Empty);
        Assert.Equal(PlanEnd.Refused, (await ApplyAsync()).End);
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(wish: new ApplyWish(ReplaceForeign: true), limits: new PlanLimits(Changes: 100))).End);

        var begun = _world.Disk.History(_plan.Id).Begun!;
        Assert.Contains("ann@relay1 allowed changing what isn't ours (--replace-foreign): A old.acme.example: 203.0.113.9 (TTL 60) -> 203.0.113.5 (TTL 60); PTR 5.113", begun.Text, StringComparison.Ordinal);
        Assert.Contains("100 changes in place of 64", begun.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Applied_already_is_a_refusal_with_a_record_and_changes_no_state()
    {
        await ApplyAsync();
        Assert.Equal(PlanEnd.Refused, (await ApplyAsync()).End);
        var history = _world.Disk.History(_plan.Id);
        Assert.Equal((PlanEvent.Refused, PlanState.Applied, false), (history.Entries[^1].Event, history.State, history.IsUnrecorded));
    }

    private async Task RefusedAsync(Plan plan, string because)
    {
        var outcome = await ApplyAsync(plan);
        Assert.Equal((PlanEnd.Refused, 0), (outcome.End, _world.Writes));
        Assert.Contains(because, outcome.Text, StringComparison.Ordinal);
        Assert.Equal(_before, _world.Picture);
    }
}
