using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

public sealed class DiskFullTests
{
    private const long Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(20_000)]
    [InlineData(400_000)]
    public async Task A_full_disk_refuses_new_mail_keeps_the_old_and_goes_on_when_there_is_room(int size)
    {
        using var disk = new SmallDisk(megabytes: 24);
        Assert.SkipUnless(disk.IsMounted, "no right to mount a small file system");
        var accepted = new List<MessageId>();
        await using (var spool = await Mail.OpenAsync(disk.Data))
        {
            using (disk.Fill(leaveFree: 6 * Megabyte))
            {
                var refused = 0;
                while (refused < 5)
                {
                    try
                    {
                        accepted.Add((await Mail.AcceptAsync(spool, size)).Message);
                    }
                    catch (SpoolUnavailableException)
                    {
                        refused++;
                    }
                }
                Assert.NotEmpty(accepted);
                Assert.Equal(accepted, await Mail.IdsAsync(spool)); // reading goes on
            }

            accepted.Add((await Mail.AcceptAsync(spool, size)).Message);
            Assert.Equal(accepted, await Mail.IdsAsync(spool));
        }
        Assert.Empty((await SpoolCheck.RunAsync(disk.Data, repair: false, TestContext.Current.CancellationToken)).Findings);
        await using var again = await Mail.OpenAsync(disk.Data);
        Assert.Equal(accepted, await Mail.IdsAsync(again));
        foreach (var id in accepted)
        {
            await using var content = await again.OpenContentAsync(id, TestContext.Current.CancellationToken);
            Assert.Equal(size, content.Length);
        }
    }

    [Fact]
    public async Task Many_at_once_on_a_full_disk_are_refused_or_stored_and_nothing_between()
    {
        using var disk = new SmallDisk(megabytes: 24);
        Assert.SkipUnless(disk.IsMounted, "no right to mount a small file system");
        await using var spool = await Mail.OpenAsync(disk.Data);
        var results = new List<MessageId?>();
        using (disk.Fill(leaveFree: 6 * Megabyte))
            for (var round = 0; round < 5; round++)
                results.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => TryAsync(spool))));
        results.Add(await TryAsync(spool));

        Assert.Contains(null, results);
        Assert.NotNull(results[^1]);
        Assert.Equal(results.OfType<MessageId>().Order(), await Mail.IdsAsync(spool));
    }

    [Fact]
    public async Task With_less_than_the_floor_nothing_is_accepted_and_everything_else_goes_on()
    {
        using var disk = new SmallDisk(megabytes: 24);
        Assert.SkipUnless(disk.IsMounted, "no right to mount a small file system");
        // Near twice the floor every message is measured for; further away a tenth of a second may pass on one look.
        await using var spool = await Mail.OpenAsync(disk.Data, minimumFree: 12 * Megabyte);
        var delivered = await Mail.AcceptAsync(spool);
        var bounced = await Mail.AcceptAsync(spool);
        using (disk.Fill(leaveFree: 3 * Megabyte))
        {
            var refused = await Assert.ThrowsAsync<SpoolUnavailableException>(() => Mail.AcceptAsync(spool));
            Assert.Contains("MB free", refused.Message, StringComparison.Ordinal);
            Assert.Throws<SpoolUnavailableException>(() => spool.CreateContentFile(spool.NextId()));
            await Mail.SettleAsync(spool, delivered);
            var dsn = Mail.New(spool, size: 300_000) with { IsDsn = true };
            Assert.Single(await spool.SettleAsync(new Settlement(bounced, [new RecipientResult(0, RecipientFate.Failed, "550")], null, [dsn])));
            Assert.Equal([dsn.Id], await Mail.IdsAsync(spool));
        }

        await Mail.AcceptAsync(spool);
        Assert.Equal(2, (await Mail.IdsAsync(spool)).Count);
    }

    [Fact]
    public async Task A_large_content_stops_at_the_floor_and_leaves_nothing()
    {
        using var disk = new SmallDisk(megabytes: 24);
        Assert.SkipUnless(disk.IsMounted, "no right to mount a small file system");
        await using var spool = await Mail.OpenAsync(disk.Data, minimumFree: 5 * Megabyte);
        var before = (await spool.TotalsAsync(TestContext.Current.CancellationToken)).SizeBytes;

        await using (var file = spool.CreateContentFile(spool.NextId()))
            await Assert.ThrowsAsync<SpoolUnavailableException>(async () =>
            {
                for (var written = 0; written < 24; written++)
                    await file.WriteAsync(new byte[Megabyte], TestContext.Current.CancellationToken);
            });

        Assert.Empty(Directory.GetFiles(Path.Combine(disk.Data, "bodies")));
        Assert.Equal(before, (await spool.TotalsAsync(TestContext.Current.CancellationToken)).SizeBytes);
        await Mail.AcceptAsync(spool);
    }

    private static async Task<MessageId?> TryAsync(SqliteSpool spool)
    {
        try
        {
            return (await Mail.AcceptAsync(spool, size: 50_000)).Message;
        }
        catch (SpoolUnavailableException)
        {
            return null;
        }
    }
}
