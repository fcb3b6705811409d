using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Namesake.Core.Pipeline.Spool;
using Namesake.Tests.Api;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Submitters;

/// <summary>The weekly incident, against a whole relay: somebody hands in mail under a name that isn't his.</summary>
public sealed class StolenMailboxTests : IAsyncLifetime
{
    private const string Ann = "ann@acme.example@127.0.0.1", Path = $"/api/v1/submitters/{Ann}";

    private readonly RunningDemo _demo = new();
    private AlarmReceiver _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _desk = await AlarmReceiver.StartAsync();
        await _demo.InitializeAsync();
        // Five weeks in which ann wrote to 40 people a day.
        var today = DateOnly.FromDateTime(DateTime.UnixEpoch + TimeSpan.FromSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        await _demo.Relay.Spool.SaveTalliesAsync([.. Enumerable.Range(1, 35).Select(day => new Tally(new TallyKey(today.AddDays(-day), TallyScope.Submitter, Ann), 40, 40, 0))]);
        await RestartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _demo.DisposeAsync();
        await _desk.DisposeAsync();
    }

    [Fact]
    public async Task A_stolen_mailbox_is_frozen_told_of_and_held_over_a_restart_while_others_flow_and_thawed_it_sends_again()
    {
        // Of 5,000 messages the relay takes no more than are no sign yet, and one.
        Assert.Equal(501, await FloodAsync(5_000));
        Assert.Equal("hourly-recipients", (await _demo.GetAsync(Path)).Json.GetProperty("freeze").GetProperty("rule").GetString());

        // The alarm names who and what.
        var alarm = (await _desk.NextAsync(post => post.Ids("alarms").Contains($"submitter-frozen {Ann}"))).Alarm($"submitter-frozen {Ann}");
        Assert.Equal((Ann, "hourly-recipients"), (alarm.GetProperty("submitter").GetString(), alarm.GetProperty("reason").GetString()));
        Assert.Equal(["acme"], alarm.GetProperty("brands").EnumerateArray().Select(brand => brand.GetString()));
        Assert.Contains("501 recipients in 501 messages within an hour", alarm.GetProperty("text").GetString(), StringComparison.Ordinal);

        // What it had queued is held; others of its brand go on.
        await HeldAsync(501);
        await _demo.SubmitAsync("bob@acme.example", "carl@lenient.example");
        await _demo.AlignAsync("acme");
        await ArrivedAsync("bob@acme.example", 1);
        Assert.Equal(0, Arrived("ann@acme.example"));

        // A restart changes nothing.
        await RestartAsync();
        Assert.Equal(0, await FloodAsync(10));
        await _demo.SubmitAsync("bob@acme.example", "carl@lenient.example");
        await ArrivedAsync("bob@acme.example", 2);
        await HeldAsync(501);
        Assert.Equal(0, Arrived("ann@acme.example"));

        // Thawed, it sends what was held, hands in again, and isn't frozen for what it was frozen for.
        Assert.Equal(JsonNull, (await _demo.PostAsync($"{Path}/thaw", """{"by":"op"}""")).Json.GetProperty("freeze").ValueKind);
        await ArrivedAsync("ann@acme.example", 501);
        Assert.Equal(400, await FloodAsync(400));
        await ArrivedAsync("ann@acme.example", 901);
        await _desk.NextAsync(post => post.Ids("ended").Contains($"submitter-frozen {Ann}") || !post.Ids("alarms").Contains($"submitter-frozen {Ann}"));
    }

    [Fact]
    public async Task An_operator_freezes_one_and_only_its_mail_is_held()
    {
        Assert.Equal(3, await FloodAsync(3));
        await _demo.SubmitAsync("bob@acme.example", "carl@lenient.example");

        var frozen = (await _demo.PostAsync($"{Path}/freeze", """{"reason":"password in a leak","by":"op"}""")).Json.GetProperty("freeze");

        Assert.Equal(("operator", "password in a leak", "op"), (frozen.GetProperty("rule").GetString(), frozen.GetProperty("reason").GetString(), frozen.GetProperty("by").GetString()));
        await HeldAsync(3);
        Assert.Equal(["ann@acme.example"], (await MessagesAsync()).Where(message => message.State == "held").Select(message => message.Sender).Distinct());
        Assert.Equal(["bob@acme.example"], (await MessagesAsync()).Where(message => message.State != "held").Select(message => message.Sender));
    }

