using System.Text.RegularExpressions;
using Namesake.Configuration;

namespace Namesake.Tests.Configuration;

/// <summary>The manual, the sample and the reader say the same: each is held against the other.</summary>
public sealed partial class ManualTests
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "docs", "configuration.md");

    [Fact]
    public void The_manual_is_what_the_program_would_write()
    {
        var written = ReferenceManual.Write();
        if (Environment.GetEnvironmentVariable("NAMESAKE_UPDATE_DOCS") == "1")
            File.WriteAllText(Path, written);
        Assert.True(File.ReadAllText(Path) == written, "docs/configuration.md is out of date: run the tests with NAMESAKE_UPDATE_DOCS=1 and look at the difference.");
    }

    public static TheoryData<string, string> EveryKey()
    {
        var data = new TheoryData<string, string>();
        foreach (var (section, key) in KeysOfManual())
            data.Add(section, key);
        return data;
    }

    // A value no key takes: if the key is really read, somebody complains at its place.
    [Theory]
    [MemberData(nameof(EveryKey))]
    public void Every_key_of_the_manual_is_read(string section, string key)
    {
        var text = Nest(section, $"{key}: [ [ x ] ]");
        Assert.Contains(ConfigurationText.Read(text).Problems, problem => problem.IsError && problem.Place?.Line == 2 && problem.Text.Contains($"{key}: ", StringComparison.Ordinal) && !problem.Text.Contains("no key we know", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryKey))]
    public void Every_key_of_the_manual_stands_in_the_complete_sample(string section, string key)
    {
        // Those that say the same as another key, or would only be noise beside it.
        var sample = File.ReadAllText(System.IO.Path.Combine(Repository.Root, "samples", "namesake.yaml"));
        Assert.True(Regex.IsMatch(sample, $@"(^|[\s{{]){key}:", RegexOptions.Multiline), $"{section}: {key}");
    }

    // "brands[]" and "sources[].attested" and "delivery.timeouts" in one line each, the key on the second line.
    private static string Nest(string section, string inner)
    {
        var (open, close) = ("", "");
        foreach (var part in section.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var isList = part.EndsWith("[]", StringComparison.Ordinal);
            open += isList ? $"{{ {part[..^2]}: [ " : $"{{ {part}: ";
            close = (isList ? " ] }" : " }") + close;
        }
        return $"{open}{{\n{inner}\n}}{close}";
    }

    private static IEnumerable<(string Section, string Key)> KeysOfManual()
    {
        var section = "";
        foreach (var line in ReferenceManual.Write().Split('\n'))
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line is "## The whole file" or "## How values are written" ? "" : line[3..];
            else if (KeyRow().Match(line) is { Success: true } row)
                yield return (section, row.Groups[1].Value);
    }

    [GeneratedRegex(@"^\| `(\w+)` \|")]
    private static partial Regex KeyRow();
}
