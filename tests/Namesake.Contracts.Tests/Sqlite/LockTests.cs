using Namesake.Contracts.Tests.Children;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

public sealed class LockTests
{
    [Fact]
    public async Task What_holds_mail_is_its_owners_alone_to_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are POSIX's");
            return;
        }

        const UnixFileMode Everybody = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        using var directory = new TemporaryDirectory();
        var data = Path.Combine(directory.Path, "data");
        await using (var spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = data }, TimeProvider.System))
        {
            foreach (var entry in Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories).Append(data))
                Assert.True((File.GetUnixFileMode(entry) & Everybody) == 0 || Path.GetFileName(entry) == "spool.pid", $"{entry} {File.GetUnixFileMode(entry)}");
        }

        // Made by hand, or by an earlier version, with a wider mode: put right when it is opened.
        File.SetUnixFileMode(Path.Combine(data, "spool.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var again = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = data }, TimeProvider.System);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(data, "spool.db")) & Everybody);
    }

    [Fact]
    public async Task A_second_process_is_refused_and_told_which_one_has_the_spool()
    {
        using var directory = new TemporaryDirectory();
        await using var child = new ChildProcess("hold", directory.Path);
        await child.ReadUntilAsync("open", TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<SpoolUnavailableException>(() => OpenAsync(directory));

        Assert.Contains($"process {child.Id}", refused.Message, StringComparison.Ordinal);
        Assert.Contains(directory.Path, refused.Message, StringComparison.Ordinal);
        await child.SayAsync("end");
        await child.RestAsync(TestContext.Current.CancellationToken);
        await (await OpenAsync(directory)).DisposeAsync();
    }

    [Fact]
    public async Task The_lock_ends_with_its_process_however_that_ends()
    {
        using var directory = new TemporaryDirectory();
        await using var child = new ChildProcess("hold", directory.Path);
        await child.ReadUntilAsync("open", TestContext.Current.CancellationToken);
        await child.KillAsync(TestContext.Current.CancellationToken);

        await (await OpenAsync(directory)).DisposeAsync();
    }

    [Fact]
    public async Task A_second_spool_in_the_same_process_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await using var first = await OpenAsync(directory);

        await Assert.ThrowsAsync<SpoolUnavailableException>(() => OpenAsync(directory));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => SpoolCheck.RunAsync(directory.Path, repair: false, CancellationToken.None));
    }

    private static Task<SqliteSpool> OpenAsync(TemporaryDirectory directory) =>
        SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = directory.Path, MinimumFreeBytes = 0 }, TimeProvider.System);
}
