using System.Text.RegularExpressions;

namespace Namesake.Architecture.Tests;

/// <summary>The folder rules of ARCHITECTURE.md: nouns never use stages, a stage uses nouns and its own folder, only the dispatcher knows all.</summary>
public sealed partial class FolderRules
{
    private const string Core = "src/Namesake.Core";
    private static readonly string[] Nouns = ["Messages", "Brands", "Sources", "Receivers", "Identity", "Dns", "Firewall", "Plans", "Suppression", "Inventory", "Knowledge"];
    private static readonly string[] Stages = ["Submission", "Spool", "Routing", "Gating", "Delivery", "Reporting"];

    [Fact]
    public void Core_has_only_the_folders_of_the_design() =>
        Assert.Empty(FoldersOf(Core).Except([.. Nouns, "Pipeline"]));

    [Fact]
    public void The_pipeline_has_only_its_six_stages() =>
        Assert.Empty(FoldersOf($"{Core}/Pipeline").Except(Stages));

    [Fact]
    public void Nouns_never_use_stages() =>
        Assert.Empty(Nouns.Where(noun => Directory.Exists(Path.Combine(Repository.Root, Core, noun)))
            .SelectMany(noun => Repository.SourceFiles($"{Core}/{noun}"))
            .Where(file => Used(file).Any(name => name.StartsWith("Namesake.Core.Pipeline", StringComparison.Ordinal)))
            .Select(Repository.Relative));

    [Fact]
    public void A_stage_uses_no_other_stage_but_submission_and_reporting_the_spools_port()
    {
        var broken = from stage in Stages
                     from file in Repository.SourceFiles($"{Core}/Pipeline/{stage}")
                     from name in Used(file)
                     from other in Stages
                     where other != stage && name.StartsWith($"Namesake.Core.Pipeline.{other}", StringComparison.Ordinal)
                     where other != "Spool" || stage is not ("Submission" or "Reporting")
                     select $"{Repository.Relative(file)} uses {name}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Only_the_dispatcher_knows_more_than_one_stage()
    {
        var broken = from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, Core, "Pipeline"), "*.cs")
                     where !Path.GetFileName(file).StartsWith("Dispatcher", StringComparison.Ordinal)
                     let known = Used(file).SelectMany(name => Stages.Where(stage => name == $"Namesake.Core.Pipeline.{stage}")).Distinct().ToList()
                     where known.Count > 1
                     select $"{Repository.Relative(file)} knows {string.Join(", ", known)}";
        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("Common")]
    [InlineData("Utils")]
    [InlineData("Helpers")]
    [InlineData("Manager")]
    [InlineData("Infrastructure")]
    [InlineData("Abstractions")]
    public void No_folder_is_named_for_nothing(string name) =>
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"), name, SearchOption.AllDirectories));

    [Fact]
    public void Namespaces_follow_folders()
    {
        var broken = from file in Repository.SourceFiles("src")
                     let declared = Declaration().Match(File.ReadAllText(file))
                     where declared.Success
                     let expected = Repository.Relative(Path.GetDirectoryName(file)!)["src/".Length..].Replace('/', '.')
                     where declared.Groups[1].Value != expected
                     select $"{Repository.Relative(file)} declares {declared.Groups[1].Value}, not {expected}";
        Assert.Empty(broken);
    }

    [Fact]
    public void No_file_swallows_an_idea_beside_its_own() =>
        Assert.Empty(Repository.SourceFiles("src").Where(file => File.ReadLines(file).Count() > 400).Select(Repository.Relative));

    private static IEnumerable<string> FoldersOf(string folder) =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, folder)).Select(path => Path.GetFileName(path)!).Where(name => name is not "obj" and not "bin");

    /// <summary>Namespaces a file names, in using directives or in full.</summary>
    private static IEnumerable<string> Used(string file) => Named().Matches(File.ReadAllText(file)).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"(?<!namespace )\bNamesake\.Core(\.[A-Z]\w+)+")]
    private static partial Regex Named();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
