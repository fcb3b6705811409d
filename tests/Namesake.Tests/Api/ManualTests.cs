using System.Reflection;
using System.Text.RegularExpressions;
using Namesake.Tests.Configuration;
using Namesake.Web.Problems;

namespace Namesake.Tests.Api;

/// <summary>docs/api.md and docs/cli.md tell what the program does.</summary>
public sealed partial class ManualTests
{
    [Fact]
    public void Every_code_of_a_problem_is_explained()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "src/Namesake.Web/Problems/Problem.cs"));
        var codes = Code().Matches(source).Select(match => match.Groups[1].Value).ToList();
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs/api.md"));

        Assert.Equal(typeof(Problem).GetMethods(BindingFlags.Public | BindingFlags.Static).Count(method => method.ReturnType == typeof(Problem)), codes.Count);
        Assert.All(codes, code => Assert.Contains($"`{code}`", manual, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_exit_code_is_explained()
    {
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs/cli.md"));

        Assert.All(typeof(Namesake.Cli.ExitCode).GetFields().Select(field => (int)field.GetRawConstantValue()!), code => Assert.Contains($"| {code} |", manual, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_verb_is_in_the_manual()
    {
        var help = (await Cli.NamesakeProcess.RunAsync("--help")).Ended(0).Output;
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs/cli.md"));

        var verbs = Verb().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value).ToList();
        Assert.True(verbs.Count >= 14, help);
        Assert.All(verbs, verb => Assert.Matches($@"`{verb}[ `]", manual));
    }

    [GeneratedRegex("Of\\(StatusCodes\\.\\w+, \"([a-z-]+)\"")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?m)^  ([a-z]+)\s")]
    private static partial Regex Verb();
}
