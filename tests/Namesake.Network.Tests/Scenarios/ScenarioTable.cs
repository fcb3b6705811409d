using System.Text;
using Namesake.Core.Identity.Checks;
using Namesake.Tests.Shared;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>docs/scenarios.md: for each check that names show, the scenario in which it fails with the fewest others, and one in which it passes.</summary>
internal static class ScenarioTable
{
    public static Scenario? Failing(string check) => AuditedScenarios.All.Where(scenario => scenario.Bad.Contains(check)).MinBy(scenario => scenario.Bad.Count());

    public static Scenario? Passing(string check) => AuditedScenarios.All.FirstOrDefault(scenario => Scenario.Words(scenario.Passes).Contains(check));

    public static string Markdown()
    {
        var text = new StringBuilder($"""
            # Which scenario shows which check

            <!-- Written by the scenario tests from their rows (tests/Namesake.Network.Tests/Scenarios), not by hand: run them with NAMESAKE_WRITE_DOCS=1. -->

            {AuditedScenarios.All.Length} situations stand in real name servers (BIND, PowerDNS, and servers that fail in one way each), are looked at through real resolvers (Unbound, BIND) and audited as a user's identity is. Each says the
            verdict and exactly the checks that must fail. Here is, for every check that DNS, lists and registries show, one in which it fails, what must fail beside it for the same cause, and one in which it passes. A check
            whose premise failed is not applicable, and what nobody answers is unknown: neither stands here. What the checks mean: [checks.md](checks.md). What needs hosts, sockets, translations and replies: [scenarios-hosts.md](scenarios-hosts.md).

            | check | what must be so | fails in | beside it | passes in |
            |---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var check in Catalogue.All.Where(check => LiveChecks.ByNames.Contains(check.Id)))
        {
            var (failing, passing) = (Failing(check.Id), Passing(check.Id));
            var beside = failing?.Bad.Where(other => other != check.Id).ToList() ?? [];
            text.Append($"| {check.Id} | {check.Card.Title} | {failing?.Name ?? "– (it explains the others and can't fail)"} | {(beside.Count == 0 ? "–" : string.Join(", ", beside))} | {passing?.Name} |\n");
        }
        return text.ToString();
    }
}
