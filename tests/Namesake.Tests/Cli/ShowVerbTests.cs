using Namesake.Core.Plans;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Cli;

/// <summary>`namesake show` of plans' files, strangers' among them, in every form.</summary>
public sealed class ShowVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Forms => ["text", .. PlanForms.All];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task In_any_form_a_plan_is_said_or_refused_with_the_reason_and_never_a_bug(string form)
    {
        foreach (var (file, text) in new[] { ("dns.json", Dns("mail.acme.example.", "why")), ("nat.json", Nat("10.0.0.5", "eth0")), ("six.json", Nat("fd00::5", "eth0")), ("hostile.json", Dns("x.'; Remove-Item * #", "a\\nb'); c")) })
        {
            _directory.Write(file, text);
            var run = await ShowAsync(file, "--as", form);
            Assert.True(run.ExitCode == 0 ? run.Output.Length > 0 : run.ExitCode == 64 && run.Error.Length > 0, $"{form} of {file}: {run.ExitCode} {run.Error}");
            Assert.DoesNotContain(run.Output + run.Error, c => char.IsControl(c) && c is not ('\n' or '\t'));
        }
    }

    [Fact]
    public async Task A_zone_file_gets_a_patch_and_its_way_back()
    {
        _directory.Write("plan.json", Dns("mail.acme.example.", "why"));
        _directory.Write("reverse.zone", "$TTL 60\n@ IN SOA ns hostmaster 7 1 1 1 1\n5 IN PTR old.acme.example.\n");

        var patch = (await ShowAsync("plan.json", "--as", "zonefile", "--zone-file", "113.0.203.in-addr.arpa=reverse.zone")).Ended(0).Output;

        foreach (var line in new[] { "-@ IN SOA ns hostmaster 7 1 1 1 1", "+@ IN SOA ns hostmaster 8 1 1 1 1", "-5 IN PTR old.acme.example.", "+5\t3600\tIN\tPTR\tmail.acme.example." })
            Assert.Contains($"\n{line}\n", patch, StringComparison.Ordinal);
        Assert.Equal("", (await ShowAsync("plan.json", "--as", "zonefile", "--undo-text", "--zone-file", "113.0.203.in-addr.arpa=reverse.zone")).Ended(0).Output.Trim()); // it is as before the plan
        _directory.Write("reverse.zone", "@ 60 IN SOA ns hostmaster 7 1 1 1 1\n5 60 IN PTR theirs.acme.example.\n");
        Assert.Contains("was to be", (await ShowAsync("plan.json", "--as", "zonefile", "--zone-file", "113.0.203.in-addr.arpa=reverse.zone")).Ended(1).Error, StringComparison.Ordinal);
        Assert.Contains("changes nothing in acme.example", (await ShowAsync("plan.json", "--as", "zonefile", "--zone-file", "acme.example=reverse.zone")).Ended(1).Error, StringComparison.Ordinal);
        (await ShowAsync("plan.json", "--as", "zonefile", "--zone-file", "acme.example")).Ended(64);
    }

    [Theory]
    [InlineData("x.acme.example. (")]
    [InlineData("x.acme.example. ; y")]
    [InlineData("\\\"open")]
    [InlineData("x\\\\")]
    public async Task A_value_that_would_reach_into_the_next_line_of_a_zone_file_is_refused(string value)
    {
        _directory.Write("plan.json", Dns(value, "why"));
        _directory.Write("reverse.zone", "@ 60 IN SOA ns hostmaster 7 1 1 1 1\n5 60 IN PTR old.acme.example.\n");
        foreach (var more in new string[][] { [], ["--zone-file", "113.0.203.in-addr.arpa=reverse.zone"] })
        {
            var run = await ShowAsync(["plan.json", "--as", "zonefile", .. more]);
            Assert.Contains("doesn't end with its line", run.Error, StringComparison.Ordinal);
            Assert.Equal("", run.Output);
        }
    }

    [Fact]
    public async Task A_table_without_mappings_is_as_none()
    {
        _directory.Write("gone.json", Plan("nat", """{ "change": "translation", "by": "edge", "reason": "x", "old": { "mappings": [ { "local": "10.0.0.5", "public": "203.0.113.5" } ] }, "new": { "mappings": [] } }"""));
        Assert.Contains("pfctl -a namesake -F rules", (await ShowAsync("gone.json", "--as", "pf-openbsd")).Ended(0).Output, StringComparison.Ordinal);
    }

    private Task<NamesakeProcess> ShowAsync(params string[] arguments) => NamesakeProcess.RunAsync(["show", .. arguments], directory: _directory.Path);

    private static string Dns(string target, string reason) => Plan("dns", $$"""
        { "change": "records", "by": "bind", "reason": "{{reason}}", "zone": "113.0.203.in-addr.arpa", "name": "5.113.0.203.in-addr.arpa", "type": "PTR",
          "old": { "ttl": 60, "values": ["old.acme.example."] }, "new": { "ttl": 3600, "values": ["{{target}}"] } }
        """);

    private static string Nat(string local, string device) => Plan("nat", $$"""
        { "change": "translation", "by": "edge", "reason": "x", "new": { "device": "{{device}}", "mappings": [ { "local": "{{local}}", "public": "{{(local.Contains(':', StringComparison.Ordinal) ? "2001:db8::5" : "203.0.113.5")}}" } ] } }
        """);

    private static string Plan(string kind, string change) => $$"""
        { "version": 1, "id": "{{kind}}-1", "kind": "{{kind}}", "madeAt": "2026-11-26T08:15:00Z", "node": "relay1", "limits": { "changes": 64, "removals": 8, "perZone": 64 },
          "steps": [ { "title": "a step", "changes": [ {{change}} ] } ] }
        """;
}
