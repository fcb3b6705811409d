using System.Text.RegularExpressions;
using Namesake.Core.Identity.Checks;
using Namesake.Network.Tests.RealServers;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>docs/comparison.md speaks of the scenarios: of every check that fails in one, and of none that doesn't exist.</summary>
public sealed partial class ComparisonTests
{
    private static readonly HashSet<string> Named =
        [.. Check().Matches(File.ReadAllText(Path.Combine(RealProgram.Root, "docs", "comparison.md"))).Select(match => match.Value)];

    [Fact]
    public void Every_check_it_names_exists() => Assert.DoesNotContain(Named, check => Catalogue.Find(check) is null);

    [Fact]
    public void Every_check_it_names_fails_in_a_scenario_and_the_other_way_round() =>
        Assert.Equal(AuditedScenarios.All.SelectMany(scenario => scenario.Bad).Distinct().Order(StringComparer.Ordinal), Named.Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\b(?:EG|EH|PT|ZN|AU|TL|V6|RP|FB)-[0-9]{2}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Check();
}
