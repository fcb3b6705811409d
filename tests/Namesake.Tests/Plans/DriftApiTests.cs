using System.Net;
using System.Text.Json;
using Namesake.Core.Dns;

namespace Namesake.Tests.Plans;

/// <summary>What plans have made and somebody has changed since, by the API: shown, put back, or taken as it is.</summary>
public sealed class DriftApiTests : IAsyncLifetime
{
    private readonly PlanRelay _relay = new();

    public async ValueTask InitializeAsync()
    {
        await _relay.StartAsync();
        var id = PlanRelay.IdOf(await _relay.PlanAsync("""{ "sources": ["acme-1"] }"""));
        await _relay.BeginAsync(id, "apply");
        await _relay.EndedAsync(id);
    }

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    [Fact]
    public async Task Changed_it_is_shown_put_back_with_consent_and_then_as_made()
    {
        Assert.Equal(2, (await _relay.GetAsync("plans/owned")).Json.GetProperty("records").GetArrayLength());
        Assert.Empty((await DriftAsync()).EnumerateArray());
        _relay.SetRecord("mail.acme.example", RecordType.A, "127.0.10.99");

        var drift = Assert.Single((await DriftAsync()).EnumerateArray());
        Assert.Equal(("A", "mail.acme.example", "127.0.10.99 (TTL 300)"), (drift.GetProperty("what").GetString(), drift.GetProperty("name").GetString(), drift.GetProperty("now").GetString()));

        var made = await _relay.PostAsync("plans/restore", """{ "names": ["mail.acme.example."] }""");
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        var plan = JsonDocument.Parse(made.Text).RootElement;
        var id = PlanRelay.IdOf(plan);
        (await _relay.PostAsync($"plans/{id}/apply", "{}")).Problem(HttpStatusCode.Conflict, "needs-consent");
        await _relay.BeginAsync(id, "apply", """{ "replaceForeign": true }""");
        Assert.Equal("applied", (await _relay.EndedAsync(id)).GetProperty("work").GetProperty("end").GetString());
        Assert.Empty((await DriftAsync()).EnumerateArray());
    }

    [Fact]
    public async Task Adopted_is_what_was_shown_and_still_is()
    {
        _relay.SetRecord("mail.acme.example", RecordType.A, "127.0.10.99");
        _relay.SetRecord("5.10.0.127.in-addr.arpa", RecordType.Ptr, "theirs.acme.example.");

        var adopted = (await _relay.PostAsync("plans/adopt", """
            { "by": "ann", "changes": [ { "what": "A", "name": "mail.acme.example", "now": "127.0.10.99 (TTL 300)" }, { "what": "PTR", "name": "5.10.0.127.in-addr.arpa", "now": "mail.acme.example. (TTL 300)" }, { "what": "AAAA", "name": "mail.acme.example", "now": "" } ] }
            """)).Json;

        Assert.Equal("mail.acme.example", Assert.Single(adopted.GetProperty("taken").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(["PTR", "AAAA"], adopted.GetProperty("left").EnumerateArray().Select(left => left.GetProperty("what").GetString()!).Order(StringComparer.Ordinal).Reverse());
        Assert.Contains("theirs.acme.example", adopted.GetProperty("left").GetRawText(), StringComparison.Ordinal);
        Assert.Equal("PTR", Assert.Single((await DriftAsync()).EnumerateArray()).GetProperty("what").GetString());
    }

    [Theory]
    [InlineData("restore", """{ "names": ["nobody.acme.example"] }""")]
    [InlineData("restore", """{ "names": [null] }""")]
    [InlineData("restore", """{ "limits": { "changes": -1 } }""")]
    [InlineData("restore", """{ "all": true }""")]
    [InlineData("adopt", "{}")]
    [InlineData("adopt", """{ "changes": [] }""")]
    [InlineData("adopt", """{ "changes": [ { "what": "A", "name": "mail.acme.example" } ] }""")]
    [InlineData("adopt", """{ "changes": [ null ], "by": "" }""")]
    [InlineData("adopt", """{ "changes": [ { "what": "A", "name": "mail.acme.example", "now": "x", "then": "y" } ] }""")]
    public async Task A_wrong_body_is_refused(string verb, string body) => (await _relay.PostAsync($"plans/{verb}", body)).Problem(HttpStatusCode.BadRequest, "bad-body");

    private async Task<JsonElement> DriftAsync()
    {
        var view = (await _relay.GetAsync("plans/drift")).Json;
        Assert.Empty(view.GetProperty("troubles").EnumerateArray());
        return view.GetProperty("drifts");
    }
}
