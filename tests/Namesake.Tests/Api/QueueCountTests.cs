using System.Text.Json;
using Namesake.Tests.Cli;

namespace Namesake.Tests.Api;

/// <summary>How much waits, summed by what an operator asks for: a running relay whose brands are held, and the verb that asks it.</summary>
public sealed class QueueCountTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task What_waits_is_summed_by_whatever_is_asked_for()
    {
        await SubmitThreeAsync();

        Assert.Equal(["acme 2", "bravo 1"], Groups(await CountAsync("?by=brand")));
        Assert.Equal(["acme-v4 2", "bravo-v4 1"], Groups(await CountAsync("?by=source")));
        Assert.Equal(["strict.example 2", "forward.example 1"], Groups(await CountAsync("?by=domain")));
        Assert.Equal(["held 3"], Groups(await CountAsync("?by=state")));
        Assert.Equal(["PT-01 misaligned 3"], Groups(await CountAsync("?by=reason")));
        Assert.Equal(3, (await CountAsync("?by=site")).GetProperty("groups").EnumerateArray().Sum(group => group.GetProperty("sum").GetProperty("waiting").GetInt64()));
    }

    [Fact]
    public async Task Filters_narrow_what_is_counted_and_the_total_is_theirs()
    {
        await SubmitThreeAsync();

        var count = await CountAsync("?by=domain&brand=acme");

        Assert.Equal(["forward.example 1", "strict.example 1"], Groups(count));
        var total = count.GetProperty("total");
        Assert.Equal((2, 2, 2, 0), (total.GetProperty("queues").GetInt64(), total.GetProperty("waiting").GetInt64(), total.GetProperty("held").GetInt64(), total.GetProperty("resting").GetInt64()));
        Assert.Empty(Groups(await CountAsync("?brand=nobody")));
    }

    [Fact]
    public async Task Groups_that_find_no_place_are_one_sum()
    {
        await SubmitThreeAsync();

        var count = await CountAsync("?by=brand&limit=1");

        Assert.Equal(["acme 2"], Groups(count));
        Assert.Equal((1, 1L), (count.GetProperty("others").GetProperty("groups").GetInt32(), count.GetProperty("others").GetProperty("sum").GetProperty("waiting").GetInt64()));
        Assert.Equal(3, count.GetProperty("total").GetProperty("waiting").GetInt64());
        Assert.Equal(JsonValueKind.Null, (await CountAsync("?by=brand&limit=2")).GetProperty("others").ValueKind);
    }

    [Theory]
    [InlineData("?by=colour")]
    [InlineData("?by=brand&by=source")]
    [InlineData("?after=1")]
    [InlineData("?limit=0")]
    public async Task What_cannot_be_counted_by_is_refused(string query)
    {
        var answer = await _demo.GetAsync("/api/v1/queue/count" + query);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("\"bad-query\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verb_shows_a_line_for_each_group_and_one_for_all()
    {
        await SubmitThreeAsync();

        var run = (await NamesakeProcess.RunAsync("queue", "count", "--by", "brand", "--api", _demo.Api.ToString(), "--token-file", _demo.TokenFile)).Ended(0).Fits();

        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(5))).ToList();
        Assert.Equal(["BRAND WAITING HELD RESTING QUEUES", "acme 2 2 0 2", "bravo 1 1 0 1", "(all) 3 3 0 3"], lines);
    }

    private async Task SubmitThreeAsync()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        await _demo.SubmitAsync("ann@acme.example", "bob@forward.example");
        await _demo.SubmitAsync("ann@bravo.example", "bob@strict.example");
    }

    private async Task<JsonElement> CountAsync(string query) => (await _demo.GetAsync("/api/v1/queue/count" + query)).Json;

    private static List<string> Groups(JsonElement count) =>
        [.. count.GetProperty("groups").EnumerateArray().Select(group => $"{group.GetProperty("name").GetString()} {group.GetProperty("sum").GetProperty("waiting").GetInt64()}")];
}
