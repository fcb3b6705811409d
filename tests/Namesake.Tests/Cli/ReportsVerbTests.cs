using System.Globalization;
using System.Net;
using System.Text.Json;
using Namesake.Tests.Api;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Cli;

/// <summary>`namesake reports read` and /api/v1/reports: what receivers report comes to the audit of a running relay.</summary>
public sealed class ReportsVerbTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();
    private readonly TemporaryDirectory _directory = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _demo.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Reports_of_declared_addresses_pass_and_of_another_fail_over_a_restart()
    {
        Assert.Equal("not-observable", (await JudgedAsync()).GetProperty("outcome").GetString());

        var declared = await RunAsync("reports", "read", _directory.Write("one.xml", Report("127.0.10.5")));
        declared.Ended(0).Fits();
        Assert.Contains("acme", declared.Output, StringComparison.Ordinal);
        Assert.Contains("1 report read; the relay has them.", declared.Output, StringComparison.Ordinal);
        Assert.Equal("pass", (await JudgedAsync()).GetProperty("outcome").GetString());

        var read = (await RunAsync("reports", "read", "--json", _directory.Write("two.xml", Report("127.0.99.1")))).Ended(1).Json();
        var sender = Assert.Single(read.GetProperty("senders").EnumerateArray());
        Assert.Equal(("acme", "127.0.99.1", false, true), (sender.GetProperty("brand").GetString(), sender.GetProperty("address").GetString(), sender.GetProperty("declared").GetBoolean(), sender.GetProperty("kept").GetBoolean()));
        Assert.StartsWith("127.0.99.1: 5 messages of acme.example (reported by receiver.example)", (await JudgedAsync()).GetProperty("seen").GetString(), StringComparison.Ordinal);

        await _demo.RestartAsync();
        Assert.Equal("bad", (await JudgedAsync()).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_Maildir_is_read_without_a_relay_and_what_is_not_finished_there_is_left_alone()
    {
        foreach (var folder in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Combine(_directory.Path, folder));
        string Mail(string address) => $"From: reports@receiver.example\r\nMIME-Version: 1.0\r\nContent-Type: text/xml; name=a.xml\r\n\r\n{Report(address)}";
        _directory.Write("cur/1.a:2,S", Mail("127.0.10.5"));
        _directory.Write("new/2.a", Mail("127.0.10.6"));
        _directory.Write("new/3.a", "Subject: hello\r\n\r\nNo report.\r\n");
        _directory.Write("tmp/4.a", Mail("127.0.10.7"));

        var report = (await NamesakeProcess.RunAsync("reports", "read", "--offline", "--json", _directory.Path)).Ended(0).Json();

        Assert.Equal((2, 1, false), (report.GetProperty("reports").GetInt32(), report.GetProperty("unread").GetInt32(), report.GetProperty("handedIn").GetBoolean()));
        Assert.Equal(["127.0.10.5", "127.0.10.6"], report.GetProperty("senders").EnumerateArray().Select(sender => sender.GetProperty("address").GetString()).Order(StringComparer.Ordinal));
        Assert.All(report.GetProperty("senders").EnumerateArray(), sender => Assert.Equal(JsonValueKind.Null, sender.GetProperty("declared").ValueKind));
    }

    [Fact]
    public async Task The_standard_input_may_be_a_report_and_what_is_none_is_told()
    {
        Assert.Contains("127.0.10.5", (await NamesakeProcess.RunAsync(["reports", "read", "--offline", "-"], Report("127.0.10.5"))).Ended(0).Output, StringComparison.Ordinal);
        var none = (await NamesakeProcess.RunAsync(["reports", "read", "--offline", "-"], "hello")).Ended(2);
        Assert.Contains("the standard input: it is neither XML nor JSON", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_was_named_and_does_not_answer_is_told_behind_the_table()
    {
        var run = (await NamesakeProcess.RunAsync("reports", "read", _directory.Write("one.xml", Report("127.0.10.5")), "--api", "http://127.0.0.1:1", "--token-file", _demo.TokenFile)).Ended(2);
        Assert.Contains("127.0.10.5", run.Output, StringComparison.Ordinal);
        Assert.Contains("the reports were read and not handed to a relay", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "senders is a list of at most 12")]
    [InlineData("""{"senders":[null]}""", "senders[0]: it is null")]
    [InlineData("""{"senders":[{"kind":"rumour","address":"192.0.2.1","domain":"acme.example","reporter":"r","messages":1,"day":"2026-11-26"}]}""", "senders[0]: kind is dmarc, tls or feedback")]
    [InlineData("""{"senders":[{"kind":"dmarc","address":"x","domain":"acme.example","reporter":"r","messages":1,"day":"2026-11-26"}]}""", "senders[0]: address is no IP address")]
    [InlineData("""{"senders":[{"kind":"dmarc","address":"192.0.2.1","domain":"a b","reporter":"r","messages":1,"day":"2026-11-26"}]}""", "senders[0]: domain is no domain")]
    [InlineData("""{"senders":[{"kind":"dmarc","address":"192.0.2.1","domain":"acme.example","reporter":"","messages":1,"day":"2026-11-26"}]}""", "senders[0]: reporter is 1 to 100 characters")]
    [InlineData("""{"senders":[{"kind":"dmarc","address":"192.0.2.1","domain":"acme.example","reporter":"r","messages":-1,"day":"2026-11-26"}]}""", "senders[0]: messages is not negative")]
    [InlineData("""{"senders":[{"kind":"dmarc","address":"192.0.2.1","domain":"acme.example","reporter":"r","messages":1,"day":"2026-11-26","selectors":[null]}]}""", "senders[0]: selectors are at most 16")]
    public async Task A_row_that_can_not_be_is_refused_with_its_place(string body, string detail) =>
        Assert.StartsWith(detail, (await _demo.PostAsync("/api/v1/reports", body)).Problem(HttpStatusCode.BadRequest, "bad-body").GetProperty("detail").GetString(), StringComparison.Ordinal);

    private async Task<JsonElement> JudgedAsync() =>
        (await _demo.PostAsync("/api/v1/sources/acme-v4/audit")).Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("check").GetString() == "AU-11");

    private Task<NamesakeProcess> RunAsync(params string[] line) => NamesakeProcess.RunAsync([.. line, "--api", _demo.Api.ToString(), "--token-file", _demo.TokenFile]);

    private static string Report(string address)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"""
            <?xml version="1.0"?><feedback><report_metadata><org_name>receiver.example</org_name><date_range><begin>{now - 86_400}</begin><end>{now}</end></date_range></report_metadata>
            <record><row><source_ip>{address}</source_ip><count>5</count><policy_evaluated><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row><identifiers><header_from>acme.example</header_from></identifiers></record></feedback>
            """);
    }
}
