using System.Text;
using Namesake.Configuration;

namespace Namesake.Tests.Configuration;

/// <summary>What is wrong with the file as a file: one clear error with its place, whatever it is.</summary>
public sealed class YamlTests
{
    [Theory]
    [InlineData("", null, "the file is empty")]
    [InlineData("\n\n# nothing but a comment\n", null, "the file is empty")]
    [InlineData("~", 1, "the file is empty")]
    [InlineData("- a\n- b\n", 1, "must be a group of keys")]
    [InlineData("just a text", 1, "must be a group of keys")]
    [InlineData("node: a\n\tdata: b\n", 2, "a tab in the indentation")]
    [InlineData("node: a\nbrands:\n\t- id: b\n", 3, "a tab in the indentation")]
    [InlineData("brands:\n  - id: a\n   senderDomains: [x.y]\n", 3, "the indentation doesn't fit")]
    [InlineData("brands:\n  id: a\n sources: b\n", 3, "the indentation doesn't fit")]
    [InlineData("node: \"relay1\ndata: x\n", 1, "a quotation mark is opened here and never closed")]
    [InlineData("node: 'relay1\n", 1, "a quotation mark is opened here and never closed")]
    [InlineData("node: @relay1\n", 1, "put texts with any of")]
    [InlineData("node: `relay1`\n", 1, "put texts with any of")]
    [InlineData("node: a: b\n", 1, "put texts with any of")]
    [InlineData("resolvers: [1, 2\nnode: b\n", 2, "a bracket or brace that isn't closed")]
    [InlineData("listeners:\n  - { address: [::]:25 }\n", 2, "not readable as YAML")]
    [InlineData("%YAML 9.9\n---\nnode: a\n", 1, "%YAML")]
    [InlineData("node: *nobody\n", 1, "the alias *nobody has no complete anchor")]
    [InlineData("node: &a [*a]\n", 1, "the alias *a has no complete anchor")]
    [InlineData("node: \"\\U00FFFFFF\"\n", 1, "not readable as YAML")]
    [InlineData("? [node]\n: a\n", 1, "a key must be one word")]
    [InlineData("node: a\u0001b\n", 1, "a control character (U+0001)")]
    public void A_file_that_is_no_configuration_is_one_error_with_its_line(string text, int? line, string expected)
    {
        var problems = ConfigurationText.Read(text).Problems;
        Assert.Contains(problems, problem => problem.IsError && problem.Place?.Line == line && problem.Text.Contains(expected, StringComparison.Ordinal));
        Assert.True(problems.Count(problem => !problem.Text.Contains("is missing", StringComparison.Ordinal)) == 1, string.Join('\n', problems));
    }

    [Fact]
    public void A_key_that_stands_twice_is_refused_and_the_first_place_named()
    {
        var error = ConfigurationText.OnlyError(ConfigurationText.Small + "\nnode: relay2\n");
        Assert.Equal("namesake.yaml:9:1: error: \"node\" stands here a second time, first in line 1: remove one", error);
    }

    [Fact]
    public void Several_duplicates_are_all_told() =>
        Assert.Equal(2, ConfigurationText.Read(ConfigurationText.With("id: acme, ", "id: acme, id: acme, policy: strict, policy: strict, ")).Problems.Length);

