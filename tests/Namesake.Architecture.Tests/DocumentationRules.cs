using System.Text.RegularExpressions;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;

namespace Namesake.Architecture.Tests;

/// <summary>Documents that could come apart from the code they speak of.</summary>
public sealed partial class DocumentationRules
{
    [Fact]
    public void The_table_of_checks_is_the_codes()
    {
        var documented = File.ReadLines(Path.Combine(Repository.Root, "docs", "checks.md"))
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => string.Join(' ', match.Groups.Values.Skip(1).Select(group => group.Value))).Order(StringComparer.Ordinal);
        var coded = IdentityChecks.All
            .Select(check => string.Join(' ', [check.Id, .. new[] { IdentityPolicy.Strict, IdentityPolicy.Forward, IdentityPolicy.Observe }.Select(policy => check.SeverityUnder(policy).ToString().ToUpperInvariant())]))
            .Order(StringComparer.Ordinal);
        Assert.Equal(coded, documented);
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var documents = Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories));
        var dead = from document in documents
                   from link in Link().Matches(File.ReadAllText(document)).Select(match => match.Groups[1].Value)
                   where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')
                   let target = Path.Combine(Path.GetDirectoryName(document)!, link.Split('#')[0])
                   where !File.Exists(target) && !Directory.Exists(target)
                   select $"{Repository.Relative(document)} → {link}";
        Assert.Empty(dead);
    }

    [Fact]
    public void Paths_that_documents_name_exist()
    {
        var dead = from document in new[] { "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md" }
                   from path in NamedPath().Matches(File.ReadAllText(Path.Combine(Repository.Root, document))).Select(match => match.Groups[1].Value.TrimEnd('/'))
                   where !File.Exists(Path.Combine(Repository.Root, path)) && !Directory.Exists(Path.Combine(Repository.Root, path))
                   select $"{document} names {path}";
        Assert.Empty(dead);
    }

    [GeneratedRegex(@"^\| ([A-Z]{2}-\d\d) \| [^|]+ \| (\w+) \| (\w+) \| (\w+) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|docs|build|samples|bench|deploy)/[\w./-]+)`")]
    private static partial Regex NamedPath();
}
