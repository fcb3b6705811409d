using System.Net;
using System.Text.Json;

namespace Namesake.Tests.Api;

/// <summary>Mail of a brand whose identity is wrong, from its hold to its delivery, as the API tells it.</summary>
public sealed class HeldMailTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task A_hold_names_the_failed_check_what_was_seen_what_is_expected_since_when_and_when_the_mail_expires()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");

        var queue = Assert.Single((await _demo.GetAsync("/api/v1/queue")).Json.GetProperty("items").EnumerateArray());

        Assert.Equal("held", queue.GetProperty("state").GetString());
        Assert.Equal(1, queue.GetProperty("waiting").GetInt64());
        var hold = queue.GetProperty("hold");
        Assert.Equal("PT-01", hold.GetProperty("check").GetString());
        Assert.Equal("misaligned", hold.GetProperty("reason").GetString());
        Assert.Contains("5.10.0.127.in-addr.arpa", hold.GetProperty("seen").GetString(), StringComparison.Ordinal);
        Assert.Contains("mail.acme.example", hold.GetProperty("expected").GetString(), StringComparison.Ordinal);
        Assert.True(hold.GetProperty("since").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
        var text = hold.GetProperty("text").GetString()!;
        Assert.Contains(hold.GetProperty("seen").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains(hold.GetProperty("expected").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains(hold.GetProperty("endsWhen").GetString()!, text, StringComparison.Ordinal);
        Assert.Equal(5, (queue.GetProperty("firstExpires").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalDays, tolerance: 0.1);
    }

    [Fact]
    public async Task Every_held_message_carries_the_same_hold_and_its_own_expiry()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");

        var listed = Assert.Single((await _demo.GetAsync("/api/v1/messages")).Json.GetProperty("items").EnumerateArray());
        var one = (await _demo.GetAsync($"/api/v1/messages/{listed.GetProperty("id").GetString()}")).Json;

        Assert.Equal("PT-01", listed.GetProperty("hold").GetProperty("check").GetString());
        Assert.Equal("ann@acme.example", listed.GetProperty("sender").GetString());
        Assert.Equal(JsonSerializer.Serialize(listed), JsonSerializer.Serialize(one.GetProperty("message")));
        var recipient = Assert.Single(one.GetProperty("recipients").EnumerateArray());
        Assert.Equal("bob@strict.example", recipient.GetProperty("address").GetString());
        Assert.Equal("PT-01", recipient.GetProperty("hold").GetProperty("check").GetString());
        Assert.Equal(listed.GetProperty("expires").GetDateTimeOffset(), recipient.GetProperty("expires").GetDateTimeOffset());
    }

    [Fact]
    public async Task An_alarm_says_how_much_mail_of_which_brands_is_held()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        await _demo.SubmitAsync("ann@acme.example", "bob@forward.example");
        await _demo.SubmitAsync("ann@bravo.example", "bob@strict.example");

        var status = (await _demo.UntilAsync("/api/v1/status", answer => Alarms(answer).Sum(alarm => alarm.GetProperty("recipients").GetInt64()) == 3)).Json;

        var acme = Assert.Single(status.GetProperty("alarms").EnumerateArray(), alarm => alarm.GetProperty("source").GetString() == "acme-v4");
        Assert.Equal(2, acme.GetProperty("recipients").GetInt64());
        Assert.Equal(["acme"], acme.GetProperty("brands").EnumerateArray().Select(brand => brand.GetString()));
        Assert.Equal(3, status.GetProperty("sources").GetProperty("held").GetInt32());
        Assert.Equal(3, status.GetProperty("spool").GetProperty("messages").GetInt64());
        Assert.Equal("127.0.0.0/8", Assert.Single(status.GetProperty("treatAsPublic").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task When_DNS_is_right_a_probe_opens_the_source_and_the_message_tells_that_it_was_delivered()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        var id = Assert.Single((await _demo.GetAsync("/api/v1/messages")).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString();
        await _demo.AlignAsync("acme");

        var source = (await _demo.PostAsync("/api/v1/sources/acme-v4/probe")).Json;
        var story = (await _demo.UntilAsync($"/api/v1/messages/{id}", answer => answer.Json.GetProperty("message").ValueKind == JsonValueKind.Null)).Json;

        Assert.Equal("aligned", source.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, source.GetProperty("hold").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, source.GetProperty("proof").ValueKind);
        Assert.Empty(source.GetProperty("findings").EnumerateArray());
        var delivery = Assert.Single(story.GetProperty("events").EnumerateArray());
        Assert.Equal("delivered", delivery.GetProperty("outcome").GetString());
        Assert.Equal("mail.acme.example", delivery.GetProperty("ehlo").GetString());
        Assert.StartsWith("127.0.10.5", delivery.GetProperty("local").GetString(), StringComparison.Ordinal);
        Assert.Empty((await _demo.GetAsync("/api/v1/messages")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task An_override_opens_a_held_source_until_it_is_withdrawn()
    {
        var body = $$"""{"until":"{{DateTimeOffset.UtcNow.AddHours(1):O}}","reason":"the provider mends it today","by":"ann"}""";

        var open = (await _demo.PostAsync("/api/v1/sources/acme-v4/override", body)).Json;
        var status = (await _demo.GetAsync("/api/v1/status")).Json;
        var closed = (await _demo.DeleteAsync("/api/v1/sources/acme-v4/override?by=ann")).Json;

        Assert.Equal(JsonValueKind.Null, open.GetProperty("hold").ValueKind);
        Assert.Equal("misaligned", open.GetProperty("verdict").GetString());
        Assert.Equal("the provider mends it today", open.GetProperty("override").GetProperty("reason").GetString());
        Assert.Equal("ann", open.GetProperty("override").GetProperty("by").GetString());
        Assert.Equal(1, status.GetProperty("sources").GetProperty("overridden").GetInt32());
        Assert.Equal(JsonValueKind.Null, closed.GetProperty("override").ValueKind);
        Assert.Equal("PT-01", closed.GetProperty("hold").GetProperty("check").GetString());
    }

    [Fact]
    public async Task Brands_say_whether_they_can_send()
    {
        await _demo.AlignAsync("bravo");

        var brands = (await _demo.GetAsync("/api/v1/brands")).Json.GetProperty("items").EnumerateArray().ToDictionary(brand => brand.GetProperty("id").GetString()!);

        Assert.True(brands["bravo"].GetProperty("isOpen").GetBoolean());
        Assert.False(brands["acme"].GetProperty("isOpen").GetBoolean());
        Assert.Contains("PT-01", Assert.Single(brands["acme"].GetProperty("sources").EnumerateArray()).GetProperty("hold").GetString(), StringComparison.Ordinal);
        Assert.Equal("strict", brands["acme"].GetProperty("policy").GetString());
    }

    [Fact]
    public async Task Lists_are_filtered_and_go_on_where_they_ended()
    {
        foreach (var brand in new[] { "acme", "bravo" })
            foreach (var domain in new[] { "strict.example", "forward.example" })
                await _demo.SubmitAsync($"ann@{brand}.example", $"bob@{domain}");

        foreach (var list in new[] { "messages", "queue" })
        {
            var seen = new List<string>();
            string? after = null;
            do
            {
                var page = (await _demo.GetAsync($"/api/v1/{list}?limit=1{(after is null ? "" : $"&after={after}")}")).Json;
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("brand").GetString()} {item.GetProperty("domain").GetString()}"));
                after = page.GetProperty("next").GetString();
            }
            while (after is not null);

            Assert.Equal(["acme forward.example", "acme strict.example", "bravo forward.example", "bravo strict.example"], seen.Order());
            Assert.Equal(2, (await _demo.GetAsync($"/api/v1/{list}?brand=acme")).Json.GetProperty("items").GetArrayLength());
            Assert.Equal(2, (await _demo.GetAsync($"/api/v1/{list}?source=bravo-v4")).Json.GetProperty("items").GetArrayLength());
            Assert.Equal(2, (await _demo.GetAsync($"/api/v1/{list}?domain=STRICT.example")).Json.GetProperty("items").GetArrayLength());
            Assert.Equal(1, (await _demo.GetAsync($"/api/v1/{list}?domain=strict.example&brand=bravo")).Json.GetProperty("items").GetArrayLength());
            Assert.Equal(0, (await _demo.GetAsync($"/api/v1/{list}?brand=nobody")).Json.GetProperty("items").GetArrayLength());
        }
    }

    [Fact]
    public async Task Content_is_never_shown()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example", "Confidential-4711");
        var id = Assert.Single((await _demo.GetAsync("/api/v1/messages")).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString();

        foreach (var path in new[] { "/api/v1/status", "/api/v1/queue", "/api/v1/messages", $"/api/v1/messages/{id}", "/", "/metrics" })
        {
            var answer = await _demo.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.DoesNotContain("Confidential-4711", answer.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static JsonElement.ArrayEnumerator Alarms(ApiAnswer answer) => answer.Json.GetProperty("alarms").EnumerateArray();
}
