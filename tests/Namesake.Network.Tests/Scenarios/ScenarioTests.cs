using System.Text;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;

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
        if (missed.Any())
            wrong.AppendLine($"{(scenario.Unknown is null ? "not answered" : "answered, but should not be")}: {string.Join(' ', missed)}");
        if (report.Troubles.Length > 0)
            wrong.AppendLine(string.Join('\n', report.Troubles));
        Assert.True(wrong.Length == 0, $"{name} ({report.Address}, {report.Ehlo})\n{wrong}{string.Join('\n', report.Results.Where(result => result.Outcome is CheckOutcome.Bad or CheckOutcome.Unknown).Select(result => $"  {result.Check} {result.Outcome}: {result.Seen}"))}");

        void Compare(string what, string expected, string seen)
        {
            if (expected != seen)
                wrong.AppendLine($"{what}: expected [{expected}], found [{seen}]");
        }
    }

    [Fact]
    public void Every_scenario_has_a_name_and_a_place_of_its_own()
    {
        Assert.True(AuditedScenarios.All.Length is >= 120 and < 255, $"{AuditedScenarios.All.Length} scenarios");
        Assert.Equal(AuditedScenarios.All.Length, AuditedScenarios.All.Select(scenario => scenario.Name).Distinct(StringComparer.Ordinal).Count());
        foreach (var check in AuditedScenarios.All.SelectMany(scenario => Scenario.Words($"{scenario.Holds} {scenario.Fails} {scenario.Warns} {scenario.Unknown}")))
            Assert.True(Catalogue.Find(check) is not null, check);
    }
}
