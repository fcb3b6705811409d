using System.Diagnostics;
using Namesake.Network.Machine;

namespace Namesake.Network.Tests.Machine;

/// <summary>A process that outlives us, by the best way that works.</summary>
public sealed class DetachedProcessTests : IDisposable
{
    private readonly string _sign = Path.Combine(Path.GetTempPath(), $"namesake-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_sign);

    [Fact]
    public void Under_systemd_it_has_our_environment_and_no_part_of_it_is_shown_to_others()
    {
        var ways = DetachedProcess.Ways(hasSystemd: true, "namesake-undo-1", "a timer", "/usr/bin/namesake", ["plan-timer", "1"]);

        Assert.Equal(["systemd-run", "/usr/bin/namesake"], ways.Select(way => way.FileName));
        Assert.Contains("--scope", ways[0].ArgumentList);
        Assert.DoesNotContain(ways[0].ArgumentList, argument => argument.StartsWith("--setenv", StringComparison.Ordinal));
        Assert.Equal(["--", "/usr/bin/namesake", "plan-timer", "1"], ways[0].ArgumentList.TakeLast(4));
    }

    [Theory]
    [InlineData("/no/such/program")]
    [InlineData("false")]
    [InlineData("sleep", "3")]
    public async Task Where_one_way_does_not_bring_it_to_its_work_the_next_is_tried(string program, params string[] arguments) =>
        Assert.Null(await StartAsync(new ProcessStartInfo(program, arguments), new ProcessStartInfo("touch", [_sign])));

    [Fact]
    public async Task Where_no_way_works_it_says_why() => Assert.Contains("exit code 1", await StartAsync(new ProcessStartInfo("false")), StringComparison.Ordinal);

    private Task<string?> StartAsync(params ProcessStartInfo[] ways) =>
        DetachedProcess.StartAsync([.. ways], _ => Task.FromResult(File.Exists(_sign)), TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
}
