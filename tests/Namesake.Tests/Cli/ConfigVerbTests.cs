using Namesake.Core.Brands;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Cli;

public sealed class ConfigVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_configuration_that_can_be_used_ends_with_0()
    {
        _directory.Write("namesake.yaml", ConfigurationText.Small);

        var run = (await NamesakeProcess.RunAsync(["config", "check"], directory: _directory.Path)).Ended(0);

        Assert.Contains("1 brand,", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_are_told_at_once_with_their_lines_and_78()
    {
        _directory.Write("bad.yaml", ConfigurationText.Small.Replace("ehlo: mail.acme.test", "ehlo: localhost", StringComparison.Ordinal).Replace("brand: acme,", "brand: acmee,", StringComparison.Ordinal));

        var run = (await NamesakeProcess.RunAsync("config", "check", Path.Combine(_directory.Path, "bad.yaml"))).Ended(78);

        Assert.Contains("bad.yaml:4:", run.Output, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:8:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_get_line_and_column()
    {
        _directory.Write("bad.yaml", ConfigurationText.Small.Replace("ehlo: mail.acme.test", "ehlo: localhost", StringComparison.Ordinal));

        var report = (await NamesakeProcess.RunAsync("config", "check", Path.Combine(_directory.Path, "bad.yaml"), "--json")).Ended(78).Json();

        Assert.False(report.GetProperty("usable").GetBoolean());
        Assert.Equal(8, Assert.Single(report.GetProperty("problems").EnumerateArray(), problem => problem.GetProperty("severity").GetString() == "error").GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task A_file_that_is_not_there_ends_with_78() =>
        (await NamesakeProcess.RunAsync("config", "check", Path.Combine(_directory.Path, "absent.yaml"))).Ended(78);

    [Fact]
    public async Task The_printed_hash_verifies_the_password_and_nothing_else_is_printed()
    {
        var run = (await NamesakeProcess.RunAsync(["password"], input: "correct horse\n")).Ended(0);

        Assert.True(PasswordHash.TryParse(run.Output.TrimEnd('\n'), out var hash, out var error), error);
        Assert.True(hash.Verify("correct horse"));
        Assert.False(hash.Verify("correct horse\n"));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task No_password_is_a_wrong_command_line() => (await NamesakeProcess.RunAsync(["password"], input: "")).Ended(64);
}
