using System.Net;
using System.Text.Json;

namespace Namesake.Tests.Api;

/// <summary>What a message's listener and login change in what would happen to it.</summary>
public sealed class ExplainOriginTests : IAsyncLifetime
{
    private const string Hash = "$pbkdf2-sha512$i=1000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private readonly RunningDemo _demo = new();

    private IReadOnlyList<IPEndPoint> Listeners => _demo.Relay.Submission.Addresses;

    public async ValueTask InitializeAsync()
    {
        await _demo.InitializeAsync();
        await _demo.RestartAsync(Configuration());
        await _demo.AlignAsync("acme");
        await _demo.AlignAsync("bravo");
    }

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task A_foreign_sender_is_refused_or_forwarded_as_the_listeners_brand_says()
    {
        var unsaid = await ExplainAsync("zoe@outside.example");
        var refused = await ExplainAsync("zoe@outside.example", listener: Listeners[1]);
        var forwarded = await ExplainAsync("zoe@outside.example", listener: Listeners[2]);

        Assert.Equal("refused", unsaid.GetProperty("fate").GetString());
        Assert.Contains("--listener", unsaid.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Equal("refused", refused.GetProperty("fate").GetString());
        Assert.Contains("not a sender domain of brand acme", refused.GetProperty("brandReason").GetString(), StringComparison.Ordinal);
        Assert.Contains("foreignSenders: srs", refused.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Equal(("leaves", "bravo", "bravo-v4"), (forwarded.GetProperty("fate").GetString(), forwarded.GetProperty("brand").GetString(), forwarded.GetProperty("source").GetProperty("id").GetString()));
        Assert.Matches("^SRS0=.*=outside.example=zoe@bravo.example$", forwarded.GetProperty("sender").GetString()!);
    }

    [Fact]
    public async Task What_is_told_of_a_listener_is_what_it_says()
    {
        var told = await ExplainAsync("ann@bravo.example", listener: Listeners[1]);
        var reply = await Demo.DemoClient.SendAsync(Listeners[1], "app.demo.example", "ann@bravo.example", "bob@strict.example", "x", TestContext.Current.CancellationToken);

        Assert.Equal("refused", told.GetProperty("fate").GetString());
        Assert.StartsWith("550 5.7.1", reply, StringComparison.Ordinal);
        Assert.Contains(told.GetProperty("brandReason").GetString()!, reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logins_brand_must_agree_with_the_rest()
    {
        var agrees = await ExplainAsync("ann@acme.example", listener: Listeners[1], user: "app1");
        var conflict = await ExplainAsync("ann@bravo.example", user: "app1");

        Assert.Equal(("leaves", "acme"), (agrees.GetProperty("fate").GetString(), agrees.GetProperty("brand").GetString()));
        Assert.Contains("the user app1 is its", agrees.GetProperty("brandReason").GetString(), StringComparison.Ordinal);
        Assert.Equal("ann@acme.example", agrees.GetProperty("sender").GetString());
        Assert.Equal("refused", conflict.GetProperty("fate").GetString());
        Assert.Contains("brand acme", conflict.GetProperty("brandReason").GetString(), StringComparison.Ordinal);
        Assert.Contains("brand bravo", conflict.GetProperty("brandReason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_lets_nobody_in_without_a_login_wants_one()
    {
        var without = await ExplainAsync("ann@acme.example", listener: Listeners[3]);
        var with = await ExplainAsync("ann@acme.example", listener: Listeners[3], user: "app1");

        Assert.Contains("530 5.7.0", without.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.Contains("--user", without.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Equal("leaves", with.GetProperty("fate").GetString());
    }

    [Theory]
    [InlineData("listener=nowhere", "write an address and port")]
    [InlineData("listener=127.0.0.9:25", "none listens on 127.0.0.9:25; there are 127.0.0.1:")]
    [InlineData("user=nobody", "no user of this name")]
    [InlineData("user=APP1", "case counts")]
    public async Task A_listener_or_login_that_is_not_there_is_told(string query, string expected)
    {
        var problem = (await _demo.GetAsync($"/api/v1/explain?from=ann@acme.example&to=bob@strict.example&{query}")).Problem(HttpStatusCode.BadRequest, "bad-query");

        Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no witness is configured")]
    [InlineData("witnesses: [ { host: witness.example } ]\n", "a witness is asked first")]
    public async Task Behind_a_translation_it_tells_what_a_silent_receiver_asks(string witnesses, string expected)
    {
        await _demo.RestartAsync($"{witnesses}silentReceivers: {{ requireProof: 60s }}\n"
            + Configuration().Replace("localAddress: 127.0.10.5,", "localAddress: 127.0.10.9, attested: { by: ann, on: 2026-01-31 },", StringComparison.Ordinal));
        await _demo.AlignAsync("acme");
        await _demo.AlignAsync("bravo");

        var translated = await ExplainAsync("ann@acme.example");
        var plain = await ExplainAsync("ann@bravo.example");

        Assert.Equal("leaves", translated.GetProperty("fate").GetString());
        Assert.Contains(expected, translated.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.Contains("requireProof allows 60 s", translated.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("requireProof", plain.GetProperty("outcome").GetString(), StringComparison.Ordinal);
    }

    private string Configuration() => $"users: [ {{ name: app1, brand: acme, passwordHash: \"{Hash}\" }} ]\n" + _demo.World.Configuration()
        .Replace("brands:\n", """
              - { address: "127.0.0.2:0", relayFrom: ["127.0.0.0/8"], brand: acme }
              - { address: "127.0.0.3:0", relayFrom: ["127.0.0.0/8"], brand: bravo }
              - { address: "127.0.0.4:0" }
            brands:

            """, StringComparison.Ordinal)
        .Replace("id: bravo, ", "id: bravo, foreignSenders: srs, srsSecret: \"a secret of some length\", ", StringComparison.Ordinal);

    private async Task<JsonElement> ExplainAsync(string from, IPEndPoint? listener = null, string? user = null) =>
        (await _demo.GetAsync($"/api/v1/explain?from={from}&to=bob@strict.example{(listener is null ? "" : $"&listener={listener}")}{(user is null ? "" : $"&user={user}")}")).Json;
}
