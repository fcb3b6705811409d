using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Messages;
using Namesake.Storage;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite;
using Namesake.Storage.Sqlite.Rows;
using Namesake.Storage.Sqlite.Writing;
using static SQLitePCL.raw;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>How much of the writer's time old events may take: counted in rows and pages, never by a clock.</summary>
public sealed class EventUpkeepTests : IDisposable
{
    private const int Many = 30_000; // 30 MB, several times the cache the writer has here
    private const int Days = 3;
    private const int MostPages = 300;
    private static readonly DateTimeOffset Start = new(2026, 8, 10, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly RecordingLog _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_day_of_events_goes_in_slices_and_no_turn_touches_more_than_a_few_pages()
    {
        using var connection = await OpenAsync();
        Fill(connection, Start.AddDays(-5), Many);
        var upkeep = Upkeep(connection);
        var (turns, mostRows, mostPages) = (0, 0L, 0L);

        for (var left = Rows(connection, Start.AddDays(-5)); left > 0; turns++)
        {
            Pages(connection);
            Assert.True(upkeep.Idle(connection));
            var now = Rows(connection, Start.AddDays(-5));
            (mostRows, mostPages, left) = (Math.Max(mostRows, left - now), Math.Max(mostPages, Pages(connection)), now);
        }

        Assert.Equal((Many + (2 * EventUpkeep.Slice) - 1) / (2 * EventUpkeep.Slice), turns);
        Assert.Equal(2 * EventUpkeep.Slice, mostRows);
        Assert.InRange(mostPages, 1, MostPages);
        Assert.Empty(connection.Events.Names()); // the last slice took the table along
        Assert.False(upkeep.Idle(connection));
        Assert.False(upkeep.HasMore);
    }

    [Fact]
    public async Task To_drop_such_a_table_whole_would_touch_thousands()
    {
        using var connection = await OpenAsync();
        Fill(connection, Start.AddDays(-5), Many);
        Pages(connection);

        connection.Begin();
        connection.Events.Drop(EventTables.NameOf(Start.AddDays(-5)));
        connection.Commit();

        Assert.True(Pages(connection) > 10 * MostPages);
    }

    [Fact]
    public async Task A_relay_that_never_rests_loses_two_old_events_for_each_new_one()
    {
        using var connection = await OpenAsync();
        Fill(connection, Start.AddDays(-5), 5_000);
        var upkeep = Upkeep(connection);
        var written = 0;

        for (var batches = 0; connection.Events.Names().Count == 0 || Rows(connection, Start.AddDays(-5)) > 0; batches++)
        {
            Assert.InRange(batches, 0, 100);
            Insert(connection, 100);
            written += 100;
            var before = Rows(connection, Start.AddDays(-5));
            Pages(connection);
            upkeep.AfterBatch(connection, pages: 20);
            Assert.InRange(before - Rows(connection, Start.AddDays(-5)), 0, 2 * EventUpkeep.Slice);
            Assert.InRange(Pages(connection), 0, MostPages);
        }

        Assert.InRange(written, 2_000, 3_500);
        Assert.Equal(written, Rows(connection, Start));
    }

    [Fact]
    public async Task While_nothing_is_too_old_or_too_much_nothing_goes()
    {
        using var connection = await OpenAsync();
        Fill(connection, Start.AddDays(-2), 3_000);
        Insert(connection, 3_000);
        var upkeep = Upkeep(connection);

        upkeep.AfterBatch(connection, pages: 1_000_000);
        Assert.False(upkeep.Idle(connection));

        Assert.Equal((3_000, 3_000), (Rows(connection, Start.AddDays(-2)), Rows(connection, Start)));
    }

    [Fact]
    public async Task Events_of_today_go_too_when_they_alone_are_too_much_and_their_table_stays()
    {
        using var connection = await OpenAsync();
        Insert(connection, 5_000);
        var upkeep = Upkeep(connection, most: 1_000_000);

        while (upkeep.Idle(connection))
        {
        }

        Assert.InRange(upkeep.Bytes, 0, 1_000_000);
        Assert.InRange(Rows(connection, Start), 200, 1_500);
        Insert(connection, 1);
        Assert.Equal(610, Assert.Single(_log.Told).Event); // told once, whatever number of slices
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_000)]
    public async Task What_events_are_said_to_take_is_what_their_pages_take(int more)
    {
        using var connection = await OpenAsync();
        Fill(connection, Start.AddDays(-1), 10_000, more);
        Insert(connection, 10_000);
        var upkeep = Upkeep(connection);

        upkeep.Idle(connection);

        var free = connection.FreeBytes();
        connection.Begin();
        connection.Events.Names().ForEach(connection.Events.Drop);
        connection.Commit();
        var taken = connection.FreeBytes() - free;
        Assert.InRange(upkeep.Bytes, taken * 85 / 100, taken * 115 / 100);
    }

