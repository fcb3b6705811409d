using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Namesake.Core.Dns;

namespace Namesake.Tests.Api;

/// <summary>What would happen to a message, told before it is sent; and that it then happens.</summary>
public sealed class ExplainTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task An_aligned_brand_leaves_from_its_own_address_under_its_own_name()
    {
        await _demo.AlignAsync("acme");

        var told = await ExplainAsync("ann@acme.example", "bob@strict.example");

        Assert.Equal("leaves", told.GetProperty("fate").GetString());
        Assert.Equal("acme", told.GetProperty("brand").GetString());
        Assert.Equal("strict", told.GetProperty("policy").GetString());
        Assert.Equal("acme-v4", told.GetProperty("source").GetProperty("id").GetString());
        Assert.Equal("127.0.10.5", told.GetProperty("source").GetProperty("publicAddress").GetString());
        Assert.Equal("mail.acme.example", told.GetProperty("source").GetProperty("ehlo").GetString());
        Assert.Equal("public", told.GetProperty("route").GetProperty("identity").GetString());
        Assert.Equal(_demo.World.Receivers[0].Address.ToString(), Assert.Single(told.GetProperty("route").GetProperty("hosts").EnumerateArray()).GetString());
        Assert.Equal(20, told.GetProperty("limits").GetProperty("connections").GetInt32());
        Assert.Equal(432_000, told.GetProperty("limits").GetProperty("expirySeconds").GetDouble());
        Assert.Equal(1, Assert.Single(told.GetProperty("candidates").EnumerateArray()).GetProperty("share").GetDouble());
        Assert.Equal(JsonValueKind.Null, told.GetProperty("remedy").ValueKind);
    }

    [Fact]
    public async Task What_is_told_is_what_happens_and_telling_it_stores_and_sends_nothing()
    {
        await _demo.AlignAsync("acme");
        var told = await ExplainAsync("ann@acme.example", "bob@strict.example");
        Assert.Empty(_demo.World.Receivers[0].Sightings);
        Assert.Equal(0, (await _demo.GetAsync("/api/v1/spool")).Json.GetProperty("messages").GetInt64());

        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        await _demo.UntilAsync("/api/v1/spool", answer => answer.Json.GetProperty("messages").GetInt64() == 0);

        var arrival = Assert.Single(_demo.World.Receivers[0].Arrivals);
        Assert.Equal(told.GetProperty("source").GetProperty("publicAddress").GetString(), arrival.Client.ToString());
        Assert.Equal(told.GetProperty("source").GetProperty("ehlo").GetString(), arrival.Ehlo);
    }

    [Fact]
    public async Task A_held_brand_is_told_why_until_when_and_what_to_write_into_DNS()
    {
        var told = await ExplainAsync("ann@acme.example", "bob@strict.example");

        Assert.Equal("held", told.GetProperty("fate").GetString());
        Assert.Contains("PT-01", told.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.Contains("5.10.0.127.in-addr.arpa. PTR mail.acme.example.", told.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Equal("acme-v4", told.GetProperty("source").GetProperty("id").GetString());
        var candidate = Assert.Single(told.GetProperty("candidates").EnumerateArray());
        Assert.Equal("misaligned", candidate.GetProperty("verdict").GetString());
        Assert.Equal("PT-01", candidate.GetProperty("hold").GetProperty("check").GetString());
        Assert.Equal(0, candidate.GetProperty("share").GetDouble());
    }

    [Fact]
    public async Task A_sender_of_no_brand_would_be_refused_and_so_it_is()
    {
        var told = await ExplainAsync("ann@nobody.example", "bob@strict.example");
        var reply = await Demo.DemoClient.SendAsync(_demo.Relay.Submission.Addresses[0], "app.demo.example", "ann@nobody.example", "bob@strict.example", "x", TestContext.Current.CancellationToken);

        Assert.Equal("refused", told.GetProperty("fate").GetString());
        Assert.Equal(JsonValueKind.Null, told.GetProperty("brand").ValueKind);
        Assert.Equal(JsonValueKind.Null, told.GetProperty("source").ValueKind);
        Assert.StartsWith("550 5.7.1", reply, StringComparison.Ordinal);
        Assert.Contains(told.GetProperty("brandReason").GetString()!, reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sub_domain_is_told_not_to_be_included()
    {
        var told = await ExplainAsync("ann@news.acme.example", "bob@strict.example");

        Assert.Equal("refused", told.GetProperty("fate").GetString());
        Assert.Contains("sub-domains are not included", told.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_that_takes_no_mail_would_bounce()
    {
        await _demo.AlignAsync("acme");
        _demo.World.Dns.Zones.AddZone("null.example");
        _demo.World.Dns.Zones.SetRecord("null.example", RecordType.MX, "0 .");

        var told = await ExplainAsync("ann@acme.example", "bob@null.example");

        Assert.Equal("bounces", told.GetProperty("fate").GetString());
        Assert.Contains("RFC 7505", told.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, told.GetProperty("route").ValueKind);
    }

    [Fact]
    public async Task A_silent_DNS_makes_mail_wait_not_bounce()
    {
        await _demo.AlignAsync("acme");
        _demo.World.Dns.SetFault("doubtful.example", Demo.DemoDnsFault.ServerFailure);

        var told = await ExplainAsync("ann@acme.example", "bob@doubtful.example");

        Assert.Equal("waits", told.GetProperty("fate").GetString());
        Assert.Contains("tried again", told.GetProperty("outcome").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lane_that_rests_says_until_when_and_why()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Parse("127.0.20.8"), 0));
        await _demo.RestartAsync(_demo.World.Configuration().Replace("routes:\n", $"routes:\n  - {{ domains: [closed.example], via: \"{closed.LocalEndPoint}\", identity: public }}\n", StringComparison.Ordinal));
        await _demo.AlignAsync("acme");
        await _demo.SubmitAsync("ann@acme.example", "bob@closed.example");
        var queue = (await _demo.UntilAsync("/api/v1/queue", answer => answer.Text.Contains("\"resting\"", StringComparison.Ordinal))).Json.GetProperty("items")[0];

        var told = await ExplainAsync("ann@acme.example", "bob@closed.example");

        Assert.Equal("waits", told.GetProperty("fate").GetString());
        var reason = queue.GetProperty("rest").GetProperty("reason").GetString()!;
        Assert.Contains(reason, told.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.Equal(reason, told.GetProperty("lane").GetProperty("rest").GetProperty("reason").GetString());
        Assert.Contains(reason, (await _demo.GetAsync("/api/v1/lanes")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_sources_the_open_one_is_chosen_and_the_other_says_why_not()
    {
        await _demo.RestartAsync(_demo.World.Configuration()
            .Replace("sources: [acme-v4]", "sources: [acme-v4, acme-b]", StringComparison.Ordinal)
            .Replace("sources:\n", "sources:\n  - { id: acme-b, localAddress: 127.0.10.8, publicAddress: 127.0.10.8, ehlo: b.acme.example }\n", StringComparison.Ordinal));
        await _demo.AlignAsync("acme");

        var told = await ExplainAsync("ann@acme.example", "bob@strict.example");

        Assert.Equal("leaves", told.GetProperty("fate").GetString());
        Assert.Equal("acme-v4", told.GetProperty("source").GetProperty("id").GetString());
        var other = Assert.Single(told.GetProperty("candidates").EnumerateArray(), candidate => candidate.GetProperty("id").GetString() == "acme-b");
        Assert.NotEqual(JsonValueKind.Null, other.GetProperty("hold").ValueKind);
    }

    private async Task<JsonElement> ExplainAsync(string from, string to) =>
        (await _demo.GetAsync($"/api/v1/explain?from={Uri.EscapeDataString(from)}&to={Uri.EscapeDataString(to)}")).Json;
}
