using System.Diagnostics;
using System.Globalization;
using Namesake.Cli;
using Namesake.Tests.Cli;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Deploy;

/// <summary>deploy/namesake.service, read by systemd's own tools where they are, and held to what the program does.</summary>
public sealed class UnitFileTests : IDisposable
{
    private const string Analyze = "/usr/bin/systemd-analyze";
    private static readonly string UnitFile = Path.Combine(Repository.Root, "deploy", "namesake.service");
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Systemd_reads_the_unit_without_a_complaint()
    {
        Assert.SkipUnless(File.Exists(Analyze), "systemd-analyze is not installed");

        var (exitCode, output) = await AnalyzeAsync("verify");

        Assert.Empty(output);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Its_exposure_is_low_by_systemds_own_measure()
    {
        Assert.SkipUnless(File.Exists(Analyze), "systemd-analyze is not installed");

        var (exitCode, output) = await AnalyzeAsync("security", "--offline=yes", "--no-pager", "--threshold=20"); // tenths: 2.0 of 10

        Assert.True(exitCode == 0, output);
        Assert.Contains("Overall exposure level", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_one_privilege_it_has_is_to_bind_low_ports()
    {
        Assert.Equal(["CAP_NET_BIND_SERVICE"], Values("CapabilityBoundingSet"));
        Assert.Equal(["CAP_NET_BIND_SERVICE"], Values("AmbientCapabilities"));
        Assert.Equal(["yes"], Values("NoNewPrivileges"));
        Assert.Equal(["strict"], Values("ProtectSystem"));
        Assert.DoesNotContain("MemoryDenyWriteExecute=yes", File.ReadAllLines(UnitFile)); // .NET would not start
    }

    [Fact]
    public void It_is_not_started_again_when_that_can_not_help() =>
        Assert.Equal([Text(ExitCode.Usage), Text(ExitCode.Configuration)], Assert.Single(Values("RestartPreventExitStatus")).Split(' '));

    [Fact]
    public async Task Its_command_line_is_one_the_program_takes()
    {
        var command = Assert.Single(Values("ExecStart")).Split(' ');

        // There is no such file here: the complaint is about that, not about the line.
        var run = await NamesakeProcess.RunAsync([.. command[1..^1], Path.Combine(_directory.Path, "none.yaml")]);

        Assert.Equal(ExitCode.Configuration, run.ExitCode);
        Assert.Equal(["/bin/kill -HUP $MAINPID"], Values("ExecReload"));
    }

    private static string Text(int exitCode) => exitCode.ToString(CultureInfo.InvariantCulture);

    private static List<string> Values(string key) =>
        [.. File.ReadLines(UnitFile).Where(line => line.StartsWith(key + "=", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..])];

    // The program is not installed here: the one just built stands in its place.
    private async Task<(int ExitCode, string Output)> AnalyzeAsync(params string[] arguments)
    {
        var unit = _directory.Write("namesake.service", (await File.ReadAllTextAsync(UnitFile, TestContext.Current.CancellationToken))
            .Replace("/opt/namesake/namesake ", Path.Combine(AppContext.BaseDirectory, "namesake") + " ", StringComparison.Ordinal));
        using var process = Process.Start(new ProcessStartInfo(Analyze, [.. arguments, unit]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
