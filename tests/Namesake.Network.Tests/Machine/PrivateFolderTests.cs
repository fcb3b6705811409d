using System.Diagnostics;
using Namesake.Network.Machine;

namespace Namesake.Network.Tests.Machine;

/// <summary>Whoever can put another file in place of ours decides what we do with it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PrivateFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-private-").FullName;

    private string At(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_that_is_made_by_us_is_ours_alone()
    {
        Assert.Null(PrivateFolder.TroubleOf(At("one/two")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(At("one/two")));
        Assert.Null(PrivateFolder.TroubleOf(At("one/two")));
    }

    [Fact]
    public async Task One_that_somebody_else_has_made_before_us_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can play somebody else");
        await RunAsync("install", "-d", "-o", "65534", "-m", "700", At("theirs"));
        Assert.Contains("belongs to the user 65534", PrivateFolder.TroubleOf(At("theirs")), StringComparison.Ordinal);
        Assert.Contains("on the way to", PrivateFolder.TroubleOf(At("theirs/ours")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_refused_even_to_a_folder_of_ours()
    {
        Directory.CreateDirectory(At("ours"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(At("link"), At("ours"));
        Assert.Contains("is a link", PrivateFolder.TroubleOf(At("link")), StringComparison.Ordinal);
        File.CreateSymbolicLink(At("dangling"), At("nowhere"));
        Assert.NotNull(PrivateFolder.TroubleOf(At("dangling")));
    }

    [Fact]
    public void One_that_others_may_look_into_or_write_is_refused()
    {
        Directory.CreateDirectory(At("open"));
        File.SetUnixFileMode(At("open"), File.GetUnixFileMode(At("open")) | UnixFileMode.OtherRead);
        Assert.Contains("chmod 700", PrivateFolder.TroubleOf(At("open")), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_others_may_rename_what_is_above_it_it_is_refused()
    {
        Directory.CreateDirectory(At("shared"));
        File.SetUnixFileMode(At("shared"), (UnixFileMode)0x1FF);
        Assert.Contains("can be changed by other users", PrivateFolder.TroubleOf(At("shared/ours")), StringComparison.Ordinal);
        Assert.Null(PrivateFolder.TroubleOf(At("real/ours")));
        File.CreateSymbolicLink(At("shared/way"), At("real"));
        Assert.Contains("can be changed by other users", PrivateFolder.TroubleOf(At("shared/way/ours")), StringComparison.Ordinal);
        File.CreateSymbolicLink(At("way"), At("real"));
        Assert.Null(PrivateFolder.TroubleOf(At("way/ours")));
        File.SetUnixFileMode(At("shared"), (UnixFileMode)0x3FF);
        Assert.Null(PrivateFolder.TroubleOf(At("shared/ours"))); // the sticky bit lets nobody rename what isn't his
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
