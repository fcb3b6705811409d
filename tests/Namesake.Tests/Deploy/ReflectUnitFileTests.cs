using System.Diagnostics;
using Namesake.Tests.Cli;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Deploy;

/// <summary>The reflector's systemd unit: open to strangers, so it may do little and cost little.</summary>
public sealed class ReflectUnitFileTests : IDisposable
{
    private const string Analyze = "/usr/bin/systemd-analyze";
    private static readonly string UnitFile = Path.Combine(Repository.Root, "deploy", "namesake-reflect.service");
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Systemd_reads_the_unit_without_a_complaint()
    {
        Assert.SkipUnless(File.Exists(Analyze), "systemd-analyze is not installed");
        Assert.Equal((0, ""), await AnalyzeAsync("verify"));
    }

    [Fact]
    public async Task Its_exposure_is_low_by_systemds_own_measure()
    {
        Assert.SkipUnless(File.Exists(Analyze), "systemd-analyze is not installed");
        var (exitCode, output) = await AnalyzeAsync("security", "--offline=yes", "--no-pager", "--threshold=20"); // tenths: 2.0 of 10
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void It_has_one_privilege_no_user_of_the_relays_and_limits_on_everything()
    {
        Assert.Equal(["CAP_NET_BIND_SERVICE"], Values("CapabilityBoundingSet"));
        Assert.Equal(["CAP_NET_BIND_SERVICE"], Values("AmbientCapabilities"));
        Assert.Equal(["yes"], Values("DynamicUser"));
        Assert.All(new[] { "MemoryMax", "TasksMax", "CPUQuota", "LimitNOFILE" }, limit => Assert.Single(Values(limit)));
        Assert.Empty(Values("User"));
    }

    [Fact]
    public async Task Its_command_line_is_one_the_program_takes()
    {
        var command = Assert.Single(Values("ExecStart")).Split(' ');
        Assert.Equal("$REFLECT_OPTIONS", command[^1]);
        // The address isn't here: the complaint is about that, not about the line.
        var run = await NamesakeProcess.RunAsync([.. command[1..^1], "--name", "reflect.example.org", "--listen", "192.0.2.25:25"]);
        Assert.Contains("the reflector can't start", run.Error, StringComparison.Ordinal);
    }

    private static List<string> Values(string key) =>
        [.. File.ReadLines(UnitFile).Where(line => line.StartsWith(key + "=", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..])];

    private async Task<(int ExitCode, string Output)> AnalyzeAsync(params string[] arguments)
    {
        // The program is not installed here: the one just built stands in its place.
        var unit = _directory.Write("namesake-reflect.service", (await File.ReadAllTextAsync(UnitFile, TestContext.Current.CancellationToken))
            .Replace("/opt/namesake/namesake ", $"\"{Path.Combine(AppContext.BaseDirectory, "namesake")}\" ", StringComparison.Ordinal));
        using var process = Process.Start(new ProcessStartInfo(Analyze, [.. arguments, unit]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
