using System.Diagnostics;
using System.Globalization;
using Namesake.Cli;
using Namesake.Tests.Cli;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Deploy;

/// <summary>deploy/*.service, read by systemd's own tools where they are, and held to what the program does.</summary>
public sealed class UnitFileTests : IDisposable
{
    private const string Analyze = "/usr/bin/systemd-analyze";
    private const string Relay = "namesake.service", Policy = "namesake-policy.service";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Relay)]
    [InlineData(Policy)]
    public async Task Systemd_reads_the_unit_without_a_complaint(string unit)
    {
        Assert.SkipUnless(File.Exists(Analyze), "systemd-analyze is not installed");

        var (exitCode, output) = await AnalyzeAsync(unit, "verify");

        Assert.Empty(output);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData(Relay)]
    [InlineData(Policy)]
    public async Task Its_exposure_is_low_by_systemds_own_measure(string unit)
    {
        Assert.SkipUnless(File.Exists(Analyze), "systemd-analyze is not installed");

        var (exitCode, output) = await AnalyzeAsync(unit, "security", "--offline=yes", "--no-pager", "--threshold=20"); // tenths: 2.0 of 10

        Assert.True(exitCode == 0, output);
        Assert.Contains("Overall exposure level", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_one_privilege_it_has_is_to_bind_low_ports()
    {
        Assert.Equal(["CAP_NET_BIND_SERVICE"], Values(Relay, "CapabilityBoundingSet"));
        Assert.Equal(["CAP_NET_BIND_SERVICE"], Values(Relay, "AmbientCapabilities"));
        IsConfined(Relay);
    }

    [Fact]
    public void The_policy_service_has_no_privilege_at_all()
    {
        Assert.Equal([""], Values(Policy, "CapabilityBoundingSet"));
        Assert.Empty(Values(Policy, "AmbientCapabilities"));
        IsConfined(Policy);
    }

    [Fact]
    public void It_is_not_started_again_when_that_can_not_help()
    {
        Assert.Equal([Text(ExitCode.Usage), Text(ExitCode.Configuration)], Assert.Single(Values(Relay, "RestartPreventExitStatus")).Split(' '));
        Assert.Equal([Text(ExitCode.Usage)], Values(Policy, "RestartPreventExitStatus"));
    }

    [Fact]
    public async Task The_policy_services_command_line_is_one_the_program_takes_and_its_directory_is_the_one_it_makes()
    {
        var command = Assert.Single(Values(Policy, "ExecStart")).Split(' ');
        var directory = Assert.Single(Values(Policy, "ExecStartPre")).Split(' ')[^1];
        var listen = Array.Find(command, word => word.StartsWith("unix:", StringComparison.Ordinal))!;
        Assert.Equal($"unix:{directory}/policy", listen);
        Assert.Equal([$"-{directory}"], Values(Policy, "ReadWritePaths"));

        // Nothing can be made there here: the complaint is about the place, not about the line.
        var run = await NamesakeProcess.RunAsync([.. command[1..].Select(word => word == listen ? $"unix:{_directory.Path}/none/policy" : word)]);

        Assert.Equal(ExitCode.Unknown, run.ExitCode);
    }

    [Fact]
    public async Task Its_command_line_is_one_the_program_takes()
    {
        var command = Assert.Single(Values(Relay, "ExecStart")).Split(' ');

        // There is no such file here: the complaint is about that, not about the line.
        var run = await NamesakeProcess.RunAsync([.. command[1..^1], Path.Combine(_directory.Path, "none.yaml")]);

        Assert.Equal(ExitCode.Configuration, run.ExitCode);
        Assert.Equal(["/bin/kill -HUP $MAINPID"], Values(Relay, "ExecReload"));
    }

    private static string Text(int exitCode) => exitCode.ToString(CultureInfo.InvariantCulture);

    private static void IsConfined(string unit)
    {
        Assert.Equal(["yes"], Values(unit, "NoNewPrivileges"));
        Assert.Equal(["strict"], Values(unit, "ProtectSystem"));
        Assert.DoesNotContain("MemoryDenyWriteExecute=yes", File.ReadAllLines(FileOf(unit))); // .NET would not start
    }

    private static string FileOf(string unit) => Path.Combine(Repository.Root, "deploy", unit);

    private static List<string> Values(string unit, string key) =>
        [.. File.ReadLines(FileOf(unit)).Where(line => line.StartsWith(key + "=", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..])];

    // The program is not installed here: the one just built stands in its place.
    private async Task<(int ExitCode, string Output)> AnalyzeAsync(string unit, params string[] arguments)
    {
        var file = _directory.Write(unit, (await File.ReadAllTextAsync(FileOf(unit), TestContext.Current.CancellationToken))
            .Replace("/opt/namesake/namesake ", $"\"{Path.Combine(AppContext.BaseDirectory, "namesake")}\" ", StringComparison.Ordinal));
        using var process = Process.Start(new ProcessStartInfo(Analyze, [.. arguments, file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
