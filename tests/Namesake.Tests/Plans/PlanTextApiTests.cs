using System.Net;
using System.Text.Json;

namespace Namesake.Tests.Plans;

/// <summary>Translation planned by the API, a plan's text for what isn't ours to write, and the advisor.</summary>
public sealed class PlanTextApiTests : IAsyncLifetime
{
    private const string List = "10.0.0.11 203.0.113.5 mail.list.example\\n10.0.0.12 203.0.113.5 mail.list.example";

    private readonly PlanRelay _relay = new(new ReadFirewall());

    public async ValueTask InitializeAsync() => await _relay.StartAsync();

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    [Fact]
    public async Task Translation_is_planned_kept_and_said_for_another_device()
    {
        var made = await _relay.PostAsync("plans/nat", $$"""{ "list": "{{List}}", "firewall": "edge" }""");
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        var plan = JsonDocument.Parse(made.Text).RootElement;
        var id = PlanRelay.IdOf(plan);
        Assert.Equal("nat", plan.GetProperty("summary").GetProperty("kind").GetString());
        Assert.Contains("+ 10.0.0.11 -> 203.0.113.5", plan.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("planned", (await _relay.GetAsync($"plans/{id}")).Json.GetProperty("summary").GetProperty("state").GetString());

        var text = (await _relay.PostAsync($"plans/{id}/text", """{ "as": "cisco-asa", "device": "dmz" }""")).Json;
        Assert.Contains("nat (inside,dmz) 1 source dynamic", text.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(text.GetProperty("notes").EnumerateArray());
        Assert.StartsWith("no nat", (await _relay.PostAsync($"plans/{id}/text", """{ "as": "cisco-asa", "undo": true }""")).Json.GetProperty("text").GetString(), StringComparison.Ordinal);
        (await _relay.PostAsync($"plans/{id}/text", """{ "as": "powershell" }""")).Problem(HttpStatusCode.Conflict, "not-possible");
        (await _relay.PostAsync($"plans/{id}/text", """{ "as": "cisco-asa", "device": "a\nb" }""")).Problem(HttpStatusCode.Conflict, "not-possible");
        (await _relay.PostAsync("plans/nat", """{ "firewall": "other" }""")).Problem(HttpStatusCode.Conflict, "not-configured");
    }

    [Fact]
    public async Task Records_are_said_as_a_script_as_lines_and_as_a_patch()
    {
        var id = PlanRelay.IdOf(await _relay.PlanAsync("""{ "sources": ["acme-1"] }"""));
        Task<Api.ApiAnswer> TextAsync(string body) => _relay.PostAsync($"plans/{id}/text", body);

        Assert.Contains("Name = 'mail'", (await TextAsync("""{ "as": "powershell" }""")).Json.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("\nmail\t3600\tIN\tA\t127.0.10.5\n", (await TextAsync("""{ "as": "zonefile" }""")).Json.GetProperty("text").GetString(), StringComparison.Ordinal);
        var patch = (await TextAsync("""{ "as": "zonefile", "zoneFiles": [{ "zone": "acme.example", "text": "@ 60 IN SOA ns hostmaster 7 1 1 1 1\n", "name": "db.acme" }] }""")).Json.GetProperty("text").GetString()!;
        Assert.Contains("--- db.acme\n", patch, StringComparison.Ordinal);
        Assert.Contains("hostmaster 8 ", patch, StringComparison.Ordinal);
        (await TextAsync("""{ "as": "zonefile", "zoneFiles": [{ "zone": "other.example", "text": "" }] }""")).Problem(HttpStatusCode.Conflict, "not-possible");
        foreach (var wrong in new[] { "{}", """{ "as": "word" }""", """{ "as": "zonefile", "device": "eth0" }""", """{ "as": "powershell", "zoneFiles": [{ "zone": "a.example", "text": "" }] }""", """{ "as": "zonefile", "zoneFiles": [{ "zone": "a..b" }] }""", """{ "form": "zonefile" }""" })
            (await TextAsync(wrong)).Problem(HttpStatusCode.BadRequest, "bad-body");
        (await _relay.PostAsync("plans/dns-nobodys/text", "{}")).Problem(HttpStatusCode.NotFound, "unknown-plan");
    }

    [Fact]
    public async Task The_advisor_is_asked_about_the_relay_and_about_a_list()
    {
        Assert.Equal(1, (await _relay.PostAsync("plans/advice", "{}")).Json.GetProperty("variant").GetInt32());
        var advice = (await _relay.PostAsync("plans/advice", $$"""{ "list": "{{List}}", "cannotBind": true }""")).Json;
        Assert.Equal((2, 1, false), (advice.GetProperty("variant").GetInt32(), advice.GetProperty("names").GetInt32(), advice.GetProperty("canBind").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, advice.GetProperty("first").ValueKind);
        (await _relay.PostAsync("plans/advice", """{ "list": "x" }""")).Problem(HttpStatusCode.BadRequest, "bad-body");
        (await _relay.PostAsync("plans/advice", """{ "pools": true }""")).Problem(HttpStatusCode.BadRequest, "bad-body");
    }
}
