using System.Net;
using System.Text;
using System.Text.Json;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;

namespace Namesake.Tests.Plans;

/// <summary>Plans by the API: a whole relay, its zones in a folder, a real name server.</summary>
public sealed class PlanApiTests : IAsyncLifetime
{
    private readonly PlanRelay _relay = new();

    public async ValueTask InitializeAsync() => await _relay.StartAsync();

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    [Fact]
    public async Task A_plan_is_made_kept_applied_verified_and_undone()
    {
        var made = await _relay.PlanAsync();
        var id = PlanRelay.IdOf(made);
        Assert.Equal(("planned", 4), (made.GetProperty("summary").GetProperty("state").GetString(), made.GetProperty("summary").GetProperty("changes").GetInt32()));
        Assert.Contains("+ 127.0.10.5 (TTL 3600)", made.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(id, made.GetProperty("plan").GetProperty("id").GetString());
        Assert.Equal("", _relay.Picture); // made, and nothing written
        Assert.Equal(made.GetProperty("plan").GetRawText(), (await _relay.GetAsync($"plans/{id}")).Json.GetProperty("plan").GetRawText());

        await _relay.BeginAsync(id, "apply", """{ "by": "ann" }""");
        var applied = await _relay.EndedAsync(id);

        Assert.True(applied.GetProperty("work").GetProperty("end").GetString() == "applied", applied.GetRawText());
        Assert.Equal(("applied", "ann over the API"), (applied.GetProperty("summary").GetProperty("state").GetString(), applied.GetProperty("summary").GetProperty("by").GetString()));
        var events = applied.GetProperty("journal").EnumerateArray().Select(entry => entry.GetProperty("event").GetString()).ToList();
        Assert.True(events.IndexOf("watching") < events.IndexOf("writing") && events.Contains("confirmed"), string.Join(' ', events)); // the dead-man timer waited before anything was written
        Assert.Contains("mail.acme.example A.record: 3600 127.0.10.5", _relay.Picture, StringComparison.Ordinal);
        (await _relay.PostAsync($"plans/{id}/apply", "{}")).Problem(HttpStatusCode.Conflict, "not-possible");

        var verified = (await _relay.PostAsync($"plans/{id}/verify")).Json;
        Assert.Empty(verified.GetProperty("apart").EnumerateArray());
        Assert.All(verified.GetProperty("seen").EnumerateArray(), seen => Assert.Equal("agrees", seen.GetProperty("names").GetString()));
        Assert.Equal(0, (await _relay.PlanAsync()).GetProperty("summary").GetProperty("changes").GetInt32());

        await _relay.BeginAsync(id, "undo", """{ "by": "zoe" }""");
        var undone = await _relay.EndedAsync(id);
        Assert.Equal(("undone", "undo"), (undone.GetProperty("work").GetProperty("end").GetString(), undone.GetProperty("work").GetProperty("verb").GetString()));
        Assert.Contains("zoe over the API", undone.GetProperty("summary").GetProperty("undoneBecause").GetString(), StringComparison.Ordinal);
        Assert.Equal("", _relay.Picture);
        Assert.NotEmpty((await _relay.PostAsync($"plans/{id}/verify")).Json.GetProperty("apart").EnumerateArray());
        (await _relay.PostAsync($"plans/{id}/undo", "{}")).Problem(HttpStatusCode.Conflict, "not-possible");
    }

    [Fact]
    public async Task Only_the_sources_that_are_named_are_planned_for_and_what_is_given_up_goes()
    {
        var made = await _relay.PlanAsync("""{ "sources": ["acme-2"] }""");
        Assert.Equal(2, made.GetProperty("summary").GetProperty("changes").GetInt32());
        Assert.DoesNotContain("mail.acme.example", made.GetProperty("text").GetString(), StringComparison.Ordinal);
        await _relay.BeginAsync(PlanRelay.IdOf(made), "apply");
        await _relay.EndedAsync(PlanRelay.IdOf(made));
        Assert.Contains("post.acme.example", _relay.Picture, StringComparison.Ordinal);

        var leaving = await _relay.PlanAsync("""{ "giveUp": ["acme-2"] }""");
        await _relay.BeginAsync(PlanRelay.IdOf(leaving), "apply");

        Assert.Equal("applied", (await _relay.EndedAsync(PlanRelay.IdOf(leaving))).GetProperty("work").GetProperty("end").GetString());
        Assert.Equal("", _relay.Picture);
    }

    [Fact]
    public async Task What_is_somebody_elses_is_changed_with_consent_only()
    {
        _relay.SetRecord("5.10.0.127.in-addr.arpa", RecordType.Ptr, "theirs.acme.example.");
        var before = _relay.Picture;
        var id = PlanRelay.IdOf(await _relay.PlanAsync("""{ "sources": ["acme-1"] }"""));

        var refused = (await _relay.PostAsync($"plans/{id}/apply", "{}")).Problem(HttpStatusCode.Conflict, "needs-consent");
        Assert.Contains("theirs.acme.example", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, _relay.Picture);
        Assert.DoesNotContain("theirs", (await _relay.PlanAsync("""{ "sources": ["acme-1"], "leaveForeign": true }""")).GetProperty("plan").GetProperty("steps").GetRawText(), StringComparison.Ordinal);

        await _relay.BeginAsync(id, "apply", """{ "replaceForeign": true }""");
        var applied = await _relay.EndedAsync(id);
        Assert.True(applied.GetProperty("work").GetProperty("end").GetString() == "applied", applied.GetRawText());
        Assert.Contains("5.10.0.127.in-addr.arpa Ptr.record: 300 mail.acme.example", _relay.Picture, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_was_made_to_keep_quiet_of_others_is_found_out()
    {
        _relay.SetRecord("5.10.0.127.in-addr.arpa", RecordType.Ptr, "theirs.acme.example.");
        var made = await _relay.PlanAsync("""{ "sources": ["acme-1"] }""");
        var plan = PlanJson.Read(Encoding.UTF8.GetBytes(made.GetProperty("plan").GetRawText())).Plan!;
        Assert.Contains(plan.Changes, change => change.IsForeign);
        plan = plan with { Id = PlanId.New(PlanKind.Dns, plan.MadeAt, 77), Steps = [.. plan.Steps.Select(step => step with { Changes = [.. step.Changes.Select(change => change with { IsForeign = false })] })] };
        await _relay.Store.KeepAsync(plan, TestContext.Current.CancellationToken);

        (await _relay.PostAsync($"plans/{plan.Id}/apply", """{ "by": "dead-man timer" }""")).Problem(HttpStatusCode.Conflict, "needs-consent");

        var refused = Assert.Single((await _relay.GetAsync($"plans/{plan.Id}")).Json.GetProperty("journal").EnumerateArray());
        Assert.Equal(("refused", "dead-man timer over the API"), (refused.GetProperty("event").GetString(), refused.GetProperty("who").GetString()));
        Assert.Contains("theirs.acme.example", refused.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_is_stale_writes_nothing_and_says_so_in_its_journal()
    {
        var id = PlanRelay.IdOf(await _relay.PlanAsync());
        _relay.SetRecord("mail.acme.example", RecordType.A, "127.0.10.99");
        var before = _relay.Picture;

        await _relay.BeginAsync(id, "apply");
        var ended = await _relay.EndedAsync(id);

        Assert.Equal(("stale", "planned"), (ended.GetProperty("work").GetProperty("end").GetString(), ended.GetProperty("summary").GetProperty("state").GetString()));
        Assert.Contains("Plan anew", ended.GetProperty("journal").EnumerateArray().Last().GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, _relay.Picture);
    }

    [Fact]
    public async Task More_than_the_limits_is_refused_until_they_are_raised_for_this_once()
    {
        var id = PlanRelay.IdOf(await _relay.PlanAsync());

        var refused = (await _relay.PostAsync($"plans/{id}/apply", """{ "limits": { "changes": 3 } }""")).Problem(HttpStatusCode.Conflict, "not-possible");

        Assert.Contains("3 are allowed", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await _relay.BeginAsync(id, "apply", """{ "limits": { "changes": 4 } }""");
        await _relay.EndedAsync(id);
    }

    [Fact]
    public async Task The_list_is_newest_first_and_paged()
    {
        var made = new List<string>();
        for (var second = 0; second < 3; second++)
        {
            var at = new DateTimeOffset(2026, 11, 26, 8, 15, second, TimeSpan.Zero);
            var plan = new Plan { Id = PlanId.New(second == 1 ? PlanKind.Nat : PlanKind.Dns, at, 1), Kind = second == 1 ? PlanKind.Nat : PlanKind.Dns, Node = "relay1", MadeAt = at, Steps = [], Limits = new PlanLimits() };
            await _relay.Store.KeepAsync(plan, TestContext.Current.CancellationToken);
            made.Insert(0, plan.Id.Value);
        }

        var first = (await _relay.GetAsync("plans?limit=2")).Json;
        var second2 = (await _relay.GetAsync($"plans?limit=2&after={first.GetProperty("next").GetString()}")).Json;

        Assert.Equal(made, first.GetProperty("items").EnumerateArray().Concat(second2.GetProperty("items").EnumerateArray()).Select(plan => plan.GetProperty("id").GetString()!));
        Assert.Equal(JsonValueKind.Null, second2.GetProperty("next").ValueKind);
        (await _relay.GetAsync("plans?after=dns-none")).Problem(HttpStatusCode.BadRequest, "bad-query");
    }

    [Theory]
    [InlineData("dns-20200101-000000-0001")]
    [InlineData("..%2fregistry")]
    [InlineData("lock")]
    [InlineData("DNS-1")]
    public async Task A_plan_nobody_made_is_not_found(string id)
    {
        (await _relay.GetAsync($"plans/{id}")).Problem(HttpStatusCode.NotFound, "unknown-plan");
        foreach (var verb in new[] { "apply", "verify", "undo" })
            (await _relay.PostAsync($"plans/{id}/{verb}", "{}")).Problem(HttpStatusCode.NotFound, "unknown-plan");
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_body_is_told_at_once()
    {
        var body = """{ "sources": ["nobody", "a b", null, "acme-1"], "giveUp": ["acme-1"], "firewall": "edge", "limits": { "changes": -1, "perZone": 1000000 } }""";

        var detail = (await _relay.PostAsync("plans/dns", body)).Problem(HttpStatusCode.BadRequest, "bad-body").GetProperty("detail").GetString()!;

        foreach (var part in new[] { "sources[0]", "sources[1]", "sources[2]", "acme-1 is in sources and in giveUp", "firewall", "limits.changes", "limits.perZone" })
            Assert.Contains(part, detail, StringComparison.Ordinal);
        var id = PlanRelay.IdOf(await _relay.PlanAsync());
        detail = (await _relay.PostAsync($"plans/{id}/apply", """{ "by": "", "limits": { "removals": -1 } }""")).Problem(HttpStatusCode.BadRequest, "bad-body").GetProperty("detail").GetString()!;
        Assert.True(detail.Contains("by is", StringComparison.Ordinal) && detail.Contains("limits.removals", StringComparison.Ordinal), detail);
        foreach (var wrong in new[] { "", "[]", "{", """{ "replaceForeing": true }""", """{ "replaceForeign": "yes" }""" })
            (await _relay.PostAsync($"plans/{id}/apply", wrong)).Problem(HttpStatusCode.BadRequest, "bad-body");
        Assert.Equal("", _relay.Picture);
    }

    [Fact]
    public async Task A_list_that_is_wrong_is_told_line_by_line()
    {
        var detail = (await _relay.PostAsync("plans/nat", """{ "sources": ["acme-1"], "list": "10.0.0.9 203.0.113.9 mail.list.example\n10.0.0.9 203.0.113.9\nx y z" }""")).Problem(HttpStatusCode.BadRequest, "bad-body").GetProperty("detail").GetString()!;
        foreach (var part in new[] { "in place of sources", "list: line 2", "list: line 3" })
            Assert.Contains(part, detail, StringComparison.Ordinal);
        (await _relay.PostAsync("plans/dns", """{ "list": "10.0.0.9 203.0.113.9 mail.list.example" }""")).Problem(HttpStatusCode.BadRequest, "bad-body");
    }

    [Fact]
    public async Task Translation_is_not_planned_without_a_firewall() =>
        (await _relay.PostAsync("plans/nat", "{}")).Problem(HttpStatusCode.Conflict, "not-configured");

    [Fact]
    public async Task One_plan_is_in_hand_at_a_time_and_the_answer_names_it()
    {
        _relay.StopAt("before-1");
        var (first, second) = (PlanRelay.IdOf(await _relay.PlanAsync("""{ "sources": ["acme-1"] }""")), PlanRelay.IdOf(await _relay.PlanAsync("""{ "sources": ["acme-2"] }""")));
        await _relay.BeginAsync(first, "apply");

        foreach (var (plan, verb) in new[] { (second, "apply"), (first, "apply") })
            Assert.Contains(first, (await _relay.PostAsync($"plans/{plan}/{verb}", "{}")).Problem(HttpStatusCode.Conflict, "plan-in-hand").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await _relay.GetAsync($"plans/{first}")).Json.GetProperty("work").GetProperty("ended").ValueKind);

        _relay.GoOn("before-1");
        Assert.Equal("applied", (await _relay.EndedAsync(first)).GetProperty("work").GetProperty("end").GetString());
        await _relay.BeginAsync(second, "apply");
        Assert.Equal("applied", (await _relay.EndedAsync(second)).GetProperty("work").GetProperty("end").GetString());
    }

    [Fact]
    public async Task A_plan_that_another_process_is_at_is_named_with_who_is()
    {
        var (id, other) = (PlanRelay.IdOf(await _relay.PlanAsync("""{ "sources": ["acme-1"] }""")), PlanRelay.IdOf(await _relay.PlanAsync("""{ "sources": ["acme-2"] }""")));
        Assert.True(PlanId.TryParse(id, out var parsed));
        using var attending = _relay.Store.TryAttend(parsed);
        using (var hold = await _relay.Store.TakeAsync("ann@relay1", TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken))
            await hold!.AppendAsync(parsed, new PlanEntry(DateTimeOffset.UtcNow, "ann@relay1", PlanEvent.Begun, "") { Until = new Deadline("", TimeSpan.Zero, DateTimeOffset.UtcNow.AddMinutes(5)) });

        foreach (var plan in new[] { id, other })
            Assert.Contains("ann@relay1", (await _relay.PostAsync($"plans/{plan}/apply", "{}")).Problem(HttpStatusCode.Conflict, "plan-in-hand").GetProperty("detail").GetString(), StringComparison.Ordinal);
        var asked = (await _relay.GetAsync($"plans/{id}")).Json;
        Assert.Equal(("applying", "refused"), (asked.GetProperty("summary").GetProperty("state").GetString(), asked.GetProperty("journal")[1].GetProperty("event").GetString()));
    }

    [Fact]
    public async Task An_undo_outweighs_the_apply_it_is_about()
    {
        _relay.StopAt("after-1");
        var id = PlanRelay.IdOf(await _relay.PlanAsync());
        await _relay.BeginAsync(id, "apply");
        await _relay.WrittenAsync(1);

        await _relay.BeginAsync(id, "undo", """{ "by": "zoe" }""");
        _relay.GoOn("after-1");

        var ended = await _relay.EndedAsync(id);
        Assert.True(ended.GetProperty("summary").GetProperty("state").GetString() == "undone", ended.GetRawText());
        Assert.Equal("", _relay.Picture);
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_left_by_word()
    {
        using var scene = new PlanScene();
        await scene.StickAsync();
        var id = scene.Plan.Id;
        await _relay.Store.KeepAsync(scene.Plan, TestContext.Current.CancellationToken);
        using (var hold = await _relay.Store.TakeAsync("ann", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken))
            foreach (var entry in (await scene.Store.FindAsync(id, TestContext.Current.CancellationToken))!.Entries)
                await hold!.AppendAsync(id, entry);
        await _relay.BeginAsync(id.Value, "undo");
        Assert.Equal("undecided", (await _relay.EndedAsync(id.Value)).GetProperty("work").GetProperty("end").GetString());

        await _relay.BeginAsync(id.Value, "undo", """{ "by": "zoe", "leave": true }""");

        var left = await _relay.EndedAsync(id.Value);
        Assert.Equal(("undoneInPart", "undoneInPart"), (left.GetProperty("work").GetProperty("end").GetString(), left.GetProperty("summary").GetProperty("state").GetString()));
        Assert.Contains("by the word of zoe", left.GetProperty("work").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_goes_away_changes_nothing()
    {
        _relay.StopAt("before-1");
        var id = PlanRelay.IdOf(await _relay.PlanAsync());
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var asked = _relay.PostAsync($"plans/{id}/apply", "{}", leaving.Token);
        await PlanRelay.UntilAsync("it is begun", async () => (await _relay.GetAsync($"plans/{id}")).Json.GetProperty("work").ValueKind == JsonValueKind.Object);
        await leaving.CancelAsync();
        await Task.WhenAny(asked);
        _relay.GoOn("before-1");

        Assert.Equal("applied", (await _relay.EndedAsync(id)).GetProperty("work").GetProperty("end").GetString());
    }
}