    [Fact]
    public async Task Events_of_many_days_are_measured_a_few_tables_at_a_time()
    {
        using var connection = await OpenAsync();
        for (var day = 0; day < 100; day++)
            Fill(connection, Start.AddDays(-day), 10);
        var upkeep = new EventUpkeep(1_000, 1L << 40, new DiskGuard(_directory.Path, 0, _time), _log);
        var turns = 1;

        for (var known = -1L; known < upkeep.Bytes; turns++)
        {
            known = upkeep.Bytes;
            upkeep.Idle(connection);
        }

        Assert.InRange(turns, 10, 20);
        Assert.InRange(upkeep.Bytes, 1_000 * 500, 1_000 * 1_500);
    }

    [Fact]
    public async Task History_makes_room_before_mail_is_refused()
    {
        using var disk = new SmallDisk(megabytes: 192);
        Assert.SkipUnless(disk.IsMounted, "no right to mount a small file system");
        const long Megabyte = 1 << 20;
        using (var connection = await OpenAsync(disk.Data))
            Fill(connection, TimeProvider.System.GetUtcNow().AddDays(-1), 70_000);
        await using var spool = await SqliteSpool.OpenAsync(
            new SpoolOptions { DataDirectory = disk.Data, MinimumFreeBytes = 16 * Megabyte, EventDays = Days, Company = TimeSpan.Zero }, TimeProvider.System, _log);
        using var ballast = disk.Fill(leaveFree: 40 * Megabyte);

        for (var i = 0; i < 1_000; i++) // 50 MB, where 24 are left above the floor
            await Mail.AcceptAsync(spool, size: 50_000);

        Assert.NotNull((await spool.TotalsAsync(Cancellation)).EventsFrom);
        Assert.Equal(1_000, (await spool.TotalsAsync(Cancellation)).Messages);
        Assert.Contains(_log.Told, told => told.Event == 611);
    }

    private async Task<WriterConnection> OpenAsync(string? directory = null)
    {
        directory ??= _directory.Path;
        await (await Mail.OpenAsync(directory)).DisposeAsync();
        return new WriterConnection(DatabaseFile.OpenWriter(new SpoolPaths(directory), 2 << 20), run: 1, _time);
    }

    private EventUpkeep Upkeep(WriterConnection connection, long most = 1L << 40)
    {
        connection.Events.TakeWritten();
        return new EventUpkeep(Days, most, new DiskGuard(_directory.Path, 0, _time), _log);
    }

    /// <summary>A day's table as attempts would have filled it, made inside the database.</summary>
    private static void Fill(WriterConnection connection, DateTimeOffset day, int rows, int more = 0)
    {
        var name = EventTables.NameOf(day);
        foreach (var sql in new[]
        {
            $"CREATE TABLE {name} (event_id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, brand_id TEXT NOT NULL, json TEXT NOT NULL)",
            $"CREATE INDEX {name}_message ON {name} (message_id)",
            string.Create(CultureInfo.InvariantCulture, $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
                INSERT INTO {name} (message_id, brand_id, json) SELECT {day.ToMicroseconds()} + i, 'acme', '{Json(day)[..^1]},"more":"' || hex(zeroblob({more} / 2)) || '"' || char(125) FROM n
                """),
        })
        {
            using var statement = new Statement(connection.Connection, sql);
            statement.Execute();
        }
    }

    private void Insert(WriterConnection connection, int events)
    {
        var json = System.Text.Encoding.UTF8.GetBytes(Json(_time.GetUtcNow()));
        connection.Begin();
        for (var i = 0; i < events; i++)
            connection.Events.Insert(new MessageId(_time.GetUtcNow().ToMicroseconds() + i), Mail.Key.Brand, json);
        connection.Commit();
    }

    private static string Json(DateTimeOffset time) => System.Text.Json.JsonSerializer.Serialize(
        SampleMail.Event(new Consignment(new MessageId(1), default, Mail.Key, null, false, false, null, null, 1, false, "", [], time, time, null), time) with { Explanation = "ok" }, EventJson.Default.AttemptEvent);

    private static long Rows(WriterConnection connection, DateTimeOffset day)
    {
        var name = EventTables.NameOf(day);
        if (!connection.Events.Names().Contains(name))
            return 0;
        using var count = new Statement(connection.Connection, $"SELECT count(*) FROM {name}");
        return count.Scalar()!.Value;
    }

    /// <summary>Pages read from the file and written to the log since the last call.</summary>
    private static long Pages(WriterConnection connection)
    {
        const int CacheMiss = 8; // SQLITE_DBSTATUS_CACHE_MISS
        sqlite3_db_status(connection.Connection.Handle, CacheMiss, out var read, out _, 1);
        return read + connection.TakePagesWritten();
    }
}
