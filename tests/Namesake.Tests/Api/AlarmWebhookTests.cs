using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Tests.Api;

/// <summary>Alarms leave by webhook: a whole relay, a real HTTP server. verdicts.md §5.</summary>
public sealed class AlarmWebhookTests : IAsyncLifetime
{
    private const string Secret = "a secret of some length";

    private readonly RunningDemo _demo = new();
    private AlarmReceiver _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _desk = await AlarmReceiver.StartAsync();
        await _demo.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _demo.DisposeAsync();
        await _desk.DisposeAsync();
    }

    [Fact]
    public async Task A_held_source_is_told_with_whom_it_hurts_and_then_its_end()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        await _demo.SubmitAsync("ann@acme.example", "carl@strict.example");
        await _demo.SubmitAsync("zoe@acme.example", "bob@forward.example");
        await RestartAsync();

        var told = await _desk.NextAsync();
        var alarm = told.Alarm("source-held acme-v4");
        Assert.Equal(("demo", "application/json; charset=utf-8"), (told.Json.GetProperty("node").GetString(), told.Type));
        Assert.Equal(("source-held", "acme-v4", "PT-01", "misaligned"), (alarm.GetProperty("kind").GetString(), alarm.GetProperty("source").GetString(), alarm.GetProperty("check").GetString(), alarm.GetProperty("reason").GetString()));
        Assert.Equal((3, 3, 2, false), (alarm.GetProperty("recipients").GetInt32(), alarm.GetProperty("messages").GetInt32(), alarm.GetProperty("senders").GetInt32(), alarm.GetProperty("atLeast").GetBoolean()));
        Assert.Equal(["acme"], alarm.GetProperty("brands").EnumerateArray().Select(brand => brand.GetString()));
        Assert.Contains("source-held acme-v4", told.Ids("raised"));

        await _demo.AlignAsync("acme");
        var ended = await _desk.NextAsync(post => post.Ids("ended").Contains("source-held acme-v4"));
        Assert.DoesNotContain("source-held acme-v4", ended.Ids("alarms"));
        Assert.True(ended.At - told.At >= TimeSpan.FromSeconds(1), "two posts are an interval apart");
    }

    [Fact]
    public async Task Each_post_is_signed()
    {
        await RestartAsync();

        var told = await _desk.NextAsync();

        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), told.Body)), told.Signature);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(302)] // a redirect is not followed: it could lead a signed body anywhere
    public async Task A_post_that_fails_is_tried_again_with_what_stands_then(int status)
    {
        _desk.Answer = number => number <= 2 ? status : 200;
        await RestartAsync();

        var first = await _desk.NextAsync();
        var second = await _desk.NextAsync();
        var third = await _desk.NextAsync();

        Assert.Equal(first.Ids("raised"), second.Ids("raised"));
        Assert.Equal(first.Ids("raised"), third.Ids("raised"));
        Assert.True(third.At - second.At >= TimeSpan.FromSeconds(2), "the second wait is twice the first");
    }

    [Fact]
    public async Task What_stands_is_told_again_after_a_restart()
    {
        await RestartAsync();
        var before = await _desk.NextAsync();
        await RestartAsync();

        Assert.Equal(before.Ids("alarms"), (await _desk.NextAsync()).Ids("raised"));
    }

    [Fact]
    public async Task Mail_does_not_wait_for_a_desk_that_never_answers()
    {
        _desk.Until = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
        await RestartAsync();
        await _desk.NextAsync();

        await _demo.AlignAsync("acme");
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");

        await _demo.UntilAsync("/api/v1/messages", answer => answer.Status == HttpStatusCode.OK && answer.Json.GetProperty("items").GetArrayLength() == 0);
    }

    [Fact]
    public async Task A_disk_that_fills_is_an_alarm_of_the_relay()
    {
        await RestartAsync(", diskBelow: 1125899906842624");

        var alarm = (await _desk.NextAsync(post => post.Ids("alarms").Contains("disk-low"))).Alarm("disk-low");

        Assert.Equal(("disk-low", null), (alarm.GetProperty("kind").GetString(), alarm.GetProperty("source").GetString()));
        Assert.Contains("MiB are free", alarm.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("disk-low", (await _demo.GetAsync("/api/v1/status")).Json.GetProperty("alarms").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_held_lane_is_told_with_the_mail_that_waits_for_it()
    {
        await _demo.RestartAsync(_demo.World.Configuration().Replace("firstEchoInterval: 1s", "firstEchoInterval: 10m, longestEchoInterval: 10m", StringComparison.Ordinal)
            + $"\nalarms: {{ webhook: \"{_desk.Address}\", interval: 1s }}\n");
        foreach (var brand in Namesake.Demo.DemoWorld.Brands)
            await _demo.AlignAsync(brand.Id);
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example"); // its way is known from now on
        await _demo.UntilAsync("/api/v1/spool", answer => answer.Json.GetProperty("messages").GetInt64() == 0);
        var receiver = _demo.World.Receivers[0];
        _demo.Relay.Ledger.Sighted(new EchoSighting(
            new SourceId("acme-v4"), new SiteId($"route:{receiver.Address.Address}:{receiver.Address.Port}"), new NextHop(receiver.Address.Address.ToString(), receiver.Address.Address, receiver.Address.Port, 0),
            IPAddress.Parse("127.9.9.9"), "250 mx Hello [127.9.9.9]", DateTimeOffset.UtcNow, NewConnection: true, IsWitness: false));

        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        await _demo.SubmitAsync("zoe@acme.example", "carl@strict.example");
        await _demo.SubmitAsync("ann@bravo.example", "bob@strict.example"); // another source: it is not held

        var id = $"lane-held acme-v4 route:{receiver.Address.Address}:{receiver.Address.Port}";
        var told = (await _demo.UntilAsync("/api/v1/status", answer => Lane(answer, id) is { } lane && lane.GetProperty("recipients").GetInt32() == 2)).Json;
        var lane = told.GetProperty("alarms").EnumerateArray().Single(alarm => alarm.GetProperty("id").GetString() == id);
        Assert.Equal(("EG-01", "fence", 2, 2), (lane.GetProperty("check").GetString(), lane.GetProperty("reason").GetString(), lane.GetProperty("messages").GetInt32(), lane.GetProperty("senders").GetInt32()));
        Assert.Equal(["acme"], lane.GetProperty("brands").EnumerateArray().Select(brand => brand.GetString()));
        Assert.Contains(id, (await _desk.NextAsync(post => post.Ids("raised").Contains(id))).Ids("alarms"));
    }

    private static JsonElement? Lane(ApiAnswer answer, string id) =>
        answer.Json.GetProperty("alarms").EnumerateArray().Where(alarm => alarm.GetProperty("id").GetString() == id).Select(alarm => (JsonElement?)alarm).FirstOrDefault();

    private Task RestartAsync(string more = "") =>
        _demo.RestartAsync($"{_demo.World.Configuration()}\nalarms: {{ webhook: \"{_desk.Address}\", secret: \"{Secret}\", interval: 1s{more} }}\n");
}
