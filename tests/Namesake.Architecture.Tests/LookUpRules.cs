using System.Text.RegularExpressions;

namespace Namesake.Architecture.Tests;

/// <summary>What is looked up for every message takes no lock. A concurrent dictionary's IsEmpty and Count take all of them when it is empty, and these mostly are.</summary>
public sealed partial class LookUpRules
{
    [Fact]
    public void Nobody_asks_whether_a_dictionary_is_empty_before_he_looks_something_up() =>
        Assert.Empty(Repository.SourceFiles("src").Where(file => AskedFirst().IsMatch(File.ReadAllText(file))).Select(Repository.Relative));

    [GeneratedRegex(@"(\b\w+)\.(IsEmpty|Count (>|==|!=) 0)\s*(&&|\|\||\?)[^;]*\b\1\.(TryGetValue|GetValueOrDefault)\(")]
    private static partial Regex AskedFirst();
}
