using System.Net;
using System.Text.Json;
using Namesake.Core.Dns;
using Namesake.Core.Sources;
using Namesake.Demo;
using Namesake.Protocol.Addresses;

namespace Namesake.Tests.Api;

/// <summary>/api/v1/sources/{id}/history: since when it is so, and what was before.</summary>
public sealed class HistoryTests : IAsyncLifetime
{
    private const string Path = "/api/v1/sources/acme-v4/history";
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task A_changed_pointer_is_told_with_what_it_was_and_what_came_of_it()
    {
        await _demo.AlignAsync("acme");
        await SetPointerAsync("other.acme.example");

        var history = (await _demo.GetAsync(Path)).Json;

        Assert.Equal(("acme-v4", "aligned"), (history.GetProperty("source").GetString(), history.GetProperty("verdict").GetString())); // one bad answer holds nothing yet
        Assert.Equal("PTR of 127.0.10.5 changed from mail.acme.example to other.acme.example", Texts(history)[0]);
        Assert.Contains("PTR of 127.0.10.5 changed from none to mail.acme.example", Texts(history));
        Assert.Contains("verdict changed from misaligned to aligned", Texts(history));
        Assert.Contains("EHLO name of 127.0.10.5 first seen: mail.acme.example", Texts(history));
        var change = history.GetProperty("changes")[0];
        Assert.Equal(("ptr", "127.0.10.5", "mail.acme.example", "other.acme.example"),
            (change.GetProperty("kind").GetString(), change.GetProperty("subject").GetString(), change.GetProperty("from").GetString(), change.GetProperty("to").GetString()));
        Assert.NotEmpty(change.GetProperty("origin").GetString()!);
        Assert.NotEmpty(change.GetProperty("vantage").GetString()!);
        Assert.Contains("other.acme.example", history.GetProperty("present").EnumerateArray().Select(seen => seen.GetProperty("to").GetString()));
    }

    [Fact]
    public async Task Aligned_since_is_told_while_it_is_and_survives_a_restart()
    {
        Assert.Equal(JsonValueKind.Null, (await _demo.GetAsync(Path)).Json.GetProperty("alignedSince").ValueKind);
        await _demo.AlignAsync("acme");
        var before = (await _demo.GetAsync(Path)).Json;
        Assert.Equal(before.GetProperty("changes").EnumerateArray().First(change => change.GetProperty("kind").GetString() == "verdict").GetProperty("at").GetDateTimeOffset(),
            before.GetProperty("alignedSince").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1)); // stored in microseconds

        await _demo.RestartAsync();

        var after = (await _demo.GetAsync(Path)).Json;
        Assert.Equal(before.GetProperty("alignedSince").GetDateTimeOffset(), after.GetProperty("alignedSince").GetDateTimeOffset());
        Assert.Equal(Texts(before), Texts(after));
    }

    [Fact]
    public async Task Long_histories_come_in_parts()
    {
        await _demo.AlignAsync("acme");
        var whole = Texts((await _demo.GetAsync(Path)).Json);
        Assert.True(whole.Count > 4);

        var parts = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var part = (await _demo.GetAsync($"{Path}?limit=2{(next.Length == 0 ? "" : $"&after={next}")}")).Json;
            parts.AddRange(Texts(part));
            next = part.GetProperty("next").GetString();
        }

        Assert.Equal(whole, parts);
    }

    [Theory]
    [InlineData("/api/v1/sources/nobody/history", HttpStatusCode.NotFound)]
    [InlineData(Path + "?limit=0", HttpStatusCode.BadRequest)]
    [InlineData(Path + "?after=yesterday", HttpStatusCode.BadRequest)]
    [InlineData(Path + "?since=2026-01-01", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_asked_is_refused(string path, HttpStatusCode status) => Assert.Equal(status, (await _demo.GetAsync(path)).Status);

    private async Task SetPointerAsync(string name)
    {
        var acme = DemoWorld.Brands.Single(brand => brand.Id == "acme");
        _demo.World.Dns.Zones.SetRecord(ReverseName.Of(acme.Address).Value, RecordType.Ptr, name);
        await _demo.Relay.Watch.ProbeNowAsync(new SourceId("acme-v4"), TestContext.Current.CancellationToken);
    }

    private static List<string> Texts(JsonElement history) => [.. history.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("text").GetString()!)];
}
