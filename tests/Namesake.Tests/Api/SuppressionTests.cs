using System.Globalization;
using System.Net;
using System.Text.Json;
using Namesake.Demo;
using Namesake.Tests.Cli;

namespace Namesake.Tests.Api;

/// <summary>The list of a brand over the API and the command line, of a whole relay.</summary>
public sealed class SuppressionTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task Who_is_put_into_the_list_is_refused_at_RCPT_over_a_restart_too_until_it_is_lifted()
    {
        var added = (await _demo.PostAsync("/api/v1/suppressions", """{"brand":"acme","address":"Bob@strict.example","reason":"asked us by telephone","by":"anna"}""")).Json;
        Assert.Equal(("bob@strict.example", "suppressed", "hand", "anna"),
            (added.GetProperty("address").GetString(), added.GetProperty("state").GetString(), added.GetProperty("origin").GetString(), added.GetProperty("by").GetString()));
        await _demo.RestartAsync();

        var refused = await SubmitAsync("bob@strict.example");
        Assert.StartsWith("550 5.7.1", refused, StringComparison.Ordinal);
        Assert.Contains("namesake suppressions remove bob@strict.example --brand acme", refused, StringComparison.Ordinal);
        await _demo.SubmitAsync("ann@bravo.example", "bob@strict.example");
        var told = (await _demo.GetAsync("/api/v1/explain?from=ann@acme.example&to=bob@strict.example")).Json;
        Assert.Equal("refused", told.GetProperty("fate").GetString());
        Assert.Contains("asked us by telephone", told.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.Contains("namesake suppressions remove bob@strict.example --brand acme", told.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Contains("namesake_suppressions_turned_away_total{brand=\"acme\"}", (await _demo.GetAsync("/metrics")).Text, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await _demo.PostAsync("/api/v1/suppressions/remove", """{"brand":"acme","address":"bob@strict.example"}""")).Status);
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        Assert.Equal(HttpStatusCode.Conflict, (await _demo.PostAsync("/api/v1/suppressions/remove", """{"brand":"acme","address":"bob@strict.example"}""")).Status);
    }

    [Fact]
    public async Task What_is_queued_when_its_recipient_comes_into_the_list_is_returned_and_its_story_says_why()
    {
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");
        var id = Assert.Single((await _demo.GetAsync("/api/v1/messages")).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString();
        await _demo.PostAsync("/api/v1/suppressions", """{"brand":"acme","address":"bob@strict.example","reason":"asked us by telephone"}""");
        await _demo.AlignAsync("acme");

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        string story;
        do
        {
            await pause.WaitForNextTickAsync(patience.Token);
            story = (await _demo.GetAsync($"/api/v1/messages/{id}")).Text;
        }
        while (!story.Contains("\"suppressed\"", StringComparison.Ordinal));
        Assert.Contains("asked us by telephone", story, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_go_by_key_and_an_address_is_found_in_every_list()
    {
        var entries = string.Join(',', Enumerable.Range(0, 25).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"address":"r{{i:00}}@sink.test","brand":"{{(i % 2 == 0 ? "acme" : "bravo")}}"}""")));
        var taken = (await _demo.PostAsync("/api/v1/suppressions/import", $$"""{"entries":[{{entries}},{"address":"over@sink.test","brand":"acme","until":"2020-01-01T00:00:00Z"}]}""")).Json;
        Assert.Equal((25, 1), (taken.GetProperty("taken").GetInt32(), taken.GetProperty("over").GetInt32()));

        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = (await _demo.GetAsync($"/api/v1/suppressions?limit=10{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}")).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(entry => $"{entry.GetProperty("brand").GetString()}:{entry.GetProperty("address").GetString()}"));
            if ((after = page.GetProperty("next").GetString()) is null)
                break;
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Equal(13, (await _demo.GetAsync("/api/v1/suppressions?brand=acme")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await _demo.GetAsync("/api/v1/suppressions?address=R01%40sink.test")).Json.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("", """{"brand":"acme","address":"bob","reason":"because"}""", "bad-body")]
    [InlineData("", """{"brand":"nobody","address":"bob@sink.test","reason":"because"}""", "bad-body")]
    [InlineData("", """{"brand":"acme","address":"bob@sink.test"}""", "bad-body")]
    [InlineData("", """{"brand":"acme","address":"bob@sink.test","reason":"because","until":"2020-01-01T00:00:00Z"}""", "not-possible")]
    [InlineData("", """{"brand":"acme","address":"bob@sink.test","reason":"because","until":"2126-01-01T00:00:00Z"}""", "not-possible")]
    [InlineData("/remove", """{"brand":"acme","address":"bob@sink.test"}""", "not-possible")]
    [InlineData("/import", """{"entries":[]}""", "bad-body")]
    [InlineData("/import", """{"brand":"nobody","entries":[{"address":"bob@sink.test"}]}""", "bad-body")]
    public async Task What_can_not_be_is_refused_with_its_reason(string path, string body, string code)
    {
        var answer = await _demo.PostAsync("/api/v1/suppressions" + path, body);
        answer.Problem(code == "bad-body" ? HttpStatusCode.BadRequest : HttpStatusCode.Conflict, code);
        Assert.Equal(0, (await _demo.GetAsync("/api/v1/suppressions")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task An_entry_that_can_not_be_taken_is_told_by_its_place_and_the_others_are_taken()
    {
        var answer = (await _demo.PostAsync("/api/v1/suppressions/import", """
            {"entries":[{"address":"a@sink.test","brand":"acme"},{"address":"b@sink.test"},{"address":"c@sink.test","brand":"nobody"},{"address":"d@sink.test","brand":"acme","since":"2126-01-01T00:00:00Z"},
            {"address":"e@sink.test","brand":"acme","until":"2126-01-01T00:00:00Z"},null,{"address":"e","brand":"acme"},{"address":"f@sink.test","brand":"bravo"}]}
            """)).Json;
        Assert.Equal(2, answer.GetProperty("taken").GetInt32());
        Assert.Equal([2, 3, 4, 5, 6, 7], answer.GetProperty("wrong").EnumerateArray().Select(one => one.GetProperty("place").GetInt32()));
        Assert.All(answer.GetProperty("wrong").EnumerateArray(), one => Assert.NotEmpty(one.GetProperty("detail").GetString()!));
        Assert.Equal(["a@sink.test", "f@sink.test"], (await _demo.GetAsync("/api/v1/suppressions")).Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("address").GetString()));
    }

    [Fact]
    public async Task A_line_that_is_not_possible_is_told_by_its_number_and_the_import_goes_on()
    {
        var file = Path.Combine(_demo.Directory, "list.jsonl");
        var lines = Enumerable.Range(1, 1_003).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"address":"r{{i}}@sink.test","brand":"acme"}""")).ToArray();
        lines[0] = "# from the old server";
        lines[6] = """{"address":"r7@sink.test","brand":"acme","since":"2126-01-01T00:00:00Z"}""";
        lines[700] = """{"address":"r701@sink.test","brand":"acme","until":"2126-01-01T00:00:00Z"}""";
        lines[1_001] = """{"address":"r1002@sink.test","brand":"nobody"}""";
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);

        var imported = (await RunAsync("suppressions", "import", file)).Ended(1);
        Assert.Equal(["7", "701", "1002"], imported.Error.Split('\n').Where(told => told.Contains("line ", StringComparison.Ordinal)).Select(told => told.Split("line ")[1].Split(':')[0]));
        Assert.Contains("999 recipients taken over, 3 lines not possible.", imported.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_with_long_reasons_goes_in_as_many_requests_as_it_needs_and_one_that_is_too_long_is_told_by_its_line()
    {
        var file = Path.Combine(_demo.Directory, "list.jsonl");
        var lines = Enumerable.Range(1, 1_100).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"address":"r{{i}}@sink.test","brand":"acme","reason":"{{new string('ж', 500)}}"}""")).ToArray();
        lines[699] = $$"""{"address":"r700@sink.test","brand":"acme","reason":"{{new string('x', 501)}}"}""";
        lines[899] = $$"""{"address":"r900@sink.test","brand":"acme","reason":"{{new string('x', 9_000)}}"}""";
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);

        var imported = (await RunAsync("suppressions", "import", file)).Ended(1);

        Assert.Contains("line 700: reason and reply are 500 characters at most, and these are 501", imported.Error, StringComparison.Ordinal);
        Assert.Contains("line 900: the line is longer than 8192 characters", imported.Error, StringComparison.Ordinal);
        Assert.Contains("1,098 recipients taken over, 1 line not understood, 1 line not possible.", imported.Output, StringComparison.Ordinal);
        Assert.Contains("--reason is 500 characters at most", (await RunAsync("suppressions", "import", file, "--reason", new string('x', 501))).Ended(64).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_exported_imported_shown_and_lifted_by_the_command_line()
    {
        var file = Path.Combine(_demo.Directory, "list.csv");
        await File.WriteAllLinesAsync(file, ["# from the old server", "bob@sink.test,HardBounce", "email", "carl@sink.test"], TestContext.Current.CancellationToken);
        var imported = (await RunAsync("suppressions", "import", file, "--brand", "acme", "--reason", "bounced at the old server")).Ended(1);
        Assert.Contains("line 3", imported.Error, StringComparison.Ordinal);
        Assert.Contains("2 recipients taken over, 1 line not understood", imported.Output, StringComparison.Ordinal);
        (await RunAsync("suppressions", "add", "dora@sink.test", "--brand", "acme", "--reason", "asked us", "--until", "30d")).Ended(0);

        var exported = (await RunAsync("suppressions", "export", "--brand", "acme")).Ended(0).Output;
        Assert.Equal(3, exported.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => JsonDocument.Parse(line).RootElement.GetProperty("brand").GetString() == "acme"));
        (await RunAsync("suppressions", "remove", "bob@sink.test", "--brand", "acme")).Ended(0);
        await File.WriteAllTextAsync(file, exported, TestContext.Current.CancellationToken);
        Assert.Contains("3 recipients taken over.", (await RunAsync("suppressions", "import", file)).Ended(0).Output, StringComparison.Ordinal);

        var shown = (await RunAsync("suppressions", "list")).Ended(0);
        shown.Fits();
        Assert.Contains("bob@sink.test", shown.Output, StringComparison.Ordinal);
        Assert.Contains("nothing", (await RunAsync("suppressions", "add", "bob@sink.test", "--brand", "acme", "--reason", "again")).Ended(0).Output, StringComparison.Ordinal);
        Assert.Contains("not-possible", (await RunAsync("suppressions", "remove", "eve@sink.test", "--brand", "acme")).Ended(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bounce_messages_suppress_whom_two_of_them_call_unknown_and_say_so_at_RCPT()
    {
        var file = Path.Combine(_demo.Directory, "bounces.mbox");
        await File.WriteAllTextAsync(file, Bounce("bob@strict.example") + Bounce("bob@strict.example") + Bounce("carl@strict.example"), TestContext.Current.CancellationToken);
        Assert.Contains("1 recipient taken over", (await RunAsync("suppressions", "import", file, "--bounces", "--brand", "acme")).Ended(0).Output, StringComparison.Ordinal);

        var entry = Assert.Single((await _demo.GetAsync("/api/v1/suppressions")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(("bounce", 2, "suppressed"), (entry.GetProperty("origin").GetString(), entry.GetProperty("refusals").GetInt32(), entry.GetProperty("state").GetString()));
        Assert.Equal(30, (entry.GetProperty("until").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalDays, tolerance: 0.1);
        Assert.Contains("2 messages bounced, the last with: 550 5.1.1 No such user", entry.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", await SubmitAsync("bob@strict.example"), StringComparison.Ordinal);
    }

    private static string Bounce(string recipient) => $"""
        From MAILER-DAEMON Sat Aug  1 12:00:00 2026
        From: MAILER-DAEMON@mx.sink.test
        To: ann@acme.example
        Subject: Undelivered Mail Returned to Sender
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        It could not be delivered.

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.sink.test

        Final-Recipient: rfc822; {recipient}
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 No such user

        --b--


        """.ReplaceLineEndings("\n");

    private Task<string> SubmitAsync(string to) => DemoClient.SendAsync(_demo.Relay.Submission.Addresses[0], "app.demo.example", "ann@acme.example", to, "hello", TestContext.Current.CancellationToken);

    private Task<NamesakeProcess> RunAsync(params string[] arguments) => NamesakeProcess.RunAsync([.. arguments, "--api", _demo.Api.ToString(), "--token-file", _demo.TokenFile]);
}
