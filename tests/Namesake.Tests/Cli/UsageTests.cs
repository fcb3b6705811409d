using System.Text.Json;

namespace Namesake.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("sources", "overide")]
    [InlineData("chekc")]
    [InlineData("explain")]
    [InlineData("explain", "--from", "ann@acme.test")]
    [InlineData("explain", "--from", "ann", "--to", "bob@example.org")]
    [InlineData("check")]
    [InlineData("check", "mail.acme.test", "--ehlo", "other.acme.test")]
    [InlineData("check", "mail.acme.test", "--selector", "s1")]
    [InlineData("check", "mail.acme.test", "--list", "unknown.example")]
    [InlineData("check", "mail.acme.test", "--from", "not a domain")]
    [InlineData("check", "--ip", "198.100.1", "--ehlo", "mail.acme.test")]
    [InlineData("check", "--ip", "fe80::1%lo", "--ehlo", "mail.acme.test")]
    [InlineData("check", "--ip", "198.100.1.5", "--ehlo", "mail.acme.test", "--policy", "lenient")]
    [InlineData("check", "--ip", "198.100.1.5", "--ehlo", "mail.acme.test", "--resolver", "127.0.0.1:0")]
    [InlineData("check", "--ip", "198.100.1.5", "--ehlo", "mail.acme.test", "--resolver", ":53")]
    [InlineData("policy")]
    [InlineData("policy", "--listen", "policy")]
    [InlineData("policy", "--listen", "unix:policy")]
    [InlineData("policy", "--listen", "inet:127.0.0.1")]
    [InlineData("policy", "--listen", "inet:127.0.0.1:0", "--unknown", "reject")]
    [InlineData("policy", "--listen", "inet:127.0.0.1:0", "--policy", "observe", "--misaligned", "reject")]
    [InlineData("policy", "--listen", "inet:127.0.0.1:0", "--allow", "10.0.0.1/8")]
    [InlineData("policy", "--listen", "inet:127.0.0.1:0", "--socket-mode", "rw")]
    [InlineData("policy", "--listen", "inet:127.0.0.1:0", "--authserv-id", "a b")]
    [InlineData("policy", "--listen", "inet:127.0.0.1:0", "--cache-size", "1")]
    [InlineData("queue", "--limit", "0")]
    [InlineData("queue", "count", "--by", "colour")]
    [InlineData("queue", "retry")]
    [InlineData("queue", "retry", "--all", "--brand", "acme")]
    [InlineData("queue", "--limit", "many")]
    [InlineData("queue", "--api", "127.0.0.1:8025", "--token-file", "x")]
    [InlineData("queue", "--api", "http://127.0.0.1:8025")]
    [InlineData("queue", "--api", "http://relay.example:8025", "--token-file", "x")]
    [InlineData("queue", "--limit", "5", "--limit", "6")]
    [InlineData("sources", "override", "acme-v4", "--until", "2h")]
    [InlineData("sources", "history", "acme-v4", "--limit", "0")]
    [InlineData("lanes", "suspend", "acme-v4", "google.com")]
    [InlineData("lanes", "suspend", "acme-v4", "google.com", "--reason", "because", "--until", "soon")]
    [InlineData("lanes", "resume", "acme-v4")]
    [InlineData("sites", "suspend", "google.com")]
    [InlineData("sites", "suspend", "--reason", "because")]
    [InlineData("sites", "suspend", "google.com", "--reason", "because", "--until", "soon")]
    [InlineData("sites", "resume")]
    [InlineData("suppressions", "add", "bob@sink.test", "--reason", "because")]
    [InlineData("suppressions", "add", "bob@sink.test", "--brand", "acme")]
    [InlineData("suppressions", "add", "bob", "--brand", "acme", "--reason", "because")]
    [InlineData("suppressions", "add", "bob@sink.test", "--brand", "acme", "--reason", "because", "--until", "soon")]
    [InlineData("suppressions", "remove", "bob@sink.test")]
    [InlineData("suppressions", "import")]
    [InlineData("suppressions", "import", "bounces.mbox", "--bounces")]
    [InlineData("suppressions", "import", "bounces.mbox", "--bounces", "--brand", "acme", "--refusals", "0")]
    [InlineData("suppressions", "list", "--limit", "many")]
    [InlineData("sources", "override", "acme-v4", "--until", "2h", "--until", "3h", "--reason", "because")]
    [InlineData("spool", "check", "--data", "here", "--config", "there")]
    [InlineData("sources", "override", "acme-v4", "--until", "soon", "--reason", "because")]
    [InlineData("sources", "override", "acme-v4", "--withdraw", "--until", "2h")]
    public async Task A_wrong_command_line_ends_with_64_and_prints_nothing_to_the_output(params string[] arguments)
    {
        var run = (await NamesakeProcess.RunAsync(arguments)).Ended(64);

        Assert.Empty(run.Output);
        Assert.StartsWith("namesake: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_verb_the_verbs_are_listed_and_a_script_is_told_that_it_was_wrong()
    {
        var run = (await NamesakeProcess.RunAsync()).Ended(64);

        Assert.Contains("sources", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("check", "--help")]
    [InlineData("policy", "--help")]
    [InlineData("sources", "override", "--help")]
    [InlineData("messages", "list", "--help")]
    [InlineData("suppressions", "import", "--help")]
    public async Task Help_is_an_answer_and_fits_a_page(params string[] arguments) => (await NamesakeProcess.RunAsync(arguments)).Ended(0).Fits();

    [Fact]
    public async Task The_version_is_told_to_people_and_programs()
    {
        var people = (await NamesakeProcess.RunAsync("version")).Ended(0);
        var programs = (await NamesakeProcess.RunAsync("version", "--json")).Ended(0).Json();

        var version = programs.GetProperty("version").GetString();
        Assert.Matches(@"^\d+\.\d+\.\d+", version);
        Assert.StartsWith($"namesake {version} ", people.Output, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, programs.GetProperty("runtime").ValueKind);
    }
}
