using System.Diagnostics;
using Namesake.Network.Firewall;
using Namesake.Network.Machine;

namespace Namesake.Network.Tests.Firewall;

/// <summary>Who has the lock of a node's rules, looked at in real processes.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FirewallLockTests : IDisposable
{
    private const string Descriptors = "ls -l /proc/$$/fd";

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-lock-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_dead_man_timer_that_is_started_while_it_is_held_does_not_get_it()
    {
        using var held = await TakeAsync();
        var seen = Path.Combine(_folder, "seen");
        Assert.Null(await DetachedProcess.StartAsync([new ProcessStartInfo("/bin/sh", ["-c", $"{Descriptors} > {seen}.new; mv {seen}.new {seen}"])], _ => Task.FromResult(File.Exists(seen)), TimeSpan.FromSeconds(20), TimeProvider.System, Stop));
        Assert.DoesNotContain(".lock", await File.ReadAllTextAsync(seen, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_tool_it_is_handed_to_has_it_however_many_programs_are_started_at_the_same_moment()
    {
        using var held = await TakeAsync();
        var runs = await Task.WhenAll(Enumerable.Range(0, 60).Select(number => Task.Run(() => ProgramRun.OfAsync(["/bin/sh", "-c", Descriptors], null, 65_536, TimeSpan.FromSeconds(60), TimeProvider.System, Stop, number % 3 == 0 ? held.Handle : null), Stop)));
        Assert.Equal(Enumerable.Range(0, 60).Select(number => number % 3 == 0), runs.Select(run => System.Text.Encoding.UTF8.GetString(run.Output).Contains("net-1.lock", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_a_folder_that_others_can_change_it_is_not_taken()
    {
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1FF);
        var (held, trouble) = await FirewallLock.TakeAsync(_folder, "net-1", TimeSpan.Zero, TimeProvider.System, Stop);
        Assert.Null(held);
        Assert.Contains("chmod 700", trouble, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Who_is_not_root_has_it_in_the_data_directory_and_never_in_a_place_that_anybody_can_take_first()
    {
        Assert.Equal(Environment.IsPrivilegedProcess ? "/run/namesake-firewall" : "/srv/namesake/firewall", FirewallTools.OfSystem("/srv/namesake").RunFolder);
        Assert.Equal(Environment.IsPrivilegedProcess ? "/run/namesake-firewall" : null, FirewallTools.OfSystem().RunFolder);
    }

    private async Task<FirewallLock> TakeAsync()
    {
        var (held, trouble) = await FirewallLock.TakeAsync(_folder, "net-1", TimeSpan.FromSeconds(5), TimeProvider.System, Stop);
        Assert.Null(trouble);
        return held!;
    }
}
