using System.Globalization;
using Microsoft.Data.Sqlite;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

/// <summary>A day's attempt events become too old while mail flows: what that costs those who wait for their 250, second by second.</summary>
internal static class Events
{
    private const int Seconds = 20;

    public static async Task RunAsync(string directory, int rows)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        foreach (var old in new[] { 0, rows })
        {
            await (await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = directory }, TimeProvider.System)).DisposeAsync();
            if (old > 0)
                await FillAsync(directory, old);
            Console.WriteLine($"{old} old events, {Megabytes(directory)} MB");
            await using var spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = directory }, TimeProvider.System);
            Console.WriteLine("second   lives/s   p50 ms   p99 ms   longest ms   (of one accept, 20 producers)   old events left");
            for (var second = 1; second <= Seconds; second++)
            {
                var result = await Lives.RunAsync(spool, producers: 20, TimeSpan.FromSeconds(1), CancellationToken.None);
                var left = await LeftAsync(directory);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{second,6}{result.PerSecond,10:0}{result.P50.TotalMilliseconds,9:0.0}{result.P99.TotalMilliseconds,9:0.0}{result.Longest.TotalMilliseconds,13:0.0}{left,49}"));
            }
        }
        Directory.Delete(directory, recursive: true);
    }

    private static async Task FillAsync(string directory, int rows)
    {
        await using var connection = await OpenAsync(directory);
        await using var fill = connection.CreateCommand();
        fill.CommandTimeout = 0;
        fill.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE event_20200101 (event_id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, brand_id TEXT NOT NULL, json TEXT NOT NULL);
            CREATE INDEX event_20200101_message ON event_20200101 (message_id);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
            INSERT INTO event_20200101 (message_id, brand_id, json) SELECT i, 'acme', hex(zeroblob(425)) FROM n;
            PRAGMA wal_checkpoint(TRUNCATE);
            """);
        await fill.ExecuteNonQueryAsync();
    }

    private static async Task<long> LeftAsync(string directory)
    {
        await using var connection = await OpenAsync(directory);
        await using var left = connection.CreateCommand();
        left.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = 'event_20200101'";
        if ((long)(await left.ExecuteScalarAsync())! == 0)
            return 0;
        left.CommandText = "SELECT max(event_id) + 1 - (SELECT min(event_id) FROM event_20200101) FROM event_20200101";
        return await left.ExecuteScalarAsync() as long? ?? 0;
    }

    private static async Task<SqliteConnection> OpenAsync(string directory)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "spool.db")};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    private static long Megabytes(string directory) => new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1_000_000;
}
