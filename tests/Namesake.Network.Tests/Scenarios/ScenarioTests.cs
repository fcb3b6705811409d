using System.Text;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Network.Tests.RealServers;
using Namesake.Tests.Shared;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>Every scenario gets the verdict it deserves and exactly the findings it deserves, from real servers.</summary>
public sealed class ScenarioTests(AuditedScenarios audited) : IClassFixture<AuditedScenarios>
{
    public static TheoryData<string> Names => [.. AuditedScenarios.All.Select(scenario => scenario.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task The_audit_finds(string name)
    {
        var scenario = AuditedScenarios.All.Single(each => each.Name == name);
        var report = await audited.ReportAsync(name);
        string Found(FindingSeverity severity) => string.Join(' ', report.Findings.Where(finding => finding.Severity == severity && !finding.IsUnknown).Select(finding => finding.Check).Order(StringComparer.Ordinal));
        var unknown = report.Results.Where(result => result.Outcome == CheckOutcome.Unknown).Select(result => result.Check).ToList();
        var asked = scenario.Unknown is null ? [] : Scenario.Words(scenario.Unknown);
        var missed = scenario.Unknown is null ? unknown.Where(check => IdentityChecks.Find(check) is { Kind: CheckKind.Dns }) : asked.Except(unknown);

        var wrong = new StringBuilder();
        Compare("verdict", scenario.Verdict.ToString(), report.Verdict.ToString());
        Compare("holds", scenario.Holds, Found(FindingSeverity.Hold));
        Compare("fails", scenario.Fails, Found(FindingSeverity.Fail));
        Compare("warns", scenario.Warns, Found(FindingSeverity.Warn));
        Compare("informs", scenario.Informs, Found(FindingSeverity.Info));
        Compare("did not pass", "", string.Join(' ', Scenario.Words(scenario.Passes).Where(check => !report.Results.Any(result => result.Check == check && result.Outcome == CheckOutcome.Pass))));
        if (missed.Any())
            wrong.AppendLine($"{(scenario.Unknown is null ? "not answered" : "answered, but should not be")}: {string.Join(' ', missed)}");
        if (report.Troubles.Length > 0)
            wrong.AppendLine(string.Join('\n', report.Troubles));
        var told = report.Results.Where(result => result.Outcome is CheckOutcome.Bad or CheckOutcome.Unknown || scenario.Bad.Concat(Scenario.Words(scenario.Passes)).Contains(result.Check));
        Assert.True(wrong.Length == 0, $"{name} ({report.Address}, {report.Ehlo})\n{wrong}{string.Join('\n', told.Select(result => $"  {result.Check} {result.Outcome}: {result.Seen}"))}");

        void Compare(string what, string expected, string seen)
        {
            if (expected != seen)
                wrong.AppendLine($"{what}: expected [{expected}], found [{seen}]");
        }
    }

    [Fact]
    public void Every_scenario_has_a_name_and_a_place_of_its_own()
    {
        Assert.True(AuditedScenarios.All.Length is >= 120 and <= 2 * Scenario.MostInFirstNetwork, $"{AuditedScenarios.All.Length} scenarios");
        Assert.Equal(AuditedScenarios.All.Length, AuditedScenarios.All.Select(scenario => scenario.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(AuditedScenarios.All.SelectMany(scenario => scenario.Bad.Concat(Scenario.Words($"{scenario.Unknown} {scenario.Passes}"))), check => Assert.NotNull(Catalogue.Find(check)));
    }

    [Fact]
    public void Each_check_that_names_show_fails_in_one_and_passes_in_one()
    {
        Assert.Equal(LiveChecks.NeverBad, LiveChecks.ByNames.Where(check => ScenarioTable.Failing(check) is null));
        Assert.DoesNotContain(LiveChecks.ByNames, check => ScenarioTable.Passing(check) is null);
    }

    /// <summary>To write it anew: NAMESAKE_WRITE_DOCS=1 in the environment of this test.</summary>
    [Fact]
    public void The_table_of_which_scenario_shows_which_check_is_current()
    {
        var file = Path.Combine(RealProgram.Root, "docs", "scenarios.md");
        if (Environment.GetEnvironmentVariable("NAMESAKE_WRITE_DOCS") == "1")
            File.WriteAllText(file, ScenarioTable.Markdown());
        Assert.Equal(ScenarioTable.Markdown(), File.ReadAllText(file));
    }
}
