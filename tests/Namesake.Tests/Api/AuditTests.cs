using System.Text.Json;
using Namesake.Core.Identity.Checks;
using Namesake.Tests.Cli;

namespace Namesake.Tests.Api;

/// <summary>/api/v1/sources/{id}/audit and `namesake audit`: the whole catalogue over the sources of a running relay.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task Every_check_of_the_catalogue_has_its_end_and_what_was_not_seen_is_not_passed()
    {
        await _demo.AlignAsync("acme");

        var audit = await AuditAsync("acme-v4");

        Assert.Equal(("acme-v4", "127.0.10.5", "aligned"), (audit.GetProperty("source").GetString(), audit.GetProperty("address").GetString(), audit.GetProperty("verdict").GetString()));
        var ends = audit.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("check").GetString()!, check => check.GetProperty("outcome").GetString());
        Assert.Equal(Catalogue.All.Select(check => check.Id), ends.Keys);
        Assert.All(["EG-02", "EG-03", "PT-01", "PT-03", "PT-04", "EH-05"], check => Assert.Equal("pass", ends[check]));
        // Nobody was configured who could be asked.
        Assert.All(["EG-06", "EG-07", "RP-04", "FB-06"], check => Assert.Equal("not-observable", ends[check]));
        Assert.Empty(audit.GetProperty("troubles").EnumerateArray());
    }

    [Fact]
    public async Task A_source_that_is_held_is_told_with_its_fix_and_the_audit_changes_nothing()
    {
        var before = (await _demo.GetAsync("/api/v1/sources/acme-v4")).Json.GetProperty("verdict").GetString();

        var audit = await AuditAsync("acme-v4");

        Assert.Equal("misaligned", audit.GetProperty("verdict").GetString());
        var finding = Assert.Single(audit.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("check").GetString() == "PT-01");
        Assert.Contains("5.10.0.127.in-addr.arpa. PTR mail.acme.example.", finding.GetProperty("fix").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, (await _demo.GetAsync("/api/v1/sources/acme-v4")).Json.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task The_command_line_audits_all_sources_and_ends_with_the_worst()
    {
        await _demo.AlignAsync("acme");
        var page = Path.Combine(Path.GetTempPath(), $"namesake-{Guid.NewGuid():N}.html");
        try
        {
            var run = (await RunAsync("audit", "--html", page)).Ended(1).Fits();

            Assert.Contains("acme-v4", run.Output, StringComparison.Ordinal);
            Assert.Contains("misaligned", run.Output, StringComparison.Ordinal);
            var text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
            Assert.Contains("mail.acme.example", text, StringComparison.Ordinal);
            Assert.Contains("Not observable from here", text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(page);
        }

        Assert.Equal("aligned", (await RunAsync("audit", "acme-v4", "--json")).Ended(0).Json().GetProperty("verdict").GetString());
        Assert.Contains("nobody", (await RunAsync("audit", "nobody")).Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> AuditAsync(string source) => (await _demo.PostAsync($"/api/v1/sources/{source}/audit")).Json;

    private Task<NamesakeProcess> RunAsync(params string[] line) => NamesakeProcess.RunAsync([.. line, "--api", _demo.Api.ToString(), "--token-file", _demo.TokenFile]);
}
