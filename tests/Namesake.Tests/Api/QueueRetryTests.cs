using System.Net;
using System.Text.Json;
using Namesake.Tests.Cli;

namespace Namesake.Tests.Api;

/// <summary>An operator's retry, asked of a running relay.</summary>
public sealed class QueueRetryTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task A_dry_run_says_what_waits_for_what_and_begins_nothing()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        await _demo.SubmitAsync("ann@bravo.example", "bob@strict.example");

        var preview = (await _demo.PostAsync("/api/v1/queue/retry", """{"brand":"acme","dryRun":true}""")).Json.GetProperty("preview");

        Assert.Equal(1, preview.GetProperty("queues").GetInt64());
        Assert.Equal(1, preview.GetProperty("later").GetInt64() + preview.GetProperty("due").GetInt64() + preview.GetProperty("sending").GetInt64());
        Assert.Equal(["acme"], preview.GetProperty("brands").EnumerateArray().Select(brand => brand.GetProperty("brand").GetString()));
        Assert.True(preview.GetProperty("oldestAccepted").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
        Assert.Empty((await _demo.GetAsync("/api/v1/queue/jobs")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_retry_is_a_job_that_ends_and_says_who_began_it_and_what_it_went_through()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        await _demo.SubmitAsync("ann@acme.example", "bob@forward.example");

        var id = (await _demo.PostAsync("/api/v1/queue/retry", """{"all":true,"by":"ann"}""")).Json.GetProperty("job").GetProperty("id").GetInt32();
        var job = (await _demo.UntilAsync($"/api/v1/queue/jobs/{id}", answer => answer.Json.GetProperty("state").GetString() != "running")).Json;

        Assert.Equal(("done", "ann", 2, 2), (job.GetProperty("state").GetString(), job.GetProperty("by").GetString(), job.GetProperty("queues").GetInt32(), job.GetProperty("queuesDone").GetInt32()));
        Assert.Equal(JsonValueKind.Null, job.GetProperty("trouble").ValueKind);
        Assert.Equal(HttpStatusCode.Conflict, (await _demo.DeleteAsync($"/api/v1/queue/jobs/{id}")).Status);
        Assert.Equal(id, Assert.Single((await _demo.GetAsync("/api/v1/queue/jobs")).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"brand":""}""")]
    [InlineData("""{"brand":"acme","all":true}""")]
    [InlineData("""{"domain":"-bad-"}""")]
    [InlineData("""{"brnad":"acme"}""")]
    public async Task What_does_not_say_which_mail_is_refused(string body)
    {
        var answer = await _demo.PostAsync("/api/v1/queue/retry", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("\"bad-body\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("x")]
    public async Task A_job_nobody_began_is_unknown(string id) =>
        Assert.Contains("\"unknown-job\"", (await _demo.GetAsync($"/api/v1/queue/jobs/{id}")).Text, StringComparison.Ordinal);

    [Fact]
    public async Task The_verb_waits_for_its_job_and_says_what_it_did()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        string[] relay = ["--api", _demo.Api.ToString(), "--token-file", _demo.TokenFile];

        var looked = (await NamesakeProcess.RunAsync(["queue", "retry", "--brand", "acme", "--dry-run", .. relay])).Ended(0).Fits();
        var done = (await NamesakeProcess.RunAsync(["queue", "retry", "--brand", "acme", .. relay])).Ended(0).Fits();
        var jobs = (await NamesakeProcess.RunAsync(["queue", "jobs", .. relay])).Ended(0);
        var unknown = (await NamesakeProcess.RunAsync(["queue", "cancel", "99", .. relay])).Ended(1);

        Assert.Contains("Nothing was changed", looked.Output, StringComparison.Ordinal);
        Assert.Contains("in 1 queue made due now.", done.Output, StringComparison.Ordinal);
        Assert.Contains("retry", jobs.Output, StringComparison.Ordinal);
        Assert.Contains("1/1", jobs.Output, StringComparison.Ordinal);
        Assert.Contains("unknown-job", unknown.Error, StringComparison.Ordinal);
    }
}
