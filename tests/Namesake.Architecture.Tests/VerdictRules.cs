using System.Text.RegularExpressions;

namespace Namesake.Architecture.Tests;

/// <summary>The table of the verdicts' rules names tests that exist.</summary>
public sealed partial class VerdictRules
{
    private static readonly string Table = Path.Combine(Repository.Root, "tests", "Namesake.Core.Tests", "Identity", "RULES.md");

    [Fact]
    public void Every_test_the_rules_name_exists()
    {
        var tests = Repository.SourceFiles("tests").SelectMany(file => Method().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var named = Name().Matches(File.ReadAllText(Table)).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(tests));
    }

    [Fact]
    public void Every_rule_names_a_test() =>
        Assert.All(File.ReadLines(Table).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| rule |", StringComparison.Ordinal)), line => Assert.Matches(Name(), line));

    [GeneratedRegex(@"(?:void|Task) ([A-Z]\w*_\w*)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"`([A-Z][A-Za-z0-9]*_\w*)`")]
    private static partial Regex Name();
}
