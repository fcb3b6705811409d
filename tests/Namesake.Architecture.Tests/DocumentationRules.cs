using System.Text.RegularExpressions;
using Namesake.Core.Identity.Checks;

namespace Namesake.Architecture.Tests;

/// <summary>Documents that could come apart from the code they speak of.</summary>
public sealed partial class DocumentationRules
{
    /// <summary>To write it anew: NAMESAKE_WRITE_DOCS=1 in the environment of this test.</summary>
    [Fact]
    public void The_table_of_checks_is_the_codes()
    {
        const string Begin = "<!-- checks: written by namesake checks, not by hand -->\n\n", End = "\n<!-- end of checks -->";
        var file = Path.Combine(Repository.Root, "docs", "checks.md");
        var text = File.ReadAllText(file);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("NAMESAKE_WRITE_DOCS") == "1")
            File.WriteAllText(file, text[..from] + CatalogueTable.Markdown() + text[to..]);
        else
            Assert.Equal(CatalogueTable.Markdown(), text[from..to]);
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

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|docs|build|samples|bench|deploy)/[\w./-]+)`")]
    private static partial Regex NamedPath();
}