    [Fact]
    public void A_second_document_is_refused() =>
        Assert.StartsWith("namesake.yaml:9:1: error: a second document begins here", ConfigurationText.OnlyError(ConfigurationText.Small + "\n---\nnode: b\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("node: !env relay1", "the tag !env means nothing here")]
    [InlineData("node: !!binary relay1", "the tag tag:yaml.org,2002:binary means nothing here")]
    public void Tags_are_refused(string line, string expected) =>
        Assert.Contains(expected, ConfigurationText.OnlyError(ConfigurationText.With("node: relay1", line)), StringComparison.Ordinal);

    [Fact]
    public void Anchors_aliases_and_merge_keys_work_and_what_is_written_wins()
    {
        var configuration = ConfigurationText.Good("""
            listeners: [ { address: "0.0.0.0:25", relayFrom: &own ["10.0.0.0/8"] }, { address: "0.0.0.0:2525", relayFrom: *own } ]
            brands: [ { id: acme, senderDomains: [acme.test], sources: [one, two] } ]
            sources:
              - &first { id: one, localAddress: 10.0.0.5, publicAddress: 198.100.1.5, ehlo: mail.acme.test, weight: 7 }
              - { <<: *first, id: two, localAddress: 10.0.0.6, publicAddress: 198.100.1.6 }
            """);

        Assert.Equal(configuration.Relay.Listeners[0].RelayFrom, configuration.Relay.Listeners[1].RelayFrom);
        var second = configuration.Relay.Sources.All[1];
        Assert.Equal(("two", "198.100.1.6", "mail.acme.test", 7), (second.Id.Value, second.PublicAddress.ToString(), second.Ehlo.Value, second.Weight));
    }

    [Fact]
    public void Aliases_that_multiply_end_the_reading_before_they_cost_memory()
    {
        var bomb = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (var c = 'b'; c <= 'z'; c++)
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"{c}: &{c} [{string.Join(", ", Enumerable.Repeat($"*{(char)(c - 1)}", 10))}]\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = ConfigurationText.OnlyError(bomb.ToString());
        Assert.Contains("values once aliases are followed", error, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    [Fact]
    public void Merge_keys_that_multiply_end_the_reading_too()
    {
        var bomb = new StringBuilder("a: &a {").AppendJoin(", ", Enumerable.Range(0, 1000).Select(i => $"k{i}: v")).Append("}\nb:\n");
        for (var i = 0; i < 5000; i++)
            bomb.Append("- { <<: *a }\n");
        Assert.Contains("values once aliases are followed", ConfigurationText.OnlyError(bomb.ToString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    [InlineData("- ", "")]
    public void Nesting_has_an_end(string open, string close)
    {
        var text = "node: a\nx:\n " + string.Concat(Enumerable.Repeat(open, 200_000)) + "x" + string.Concat(Enumerable.Repeat(close, 200_000));
        Assert.Contains("nested deeper than 32 levels", ConfigurationText.OnlyError(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_unbearable_size_is_refused_unread()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("namesake.yaml", new string('#', 11 * 1024 * 1024));
        Assert.Contains("larger than 10 MiB", Assert.Single(new ConfigurationReader().Read(path).Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_message_repeats_cannot_steer_a_terminal()
    {
        var error = ConfigurationText.OnlyError(ConfigurationText.With("node: relay1", "node: \"a\\e[31m\\x9b\\u0007\\nb\""));
        Assert.Contains("\"a\ufffd[31m\ufffd\ufffd…\" is no name", error, StringComparison.Ordinal);
        Assert.DoesNotContain(error, char.IsControl);
    }

    [Fact]
    public void Ten_thousand_mistakes_are_not_a_book()
    {
        var text = ConfigurationText.Small + "\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"nonsense{i}: 1\n"));
        var problems = ConfigurationText.Read(text).Problems;
        Assert.Equal(201, problems.Length);
        Assert.Contains("9800 more errors", problems[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crowd_of_warnings_does_not_hide_an_error()
    {
        var text = ConfigurationText.Small + string.Concat(Enumerable.Range(1, 250).Select(i => $"\n  - {{ id: s{i}, localAddress: 10.1.0.{i}, publicAddress: 198.101.1.{i}, ehlo: mail.acme.test }}"));
        Assert.Equal(201, ConfigurationText.Read(text).Problems.Length); // No brand uses them.
        var reading = ConfigurationText.Read(text + "\nusers: [ { name: a, brand: nobody, passwordHash: x } ]");
        Assert.Null(reading.Configuration);
        Assert.Equal(2, reading.Problems.Count(problem => problem.IsError));
        Assert.Equal("51 more warnings are not shown", reading.Problems[^1].Text); // The users' missing certificate is the fifty-first.
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused_with_their_place()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "namesake.yaml");
        File.WriteAllBytes(path, [.. "node: relay1\ndata: "u8, 0xE4, .. "\n"u8]);
        Assert.Equal("namesake.yaml:2:7: error: the byte 0xE4 is not UTF-8: save the file as UTF-8", Assert.Single(new ConfigurationReader().Read(path).Problems).ToString());
    }

    [Fact]
    public void UTF_16_is_named_as_such()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "namesake.yaml");
        File.WriteAllText(path, ConfigurationText.Small, Encoding.Unicode);
        Assert.Contains("the file is UTF-16", Assert.Single(new ConfigurationReader().Read(path).Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_do_no_harm()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "namesake.yaml");
        File.WriteAllText(path, ConfigurationText.Small.ReplaceLineEndings("\r\n"), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var reading = new ConfigurationReader().Read(path);
        Assert.NotNull(reading.Configuration);
        Assert.Equal(path, reading.Configuration.File);
        Assert.Equal(Path.Combine(directory.Path, "data"), reading.Configuration.DataDirectory);
    }

    [Fact]
    public void A_configuration_may_come_through_a_pipe()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Pipes have no path here.");
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var end = pipe.ClientSafePipeHandle;
        pipe.Write(Encoding.UTF8.GetBytes(ConfigurationText.Small)); // Fits in the pipe: nobody need read yet.
        pipe.Dispose();
        Assert.NotNull(new ConfigurationReader().Read($"/proc/self/fd/{end.DangerousGetHandle()}").Configuration);
    }

    [Fact]
    public void A_missing_file_and_a_directory_are_problems_like_any_other()
    {
        using var directory = new TemporaryDirectory();
        Assert.Contains("there is no file", Assert.Single(new ConfigurationReader().Read(Path.Combine(directory.Path, "none.yaml")).Problems).Text, StringComparison.Ordinal);
        Assert.Contains("can't be read", Assert.Single(new ConfigurationReader().Read(directory.Path).Problems).Text, StringComparison.Ordinal);
    }
}
