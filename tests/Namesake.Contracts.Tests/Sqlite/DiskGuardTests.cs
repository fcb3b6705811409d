using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;

namespace Namesake.Contracts.Tests.Sqlite;

public sealed class DiskGuardTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public void However_quickly_mail_comes_none_is_taken_that_would_leave_less_than_the_floor()
    {
        using var disk = new SmallDisk(megabytes: 48);
        Assert.SkipUnless(disk.IsMounted, "no right to mount a small file system");
        Directory.CreateDirectory(disk.Data);
        var guard = new DiskGuard(disk.Data, floor: 8 * Megabyte, new FakeTimeProvider()); // all of it within one moment
        var taken = 0;

        var refused = Assert.Throws<SpoolUnavailableException>(() =>
        {
            for (; taken < 64; taken++)
            {
                guard.Demand(Megabyte);
                File.WriteAllBytes(Path.Combine(disk.Data, $"{taken}"), new byte[Megabyte]);
            }
        });

        Assert.Contains("Nothing is accepted", refused.Message, StringComparison.Ordinal);
        Assert.Equal(40, taken);
    }

    [Fact]
    public void What_was_promised_and_is_not_written_yet_counts_however_often_the_disk_is_looked_at()
    {
        using var disk = new SmallDisk(megabytes: 48);
        Assert.SkipUnless(disk.IsMounted, "no right to mount a small file system");
        Directory.CreateDirectory(disk.Data);
        var guard = new DiskGuard(disk.Data, floor: 8 * Megabyte, TimeProvider.System);
        var promised = 0;

        Assert.Throws<SpoolUnavailableException>(() =>
        {
            for (; promised < 64; promised++)
                guard.Promise(Megabyte);
        });

        Assert.Equal(40, promised);
        guard.Settle(Megabyte); // it was not written after all
        guard.Promise(Megabyte);
    }

    [Fact]
    public void What_is_missing_is_seen_at_once()
    {
        using var disk = new SmallDisk(megabytes: 48);
        Assert.SkipUnless(disk.IsMounted, "no right to mount a small file system");
        Directory.CreateDirectory(disk.Data);
        var guard = new DiskGuard(disk.Data, floor: 8 * Megabyte, new FakeTimeProvider());
        Assert.Equal(0, guard.Missing());

        for (var i = 0; i < 26; i++)
        {
            guard.Demand(Megabyte);
            File.WriteAllBytes(Path.Combine(disk.Data, $"{i}"), new byte[Megabyte]);
        }

        Assert.Equal(2 * Megabyte, guard.Missing()); // 22 are free, three times the floor is 24
    }
}
