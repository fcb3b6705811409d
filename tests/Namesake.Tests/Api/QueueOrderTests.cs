using System.Net;
using System.Text.Json;
using Namesake.Tests.Cli;

namespace Namesake.Tests.Api;

/// <summary>What operators do to mail that waits, asked of a running relay whose brands are held at first.</summary>
public sealed class QueueOrderTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    private string[] Relay => ["--api", _demo.Api.ToString(), "--token-file", _demo.TokenFile];

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task Mail_that_was_held_stays_over_a_restart_is_shown_with_its_reason_and_goes_when_released()
    {
        var id = await WaitingAsync("ann@acme.example", "bob@strict.example");
        await WaitingAsync("ann@bravo.example", "bob@strict.example");

        Assert.Equal(1, (await DoneAsync("hold", """{"brand":"acme","reason":"stolen mailbox","by":"ann"}""")).GetProperty("changed").GetInt64());
        await _demo.AlignAsync("acme");
        await _demo.RestartAsync();
        await _demo.AlignAsync("acme");

        var queue = Assert.Single((await _demo.GetAsync("/api/v1/queue?brand=acme")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(("held", 1L, 1L), (queue.GetProperty("state").GetString(), queue.GetProperty("waiting").GetInt64(), queue.GetProperty("kept").GetInt64()));
        Assert.Equal(["ann: stolen mailbox"], queue.GetProperty("keptBy").EnumerateArray().Select(kept => $"{kept.GetProperty("by").GetString()}: {kept.GetProperty("reason").GetString()}"));
        Assert.Contains("stolen mailbox 1", Groups((await _demo.GetAsync("/api/v1/queue/count?by=reason")).Json));
        Assert.Contains("held 1", Groups((await _demo.GetAsync("/api/v1/queue/count?by=state&brand=acme")).Json));
        Assert.Equal("stolen mailbox", (await _demo.GetAsync($"/api/v1/messages/{id}")).Json.GetProperty("recipients")[0].GetProperty("kept").GetProperty("reason").GetString());
        var alarm = (await _demo.GetAsync("/api/v1/status")).Json.GetProperty("alarms").EnumerateArray().Single(one => one.GetProperty("kind").GetString() == "mail-kept");
        Assert.Contains("stolen mailbox", alarm.GetProperty("text").GetString(), StringComparison.Ordinal);

        Assert.Equal(1, (await DoneAsync("release", """{"because":"Stolen mailbox"}""")).GetProperty("changed").GetInt64());
        await _demo.UntilAsync($"/api/v1/messages/{id}", answer => answer.Json.GetProperty("message").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task A_bounce_makes_a_report_and_a_purge_makes_none_and_both_leave_their_event()
    {
        var bounced = await WaitingAsync("ann@acme.example", "bob@strict.example");
        var purged = await WaitingAsync("ann@bravo.example", "bob@strict.example");

        await DoneAsync("bounce", """{"sender":"ANN@acme.example","reason":"not wanted here","by":"ann"}""");
        await DoneAsync("purge", $$"""{"messages":["{{purged}}"],"reason":"spam from a stolen mailbox","by":"ann"}""");

        Assert.Contains("bounced by ann: not wanted here", await LastEventAsync(bounced), StringComparison.Ordinal);
        Assert.Contains("removed by ann: spam from a stolen mailbox", await LastEventAsync(purged), StringComparison.Ordinal);
        var report = Assert.Single((await _demo.GetAsync("/api/v1/messages")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(("<>", "acme"), (report.GetProperty("sender").GetString(), report.GetProperty("brand").GetString()));
        Assert.Single((await _demo.GetAsync("/api/v1/messages?sender=%3C%3E&submitter=dsn")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Lists_and_counts_are_narrowed_by_every_part()
    {
        var id = await WaitingAsync("ann@acme.example", "bob@strict.example");
        await WaitingAsync("eve@acme.example", "bob@strict.example");

        foreach (var narrow in new[] { "sender=ann@acme.example", $"message={id}", $"message={id}&because=PT-01&state=held&brand=acme&source=acme-v4&domain=strict.example" })
        {
            Assert.Equal(id, Assert.Single((await _demo.GetAsync("/api/v1/messages?" + narrow)).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
            var queue = Assert.Single((await _demo.GetAsync("/api/v1/queue?" + narrow)).Json.GetProperty("items").EnumerateArray());
            Assert.Equal((2L, 1L), (queue.GetProperty("waiting").GetInt64(), queue.GetProperty("matching").GetInt64()));
            Assert.Equal(1, (await _demo.GetAsync("/api/v1/queue/count?" + narrow)).Json.GetProperty("total").GetProperty("waiting").GetInt64());
        }

        foreach (var none in new[] { "olderThan=1h", "submitter=nobody", "state=resting", "state=moving", "because=EG-01", "site=nowhere.example", "sender=%3C%3E", "message=7" })
        {
            Assert.Empty((await _demo.GetAsync("/api/v1/messages?" + none)).Json.GetProperty("items").EnumerateArray());
            Assert.Empty((await _demo.GetAsync("/api/v1/queue?" + none)).Json.GetProperty("items").EnumerateArray());
            Assert.Equal(0, (await _demo.GetAsync("/api/v1/queue/count?" + none)).Json.GetProperty("total").GetProperty("waiting").GetInt64());
        }
    }

    [Theory]
    [InlineData("brand=a b", "brand is no id")]
    [InlineData("domain=-bad-", "domain: ")]
    [InlineData("state=odd", "state is one of due, later, sending, held, suspended, resting, draining, moving")]
    [InlineData("sender=nobody", "sender: ")]
    [InlineData("message=+1f", "message: ")]
    [InlineData("olderThan=soon", "older than: a span such as 90m")]
    [InlineData("colour=red", "brand, site, source, domain, state, because")]
    public async Task A_filter_that_is_none_is_refused_with_the_part_that_is_wrong(string query, string says)
    {
        foreach (var path in new[] { "queue", "queue/count", "messages" })
        {
            var answer = await _demo.GetAsync($"/api/v1/{path}?{query.Replace("+", "%2B", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal)}");

            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Contains(says, answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hold", """{"all":true}""", "reason is 3 to 200 characters")]
    [InlineData("hold", """{"all":true,"reason":"tea time","until":"2001-01-01T00:00:00Z"}""", "until is over already")]
    [InlineData("release", """{"all":true,"reason":"tea time"}""", "release asks for none")]
    [InlineData("purge", """{"reason":"tea time"}""", "nothing says which mail")]
    [InlineData("purge", """{"reason":"tea time","all":true,"state":"held"}""", "stands alone")]
    [InlineData("purge", """{"reason":"tea time","messages":[]}""", "message: no id")]
    [InlineData("bounce", """{"reason":"tea time","olderThan":"yesterday"}""", "older than")]
    [InlineData("move", """{"brand":"acme"}""", "to: the source it moves to is missing")]
    [InlineData("move", """{"brand":"acme","to":"bravo-v4"}""", "bravo-v4 is no source of acme: mail moves only to one of its own: acme-v4")]
    [InlineData("retry", """{"brand":"acme","tried":true}""", "only move")]
    public async Task A_verb_that_lacks_something_says_what(string verb, string body, string says)
    {
        var answer = await _demo.PostAsync("/api/v1/queue/" + verb, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(says, answer.Text, StringComparison.Ordinal);
        Assert.Empty((await _demo.GetAsync("/api/v1/queue/jobs")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_verbs_say_what_they_would_do_and_what_they_did()
    {
        await WaitingAsync("ann@acme.example", "bob@strict.example");
        await WaitingAsync("ann@bravo.example", "bob@strict.example");

        var looked = (await RunAsync("queue", "hold", "--brand", "acme", "--reason", "stolen mailbox", "--dry-run")).Ended(0).Fits();
        var held = (await RunAsync("queue", "hold", "--brand", "acme", "--reason", "stolen mailbox", "--until", "8h", "--by", "ann")).Ended(0).Fits();
        var shown = (await RunAsync("queue", "list", "--state", "held", "--because", "stolen mailbox")).Ended(0);
        var messages = (await RunAsync("messages", "list", "--because", "stolen mailbox")).Ended(0);
        var asked = (await RunAsync("queue", "purge", "--brand", "acme", "--reason", "spam")).Ended(64);
        var purged = (await RunAsync("queue", "purge", "--brand", "acme", "--reason", "spam", "--yes")).Ended(0).Fits();
        var jobs = (await RunAsync("queue", "jobs")).Ended(0);

        Assert.Contains("1 recipient in 1 queue to 1 domain would be kept back. Nothing was changed.", looked.Output, StringComparison.Ordinal);
        Assert.Contains("1 recipient in 1 queue kept back.", held.Output, StringComparison.Ordinal);
        Assert.Contains("KEPT BACK", shown.Output, StringComparison.Ordinal);
        Assert.Contains("kept back by ann since", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("bravo", shown.Output, StringComparison.Ordinal);
        Assert.Contains("kept back", messages.Output, StringComparison.Ordinal);
        Assert.Contains("--yes", asked.Error, StringComparison.Ordinal);
        Assert.Contains("1 recipient in 1 queue removed.", purged.Output, StringComparison.Ordinal);
        Assert.Contains("purge", jobs.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("queue hold --brand acme", "--reason")]
    [InlineData("queue hold --all --reason tea --until sometime", "--until is a span")]
    [InlineData("queue purge --reason spam", "Say which mail")]
    [InlineData("queue bounce --all --state held --reason no", "--all stands alone")]
    [InlineData("queue list --state odd", "state is one of due, later")]
    [InlineData("queue count --older-than soon", "older than: a span")]
    [InlineData("messages list --sender nobody", "sender: ")]
    [InlineData("queue move --brand acme", "--to")]
    public async Task What_is_wrong_in_a_command_is_said_before_the_relay_is_asked(string command, string says) =>
        Assert.Contains(says, (await NamesakeProcess.RunAsync(command.Split(' '))).Ended(64).Error, StringComparison.Ordinal);

    private Task<NamesakeProcess> RunAsync(params string[] command) => NamesakeProcess.RunAsync([.. command, .. Relay]);

    // Handed in and not in memory any more: its source is held.
    private async Task<string> WaitingAsync(string from, string to)
    {
        await _demo.SubmitAsync(from, to);
        var answer = await _demo.UntilAsync($"/api/v1/messages?sender={from}", one => one.Json.GetProperty("items").EnumerateArray().Any(message => message.GetProperty("state").GetString() == "waiting"));
        return answer.Json.GetProperty("items")[0].GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> DoneAsync(string verb, string body)
    {
        var answer = await _demo.PostAsync("/api/v1/queue/" + verb, body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return (await _demo.UntilAsync($"/api/v1/queue/jobs/{answer.Json.GetProperty("job").GetProperty("id").GetInt32()}", job => job.Json.GetProperty("state").GetString() != "running")).Json;
    }

    private async Task<string> LastEventAsync(string id)
    {
        var details = (await _demo.GetAsync($"/api/v1/messages/{id}")).Json;
        Assert.Equal(JsonValueKind.Null, details.GetProperty("message").ValueKind);
        return details.GetProperty("events").EnumerateArray().Last().GetProperty("explanation").GetString()!;
    }

    private static List<string> Groups(JsonElement count) =>
        [.. count.GetProperty("groups").EnumerateArray().Select(group => $"{group.GetProperty("name").GetString()} {group.GetProperty("sum").GetProperty("waiting").GetInt64()}")];
}
