using System.Globalization;
using Microsoft.Data.Sqlite;
using Namesake.Core.Brands;
using Namesake.Core.Messages;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>One table of attempt events per UTC day, made when its first event comes, emptied from its beginning and dropped once it is empty.</summary>
internal sealed class EventTables(SqliteConnection connection, TimeProvider time) : IDisposable
{
    private const string Prefix = "event_";
    private Statement? _insert;
    private string? _today;
    private int _written;

    /// <summary>The day tables there are, oldest first.</summary>
    public static List<string> Names(Statement select)
    {
        var names = new List<string>();
        while (select.Step())
            names.Add(select.Text(0));
        return names;
    }

    public static Statement SelectNames(SqliteConnection connection) =>
        new(connection, $"SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '{Prefix}[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]' ORDER BY name");

    public static string NameOf(DateTimeOffset day) => Prefix + day.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public void Insert(MessageId message, BrandId brand, ReadOnlySpan<byte> json)
    {
        var today = NameOf(time.GetUtcNow());
        if (_insert is null || today != _today)
            Prepare(today);
        _insert!.Bind(1, message.Value).Bind(2, brand.Value).BindUtf8(3, json).Execute();
        _written++;
    }

    /// <summary>Events inserted since the last call.</summary>
    public int TakeWritten()
    {
        var written = _written;
        _written = 0;
        return written;
    }

    /// <summary>A rolled-back batch may have taken today's table with it.</summary>
    public void RolledBack() => Dispose();

    /// <summary>The tables there are now, oldest first.</summary>
    public List<string> Names()
    {
        using var select = SelectNames(connection);
        return Names(select);
    }

    /// <summary>How many events a table has, and what they take on average, from a few of them. Ids are given in turn and events go from the beginning, so that two look-ups count them.</summary>
    public EventSize Measure(string name)
    {
        using var ends = new Statement(connection, $"SELECT (SELECT min(event_id) FROM {name}), (SELECT max(event_id) FROM {name})");
        if (!ends.Step() || ends.IsNull(0))
        {
            ends.Reset();
            return default;
        }
        var (first, last) = (ends.Long(0), ends.Long(1));
        ends.Reset();
        using var length = new Statement(connection, $"SELECT length(CAST(json AS BLOB)) + length(brand_id) FROM {name} WHERE event_id = ?1");
        var (sum, found) = (0L, 0);
        for (var i = 0; i < EventSize.Samples; i++)
            if (length.Bind(1, first + (long)((Int128)(last - first) * i / EventSize.Samples)).Scalar() is { } bytes)
                (sum, found) = (sum + bytes, found + 1);
        return new EventSize(last - first + 1, EventSize.Stored(found == 0 ? 0 : sum / found));
    }

    /// <summary>Removes the oldest events of a table, inside a transaction.</summary>
    /// <param name="last">The newest of them, as JSON; null when nothing was there.</param>
    public int DeleteOldest(string name, int rows, out string? last)
    {
        last = null;
        using var first = new Statement(connection, $"SELECT min(event_id) FROM {name}");
        if (first.Scalar() is not { } oldest)
            return 0;
        var end = oldest + rows - 1;
        using (var newest = new Statement(connection, $"SELECT json FROM {name} WHERE event_id <= ?1 ORDER BY event_id DESC LIMIT 1").Bind(1, end))
            last = newest.Step() ? newest.Text(0) : null;
        using var delete = new Statement(connection, $"DELETE FROM {name} WHERE event_id <= ?1");
        return delete.Bind(1, end).Execute();
    }

    public bool IsEmpty(string name)
    {
        using var any = new Statement(connection, $"SELECT 1 FROM {name} LIMIT 1");
        return any.Scalar() is null;
    }

    public void Drop(string name)
    {
        using var drop = new Statement(connection, $"DROP TABLE {name}");
        drop.Execute();
    }

    public void Dispose()
    {
        _insert?.Dispose();
        _insert = null;
    }

    private void Prepare(string name)
    {
        Dispose();
        using (var create = new Statement(connection,
            $"CREATE TABLE IF NOT EXISTS {name} (event_id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, brand_id TEXT NOT NULL, json TEXT NOT NULL)"))
            create.Execute();
        using (var index = new Statement(connection, $"CREATE INDEX IF NOT EXISTS {name}_message ON {name} (message_id)"))
            index.Execute();
        _insert = new Statement(connection, $"INSERT INTO {name} (message_id, brand_id, json) VALUES (?1, ?2, ?3)");
        _today = name;
    }
}
