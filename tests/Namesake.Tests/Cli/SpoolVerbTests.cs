using Namesake.Storage;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Cli;

public sealed class SpoolVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_sound_spool_ends_with_0()
    {
        await CreateAsync();

        var run = (await NamesakeProcess.RunAsync("spool", "check", "--data", _directory.Path)).Ended(0).Fits();

        Assert.Contains("sound", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_ends_with_1_and_says_what_to_do()
    {
        await CreateAsync();
        var database = Assert.Single(Directory.GetFiles(_directory.Path, "*.db"));
        await File.WriteAllBytesAsync(database, [.. (await File.ReadAllBytesAsync(database, TestContext.Current.CancellationToken)).Select((octet, at) => at < 4096 ? octet : (byte)0xAA)], TestContext.Current.CancellationToken);

        var report = (await NamesakeProcess.RunAsync("spool", "check", "--data", _directory.Path, "--json")).Ended(1).Json();

        Assert.False(report.GetProperty("isSound").GetBoolean());
        Assert.NotEmpty(report.GetProperty("findings").EnumerateArray().First().GetProperty("fix").GetString()!);
    }

    [Fact]
    public async Task A_directory_without_a_spool_ends_with_2()
    {
        var run = (await NamesakeProcess.RunAsync("spool", "check", "--data", Path.Combine(_directory.Path, "absent"))).Ended(2);

        Assert.Contains("absent", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_directory_the_ways_to_name_one_are_told() =>
        Assert.Contains("--data", (await NamesakeProcess.RunAsync(["spool", "check"], directory: _directory.Path)).Ended(78).Error, StringComparison.Ordinal);

    private async Task CreateAsync()
    {
        await using var spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = _directory.Path }, TimeProvider.System);
    }
}
