using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>Databases cut off or with bits flipped anywhere, at places a seed decides: they open or are refused in words; whatever is then asked of them is
/// answered or refused in words, and ends.</summary>
public sealed class FuzzTests
{
    private const int Seeds = 120;

    [Fact]
    public async Task Damaged_files_never_crash_or_hang()
    {
        using var directory = new TemporaryDirectory();
        var whole = Path.Combine(directory.Path, "whole");
        await FillAsync(whole);
        var (database, log) = (await File.ReadAllBytesAsync(Path.Combine(whole, "spool.db")), await File.ReadAllBytesAsync(Path.Combine(whole, "spool.db-wal")));
        var opened = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var data = Path.Combine(directory.Path, "damaged");
            Directory.CreateDirectory(data);
            await File.WriteAllBytesAsync(Path.Combine(data, "spool.db"), Damage(database, random));
            if (seed % 2 == 0)
                await File.WriteAllBytesAsync(Path.Combine(data, "spool.db-wal"), Damage(log, random));
            try
            {
                opened += await UseAsync(data).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken) ? 1 : 0;
                await SpoolCheck.RunAsync(data, repair: true, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            }
            catch (Exception e) when (e is not SpoolUnavailableException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
            Directory.Delete(data, recursive: true);
        }
        Assert.InRange(opened, 1, Seeds - 1); // both happen, or the damage is of no use
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        if (random.Next(4) == 0)
            return whole[..random.Next(whole.Length)];
        var damaged = (byte[])whole.Clone();
        for (var flips = 1 << random.Next(8); flips > 0; flips--)
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    // The files of a spool in the middle of its work: mail in every state, a log not yet moved into the database.
    private static async Task FillAsync(string whole)
    {
        var live = whole + "-live";
        await using var spool = await Mail.OpenAsync(live);
        for (var i = 0; i < 300; i++)
        {
            var consignment = await Mail.AcceptAsync(spool, size: 3_000, claimed: i % 3 != 0, Mail.KeyOf($"d{i % 5}.example"));
            if (i % 3 == 1)
                await Mail.SettleAsync(spool, consignment, (i % 4) switch { 0 => RecipientFate.Waiting, 1 => RecipientFate.Undeliverable, _ => RecipientFate.Delivered });
            if (i % 10 == 0)
                await spool.SaveAsync($"source:s{i}", "{}");
        }
        Directory.CreateDirectory(whole);
        foreach (var name in new[] { "spool.db", "spool.db-wal" })
            File.Copy(Path.Combine(live, name), Path.Combine(whole, name));
    }

    private static async Task<bool> UseAsync(string data)
    {
        SqliteSpool spool;
        try
        {
            spool = await Mail.OpenAsync(data);
        }
        catch (SpoolUnavailableException)
        {
            return false;
        }
        await using (spool)
        {
            var now = TimeProvider.System.GetUtcNow().AddHours(1);
            var claimed = new List<Consignment>();
            await TryAsync(async () => await Mail.AcceptAsync(spool, size: 10_000));
            await TryAsync(async () =>
            {
                foreach (var queue in await spool.DueQueuesAsync(now, default, 100))
                    await TryAsync(async () => claimed.AddRange(await spool.ClaimAsync([queue.Id], now, 50, (_, _) => now.AddHours(1))));
            });
            foreach (var consignment in claimed)
            {
                await TryAsync(async () => await (await spool.OpenContentAsync(consignment.Message, CancellationToken.None)).DisposeAsync());
                await TryAsync(() => Mail.SettleAsync(spool, consignment));
            }
            await TryAsync(async () => await spool.MoveWaitingAsync(new QueueId(1), new SourceId("acme-v6"), now, 100));
            await TryAsync(async () => await spool.ClaimExpiredAsync(now.AddDays(9), 100));
            await TryAsync(async () => await spool.UntoldDelaysAsync(DateTimeOffset.UnixEpoch, now, 100));
            await TryAsync(async () => await Mail.IdsAsync(spool));
            await TryAsync(async () => await spool.TotalsAsync(CancellationToken.None));
            await TryAsync(async () => await spool.LoadAsync(CancellationToken.None));
            await TryAsync(() => spool.SaveAsync("source:a", "{}"));
            await TryAsync(async () => await Mail.AcceptAsync(spool, size: 10_000));
        }
        return true;
    }

    private static async Task TryAsync(Func<Task> use)
    {
        try
        {
            await use();
        }
        catch (SpoolUnavailableException)
        {
            // in words
        }
    }
}
