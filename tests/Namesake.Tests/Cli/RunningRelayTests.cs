using System.Text.Json;
using Namesake.Tests.Api;

namespace Namesake.Tests.Cli;

/// <summary>The verbs about a running relay, against one.</summary>
public sealed class RunningRelayTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Theory]
    [InlineData("status")]
    [InlineData("sources")]
    [InlineData("sources list")]
    [InlineData("sources show acme-v4")]
    [InlineData("sources history acme-v4")]
    [InlineData("sources history acme-v4 --limit 2")]
    [InlineData("brands")]
    [InlineData("queue")]
    [InlineData("queue list --brand acme")]
    [InlineData("messages")]
    [InlineData("lanes")]
    [InlineData("sites")]
    [InlineData("sites list")]
    [InlineData("explain --from ann@acme.example --to bob@strict.example")]
    public async Task Every_table_fits_100_columns_without_colour_and_its_JSON_is_the_APIs(string line)
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");

        var people = await RunAsync(line.Split(' '));
        var programs = await RunAsync([.. line.Split(' '), "--json"]);

        people.Fits();
        Assert.Empty(people.Error);
        Assert.Equal(people.ExitCode, programs.ExitCode);
        Assert.Equal(JsonValueKind.Object, programs.Json().ValueKind);
        Assert.DoesNotContain("  \n", people.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_ends_with_1_while_anything_is_held_and_with_0_when_all_is_well()
    {
        (await RunAsync("status")).Ended(1);
        foreach (var brand in new[] { "acme", "bravo", "civic" })
            await _demo.AlignAsync(brand);

        (await RunAsync("status")).Ended(0);
    }

    [Fact]
    public async Task Sources_tell_the_whole_hold()
    {
        var run = (await RunAsync("sources")).Ended(0);

        var text = string.Join(' ', run.Output.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("acme-v4 is held since", text, StringComparison.Ordinal);
        Assert.Contains("PT-01 misaligned: saw 5.10.0.127.in-addr.arpa does not exist", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_tells_since_when_it_is_aligned_and_what_was_before()
    {
        var held = (await RunAsync("sources", "history", "acme-v4")).Ended(0);
        await _demo.AlignAsync("acme");
        var aligned = (await RunAsync("sources", "history", "acme-v4")).Ended(0);
        var part = (await RunAsync("sources", "history", "acme-v4", "--limit", "1")).Ended(0);
        var mark = part.Output[(part.Output.IndexOf("--after ", StringComparison.Ordinal) + "--after ".Length)..].Trim();
        var rest = (await RunAsync("sources", "history", "acme-v4", "--after", mark)).Ended(0);

        Assert.DoesNotContain("aligned since", held.Output, StringComparison.Ordinal);
        Assert.Contains("aligned since", aligned.Output, StringComparison.Ordinal);
        Assert.Contains("verdict changed from misaligned to aligned", Words(aligned.Output), StringComparison.Ordinal);
        Assert.Contains("PTR of 127.0.10.5 changed from none to mail.acme.example", Words(aligned.Output), StringComparison.Ordinal);
        Assert.Contains("EHLO name of 127.0.10.5 first seen: mail.acme.example", Words(rest.Output), StringComparison.Ordinal);
        Assert.DoesNotContain("There is more", rest.Output, StringComparison.Ordinal);
        Assert.Contains("(unknown-source)", (await RunAsync("sources", "history", "nobody")).Ended(1).Error, StringComparison.Ordinal);
    }

    private static string Words(string output) => string.Join(' ', output.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public async Task A_probe_ends_as_a_check_does()
    {
        (await RunAsync("sources", "probe", "acme-v4")).Ended(1);
        await _demo.AlignAsync("acme");

        (await RunAsync("sources", "probe", "acme-v4")).Ended(0);
    }

    [Fact]
    public async Task An_override_is_given_shown_and_withdrawn()
    {
        var given = (await RunAsync("sources", "override", "acme-v4", "--until", "90m", "--reason", "mended today", "--json")).Ended(0).Json();
        var shown = (await RunAsync("sources", "show", "acme-v4")).Ended(0);
        var ended = (await RunAsync("sources", "override", "acme-v4", "--withdraw", "--json")).Ended(0).Json();

        var until = given.GetProperty("override").GetProperty("until").GetDateTimeOffset() - DateTimeOffset.UtcNow;
        Assert.InRange(until, TimeSpan.FromMinutes(80), TimeSpan.FromMinutes(90));
        Assert.Equal($"{Environment.UserName}@{Environment.MachineName}", given.GetProperty("override").GetProperty("by").GetString());
        Assert.Contains("mended today", shown.Output, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, ended.GetProperty("override").ValueKind);
    }

    [Fact]
    public async Task A_lane_is_suspended_shown_and_resumed()
    {
        var given = (await RunAsync("lanes", "suspend", "acme-v4", "Google.com", "--until", "90m", "--reason", "complaints today", "--json")).Ended(0).Json().GetProperty("suspension");
        var shown = (await RunAsync("lanes")).Ended(0);
        var ended = (await RunAsync("lanes", "resume", "acme-v4", "google.com", "--json")).Ended(0).Json();
        var again = (await RunAsync("lanes", "resume", "acme-v4", "google.com")).Ended(1);

        Assert.InRange(given.GetProperty("until").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(80), TimeSpan.FromMinutes(90));
        Assert.Equal($"{Environment.UserName}@{Environment.MachineName}", given.GetProperty("by").GetString());
        Assert.Equal("namesake lanes resume acme-v4 google.com", given.GetProperty("resume").GetString());
        Assert.Contains("complaints", shown.Output, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, ended.GetProperty("suspension").ValueKind);
        Assert.Contains("not-possible", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_is_suspended_for_every_source_shown_and_resumed_and_a_lane_of_it_by_itself()
    {
        var given = (await RunAsync("sites", "suspend", "Google.com", "--until", "90m", "--reason", "they asked us to stop", "--json")).Ended(0).Json().GetProperty("suspension");
        var shown = (await RunAsync("sites")).Ended(0);
        Assert.Contains("1 suspension by operators", (await RunAsync("status")).Output, StringComparison.Ordinal);
        await RunAsync("lanes", "suspend", "acme-v4", "google.com", "--reason", "complaints today");
        var lanes = (await RunAsync("sites", "--json")).Ended(0).Json().GetProperty("items")[0].GetProperty("held").GetInt32();
        var own = (await RunAsync("lanes", "resume", "acme-v4", "google.com")).Ended(0);
        var wrong = (await RunAsync("lanes", "resume", "acme-v4", "google.com")).Ended(1);
        var shared = (await RunAsync("sites", "resume", "backup.example+google.com")).Ended(1);
        var ended = (await RunAsync("sites", "resume", "google.com")).Ended(0);
        var again = (await RunAsync("sites", "resume", "google.com")).Ended(1);

        Assert.Equal("namesake sites resume google.com", given.GetProperty("resume").GetString());
        Assert.Contains("google.com", shown.Output, StringComparison.Ordinal);
        Assert.Contains("they asked", shown.Output, StringComparison.Ordinal);
        Assert.Equal(1, lanes);
        Assert.Contains("is no longer suspended towards google.com itself, but the site is suspended by", own.Output, StringComparison.Ordinal);
        Assert.Contains("`namesake sites resume google.com`", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("one of the operators that share backup.example+google.com: `namesake sites resume google.com`", shared.Error, StringComparison.Ordinal);
        Assert.StartsWith("google.com is open again.", ended.Output, StringComparison.Ordinal);
        Assert.Contains("not-possible", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sites", "suspend")]
    [InlineData("lanes", "suspend", "acme-v4")]
    public async Task Who_suspends_a_domain_is_told_what_its_site_is(params string[] verb)
    {
        var run = (await RunAsync([.. verb, "strict.example", "--reason", "they asked us to stop"])).Ended(0);

        Assert.Contains("But mail for the domain strict.example goes to another site, route:", string.Join(' ', run.Output.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("1 suspension by operators", (await RunAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_ends_with_0_only_when_the_message_would_leave()
    {
        string[] explain = ["explain", "--from", "ann@acme.example", "--to", "bob@strict.example"];
        var held = (await RunAsync(explain)).Ended(1);
        await _demo.AlignAsync("acme");
        var open = (await RunAsync(explain)).Ended(0);

        Assert.Contains("it would be accepted and held", held.Output, StringComparison.Ordinal);
        Assert.Contains("it would leave at once from 127.0.10.5 as mail.acme.example", open.Output, StringComparison.Ordinal);
        (await RunAsync("explain", "--from", "ann@nobody.example", "--to", "bob@strict.example")).Ended(1);
        (await RunAsync([.. explain, "--listener", _demo.Relay.Submission.Addresses[0].ToString()])).Ended(0);
        Assert.Contains("no users are configured", (await RunAsync([.. explain, "--user", "app1"])).Ended(64).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_tells_its_story()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        var id = (await RunAsync("messages", "--json")).Ended(0).Json().GetProperty("items")[0].GetProperty("id").GetString()!;
        var held = (await RunAsync("messages", "show", id)).Ended(0).Fits();
        await _demo.AlignAsync("acme");
        await _demo.UntilAsync($"/api/v1/messages/{id}", answer => answer.Json.GetProperty("message").ValueKind == JsonValueKind.Null);
        var gone = (await RunAsync("messages", "show", id)).Ended(0).Fits();

        Assert.Contains("PT-01", held.Output, StringComparison.Ordinal);
        Assert.Contains("bob@strict.example", held.Output, StringComparison.Ordinal);
        Assert.Contains("delivered", gone.Output, StringComparison.Ordinal);
        Assert.Contains("127.0.10.5", gone.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "unknown-source", "sources", "show", "nobody")]
    [InlineData(1, "unknown-message", "messages", "show", "1f")]
    [InlineData(64, "bad-id", "messages", "show", "ZZ")]
    [InlineData(1, "not-possible", "sources", "attest", "acme-v4")]
    [InlineData(1, "not-possible", "sources", "override", "acme-v4", "--until", "2d", "--reason", "because")]
    public async Task What_the_API_refuses_is_told_with_its_code(int exitCode, string code, params string[] arguments)
    {
        var run = (await RunAsync(arguments)).Ended(exitCode);

        Assert.Contains($"({code})", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Another_relays_token_is_told_to_be_another_relays()
    {
        var other = Path.Combine(_demo.Directory, "other.token");
        Web.Access.TokenFile.ReadOrCreate(other, out _);

        var run = (await NamesakeProcess.RunAsync("status", "--api", _demo.Api.ToString(), "--token-file", other)).Ended(2);

        Assert.Contains("does not take the token", run.Error, StringComparison.Ordinal);
        Assert.Contains(other, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_is_found_by_its_configuration()
    {
        var configuration = _demo.World.Configuration().Replace("api: { address: \"127.0.0.1:0\" }", $"api: {{ address: \"127.0.0.1:{_demo.Api.Port}\" }}", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_demo.Directory, "namesake.yaml"), configuration);

        (await NamesakeProcess.RunAsync(["brands"], directory: _demo.Directory)).Ended(0);
    }

    [Fact]
    public async Task The_spool_of_a_running_relay_is_left_alone() =>
        Assert.NotEmpty((await NamesakeProcess.RunAsync("spool", "check", "--data", Path.Combine(_demo.Directory, "data"))).Ended(2).Error);

    private Task<NamesakeProcess> RunAsync(params string[] arguments) => NamesakeProcess.RunAsync([.. arguments, "--api", _demo.Api.ToString(), "--token-file", _demo.TokenFile]);
}
