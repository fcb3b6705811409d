using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Namesake.Core.Dns;
using Namesake.Demo;

namespace Namesake.Tests.Cli;

/// <summary>`namesake check` against a name server of the test's own.</summary>
public sealed class CheckVerbTests : IAsyncLifetime
{
    private const string Address = "198.100.1.5", Reverse = "5.1.100.198.in-addr.arpa", Name = "mail.acme.test";

    private readonly DemoZones _zones = new();
    private DemoDnsServer _dns = null!;

    public ValueTask InitializeAsync()
    {
        _zones.AddZone("acme.test");
        _zones.AddZone("1.100.198.in-addr.arpa");
        _zones.SetRecord(Name, RecordType.A, Address);
        _zones.SetRecord(Reverse, RecordType.Ptr, Name);
        _dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), _zones, DemoDnsRole.Authoritative, TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    [Fact]
    public async Task Agreement_ends_with_0_and_nothing_that_must_be_put_right()
    {
        var run = (await CheckAsync("--json")).Ended(0);

        Assert.Equal("aligned", run.Json().GetProperty("verdict").GetString());
        Assert.DoesNotContain(run.Json().GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("severity").GetString() is "HOLD" or "FAIL");
    }

    [Fact]
    public async Task A_missing_PTR_ends_with_1_and_names_the_record_to_write()
    {
        _zones.RemoveRecord(Reverse, RecordType.Ptr);

        var run = (await CheckAsync("--json")).Ended(1);

        Assert.Equal("misaligned", run.Json().GetProperty("verdict").GetString());
        var finding = Assert.Single(run.Json().GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("severity").GetString() == "HOLD");
        Assert.Equal("PT-01", finding.GetProperty("check").GetString());
        Assert.Contains(Name, finding.GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_has_exactly_the_members_of_the_contract()
    {
        _zones.SetRecord(Reverse, RecordType.Ptr, "other.acme.test");

        var report = (await CheckAsync("--json")).Ended(1).Json();

        Assert.Equal(["verdict", "findings", "identities"], report.EnumerateObject().Select(member => member.Name));
        Assert.NotEmpty(report.GetProperty("findings").EnumerateArray());
        Assert.All(report.GetProperty("findings").EnumerateArray(), finding =>
        {
            Assert.Equal(["check", "severity", "seen", "expected", "fix"], finding.EnumerateObject().Select(member => member.Name));
            Assert.All(finding.EnumerateObject(), member => Assert.Equal(JsonValueKind.String, member.Value.ValueKind));
        });
    }

    [Fact]
    public async Task A_name_alone_is_checked_at_each_of_its_addresses()
    {
        _zones.SetRecord(Name, RecordType.A, Address, "198.100.1.6");

        var report = (await NamesakeProcess.RunAsync("check", Name, "--resolver", _dns.EndPoint.ToString(), "--json")).Ended(1).Json();

        Assert.Equal([(Address, "aligned"), ("198.100.1.6", "misaligned")], report.GetProperty("identities").EnumerateArray()
            .Select(identity => (identity.GetProperty("address").GetString(), identity.GetProperty("verdict").GetString())).Order());
        Assert.Equal("misaligned", report.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task An_address_alone_is_checked_with_the_name_its_PTR_gives()
    {
        var report = (await NamesakeProcess.RunAsync("check", Address, "--resolver", _dns.EndPoint.ToString(), "--json")).Ended(0).Json();

        Assert.Equal(Name, Assert.Single(report.GetProperty("identities").EnumerateArray()).GetProperty("ehlo").GetString());
    }

    [Fact]
    public async Task A_name_without_addresses_and_an_address_without_a_name_are_findings()
    {
        var name = (await NamesakeProcess.RunAsync("check", "nobody.acme.test", "--resolver", _dns.EndPoint.ToString(), "--json")).Ended(1).Json();
        var address = (await NamesakeProcess.RunAsync("check", "198.100.1.9", "--resolver", _dns.EndPoint.ToString(), "--json")).Ended(1).Json();

        Assert.Equal("EH-04", Assert.Single(name.GetProperty("findings").EnumerateArray()).GetProperty("check").GetString());
        Assert.Equal("PT-01", Assert.Single(address.GetProperty("findings").EnumerateArray()).GetProperty("check").GetString());
    }

    [Fact]
    public async Task What_was_not_looked_at_is_never_shown_as_passed()
    {
        var report = (await CheckAsync("--json")).Ended(0).Json();

        var checks = Assert.Single(report.GetProperty("identities").EnumerateArray()).GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("check").GetString()!, check => check.GetProperty("outcome").GetString());
        Assert.Equal(("not-observable", "not-observable", "pass"), (checks["EG-01"], checks["EG-02"], checks["PT-03"]));
    }

    [Fact]
    public async Task The_page_for_a_customer_names_the_fix_and_runs_nothing_of_the_outsides()
    {
        const string Hostile = "<script>alert(1)</script>.acme.test";
        _zones.SetRecord(Reverse, RecordType.Ptr, Hostile);
        var file = Path.Combine(Path.GetTempPath(), $"namesake-{Guid.NewGuid():N}.html");
        try
        {
            (await CheckAsync("--html", file)).Ended(1);
            var page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.Contains($"Change the PTR record to {Reverse}. PTR {Name}.", page, StringComparison.Ordinal);
            Assert.Contains("misaligned", page, StringComparison.Ordinal);
            Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_is_said_with_its_reason()
    {
        var run = (await CheckAsync("--html", "/nowhere/page.html")).Ended(64);

        Assert.Contains("--html /nowhere/page.html can't be written", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_name_in_the_PTR_fails_strict_and_passes_forward()
    {
        _zones.SetRecord(Reverse, RecordType.Ptr, "other.acme.test");
        _zones.SetRecord("other.acme.test", RecordType.A, Address);

        var strict = (await CheckAsync("--json")).Ended(1).Json();
        var forward = (await CheckAsync("--json", "--policy", "forward")).Ended(0).Json();

        Assert.Contains(strict.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("check").GetString() == "PT-04" && finding.GetProperty("severity").GetString() == "HOLD");
        Assert.Contains(forward.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("check").GetString() == "PT-04" && finding.GetProperty("severity").GetString() == "FAIL");
    }

    [Fact]
    public async Task A_failing_name_server_ends_with_2()
    {
        _dns.SetFault("*", DemoDnsFault.ServerFailure);

        var run = (await CheckAsync("--json")).Ended(2);

        Assert.Equal("unknown", run.Json().GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task One_look_cannot_tell_whether_a_server_fails_again_and_again_and_three_can()
    {
        _dns.SetFault(Reverse, DemoDnsFault.ServerFailure);

        var once = (await CheckAsync("--json")).Ended(2).Json();
        var thrice = (await CheckAsync("--json", "--looks", "3")).Ended(2).Json();

        Assert.Contains("--looks 3", SeenOf(once, "ZN-04", "unknown"), StringComparison.Ordinal);
        Assert.Contains("in 3 of 3 looks", SeenOf(thrice, "ZN-04", "bad"), StringComparison.Ordinal);
        // Failing servers are a finding of their own; what they hide stays unknown.
        Assert.Equal("unknown", thrice.GetProperty("verdict").GetString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("11")]
    [InlineData("often")]
    public async Task Looks_are_1_to_10(string looks) => Assert.Contains("--looks is a number from 1 to 10", (await CheckAsync("--looks", looks)).Ended(64).Error, StringComparison.Ordinal);

    [Fact]
    public async Task One_silence_is_told_once_with_all_it_leaves_open_and_before_what_is_less()
    {
        _dns.SetFault(Reverse, DemoDnsFault.ServerFailure);

        var run = (await CheckAsync()).Ended(2).Fits();

        Assert.Contains("could not be answered, nor could PT-10, PT-03, PT-04, PT-05", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("INFO", run.Output, StringComparison.Ordinal);
        Assert.True(run.Output.IndexOf("PT-01", StringComparison.Ordinal) < run.Output.IndexOf("AU-02", StringComparison.Ordinal), run.Output);
    }

    [Fact]
    public async Task A_fix_for_several_findings_is_written_out_once()
    {
        _zones.SetRecord(Reverse, RecordType.Ptr, "nobody.acme.test");

        var run = (await CheckAsync()).Ended(1).Fits();

        Assert.Contains("as for PT-03", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_does_not_cost_the_report() =>
        Assert.Contains("aligned", (await CheckAsync("--html", "/nowhere/page.html")).Ended(64).Output, StringComparison.Ordinal);

    [Fact]
    public async Task A_value_that_is_none_of_those_possible_is_said_on_one_line()
    {
        var error = (await CheckAsync("--policy", "hard")).Ended(64).Error;

        Assert.Contains("\"hard\" is none of strict, forward, observe", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_name_server_at_all_ends_with_2()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        (await NamesakeProcess.RunAsync("check", "--ip", Address, "--ehlo", Name, "--resolver", nobody.LocalEndPoint!.ToString()!)).Ended(2);
    }

    [Theory]
    [InlineData("localhost", "EH-03")]
    [InlineData("198.100.1.5", "EH-03")]
    [InlineData("mail_1.acme.test", "EH-02")]
    [InlineData("MAIL", "EH-03")]
    public async Task A_name_no_receiver_takes_is_a_finding_not_an_error(string ehlo, string check)
    {
        var run = (await NamesakeProcess.RunAsync("check", "--ip", Address, "--ehlo", ehlo, "--resolver", _dns.EndPoint.ToString(), "--json")).Ended(1);

        Assert.Equal(check, Assert.Single(run.Json().GetProperty("findings").EnumerateArray()).GetProperty("check").GetString());
    }

    [Fact]
    public async Task People_read_what_was_seen_expected_and_to_be_done()
    {
        _zones.RemoveRecord(Name, RecordType.A);

        var run = (await CheckAsync()).Ended(1).Fits();

        Assert.Contains("misaligned", run.Output, StringComparison.Ordinal);
        Assert.Contains("EH-04", run.Output, StringComparison.Ordinal);
        Assert.Contains("seen", run.Output, StringComparison.Ordinal);
        Assert.Contains("expected", run.Output, StringComparison.Ordinal);
        Assert.Contains("fix", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Escape_sequences_in_a_PTR_do_not_reach_the_terminal()
    {
        _zones.SetRecord(Reverse, RecordType.Ptr, "a\u001b]0;owned\u0007.acme.test");

        (await CheckAsync()).Ended(1).Fits();
    }

    [Fact]
    public async Task An_IPv6_address_is_checked_by_its_own_records()
    {
        _zones.AddZone("0.0.1.0.8.b.d.0.1.0.a.2.ip6.arpa");
        _zones.SetRecord(Name, RecordType.Aaaa, "2a01:db8:100::5");
        _zones.SetRecord("5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.8.b.d.0.1.0.a.2.ip6.arpa", RecordType.Ptr, Name);

        (await NamesakeProcess.RunAsync("check", "--ip", "2a01:db8:100::5", "--ehlo", Name, "--resolver", _dns.EndPoint.ToString())).Ended(0).Fits();
    }

    private static string SeenOf(JsonElement report, string id, string outcome)
    {
        var check = Assert.Single(report.GetProperty("identities").EnumerateArray()).GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("check").GetString() == id);
        Assert.Equal(outcome, check.GetProperty("outcome").GetString());
        return check.GetProperty("seen").GetString()!;
    }

    private Task<NamesakeProcess> CheckAsync(params string[] more) => NamesakeProcess.RunAsync(["check", "--ip", Address, "--ehlo", Name, "--resolver", $"localhost:{_dns.EndPoint.Port}", .. more]);
}