    [Fact]
    public async Task Purging_a_frozen_submitters_mail_removes_exactly_that()
    {
        Assert.Equal(501, await FloodAsync(600));
        await HeldAsync(501);
        await _demo.SubmitAsync("bob@acme.example", "victim1@lenient.example");

        var preview = (await _demo.PostAsync("/api/v1/queue/purge", $$"""{"submitter":"{{Ann}}","dryRun":true,"reason":"stolen mailbox"}""")).Json.GetProperty("preview");
        Assert.Equal((501, 1), (preview.GetProperty("changes").GetInt32(), preview.GetProperty("domains").GetInt32()));
        Assert.Equal(502, (await MessagesAsync()).Length);

        var job = (await _demo.PostAsync("/api/v1/queue/purge", $$"""{"submitter":"{{Ann}}","reason":"stolen mailbox"}""")).Json.GetProperty("job").GetProperty("id").GetInt32();
        await _demo.UntilAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/queue/jobs/{job}"), answer => answer.Json.GetProperty("state").GetString() == "done");

        Assert.Equal(["bob@acme.example"], (await MessagesAsync()).Select(message => message.Sender));
        await HeldAsync(0);
        Assert.Equal(0, await FloodAsync(1)); // it is frozen until it is thawed
        await _demo.PostAsync($"{Path}/thaw", "{}");
        Assert.Equal(1, await FloodAsync(1));
    }

    [Fact]
    public async Task A_name_nobody_has_freezes_nobody()
    {
        (await _demo.PostAsync("/api/v1/submitters/an@acme.example/freeze", """{"reason":"password in a leak"}""")).Problem(HttpStatusCode.NotFound, "unknown-submitter");
        await FloodAsync(1);
        (await _demo.PostAsync($"{Path}/thaw", "{}")).Problem(HttpStatusCode.Conflict, "not-possible");
        (await _demo.PostAsync($"{Path}/freeze", """{"reason":"x"}""")).Problem(HttpStatusCode.BadRequest, "bad-body");
        (await _demo.GetAsync("/api/v1/submitters?frozen=perhaps")).Problem(HttpStatusCode.BadRequest, "bad-query");
    }

    private const System.Text.Json.JsonValueKind JsonNull = System.Text.Json.JsonValueKind.Null;

    private async Task RestartAsync()
    {
        await _demo.RestartAsync(_demo.World.Configuration() + $"\nalarms: {{ webhook: \"{_desk.Address}\", interval: 1s }}\n");
        await _demo.Relay.Submitters.LoadHistoryAsync(_demo.Relay.Spool, TestContext.Current.CancellationToken); // in the background at a start; here nobody waits for it
    }

    /// <returns>How many were taken; every other one heard 451 at MAIL.</returns>
    private async Task<int> FloodAsync(int messages)
    {
        using var client = await SmtpConversation.OpenAsync(_demo.Relay.Submission.Addresses[0]);
        var taken = 0;
        for (var i = 0; i < messages; i++)
        {
            var mail = await client.SayAsync("MAIL FROM:<ann@acme.example>");
            if (mail.StartsWith("451 4.7.1", StringComparison.Ordinal))
                continue;
            Assert.StartsWith("250", mail, StringComparison.Ordinal);
            Assert.StartsWith("250", await client.SayAsync(string.Create(CultureInfo.InvariantCulture, $"RCPT TO:<victim{i}@lenient.example>")), StringComparison.Ordinal);
            Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
            Assert.StartsWith("250", await client.SayAsync("From: <ann@acme.example>\r\nSubject: win\r\n\r\nWin.\r\n."), StringComparison.Ordinal);
            taken++;
        }

        return taken;
    }

    private Task<ApiAnswer> HeldAsync(int recipients) => _demo.UntilAsync(Path, answer => answer.Json.GetProperty("freeze").GetProperty("held").GetInt32() == recipients);

    private int Arrived(string sender) => _demo.World.Receivers.Sum(receiver => receiver.Arrivals.Count(arrival => arrival.Sender == sender));

    private Task<ApiAnswer> ArrivedAsync(string sender, int messages) => _demo.UntilAsync("/api/v1/status", _ => Arrived(sender) == messages);

    private async Task<ImmutableArray<MessageSummary>> MessagesAsync() => await _demo.Relay.Spool.MessagesAsync(new SpoolFilter(), new Core.Messages.MessageId(0), 1000, TestContext.Current.CancellationToken);
}
