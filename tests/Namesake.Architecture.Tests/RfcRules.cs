using System.Text.RegularExpressions;

namespace Namesake.Architecture.Tests;

/// <summary>docs/rfc.md and the code tell the same: no promise without its place, no comment that isn't on the page.</summary>
public sealed partial class RfcRules
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "rfc.md"));

    [Fact]
    public void Every_RFC_that_a_comment_names_is_on_the_page()
    {
        var named = from file in Repository.SourceFiles("src").Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.sql", SearchOption.AllDirectories))
                    from rfc in Mention().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).Distinct()
                    where !Regex.IsMatch(Page, $@"\b{rfc}\b")
                    select $"{Repository.Relative(file)} names RFC {rfc}";
        Assert.Empty(named);
    }

    [Fact]
    public void Every_row_names_code_that_speaks_of_its_RFC_and_a_test_that_is_there()
    {
        var rows = Rows();
        Assert.True(rows.Count > 60, $"{rows.Count} rows were understood");

        Assert.Empty(rows.Where(row => !File.Exists(row.Code) || !Mention().Matches(File.ReadAllText(row.Code)).Any(match => match.Groups[1].Value == row.Rfc))
            .Select(row => $"RFC {row.Rfc}: {Repository.Relative(row.Code)} says nothing of it, or isn't there"));
        Assert.Empty(rows.Where(row => row.Test is { } test && !File.Exists(test)).Select(row => $"RFC {row.Rfc}: {row.Test} isn't there"));
    }

    [Fact]
    public void Every_special_address_block_is_on_the_page()
    {
        var section = Page[Page.IndexOf("## Addresses that are not public", StringComparison.Ordinal)..];
        var blocks = Mention().Matches(File.ReadAllText(Path.Combine(Repository.Root, "src/Namesake.Protocol/Addresses/SpecialAddresses.cs"))).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(blocks.Count > 15);
        Assert.All(blocks, rfc => Assert.Contains(rfc, section, StringComparison.Ordinal));
    }

    private static List<(string Rfc, string Code, string? Test)> Rows() =>
        [.. Row().Matches(Page).Select(match => (match.Groups[1].Value, PathOf(match.Groups[2].Value), match.Groups[3].Success ? PathOf(match.Groups[3].Value) : null))];

    private static string PathOf(string link) => Path.GetFullPath(Path.Combine(Repository.Root, "docs", link));

    [GeneratedRegex(@"RFC ?(\d{3,5})")]
    private static partial Regex Mention();

    [GeneratedRegex(@"(?m)^\| (\d{3,5}) \|[^|]*\|[^|]*\| \[[^\]]+\]\(([^)]+)\) \| (?:\[[^\]]+\]\(([^)]+)\)|–) \|$")]
    private static partial Regex Row();
}
