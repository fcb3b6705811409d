using System.Globalization;
using Microsoft.Data.Sqlite;
using Namesake.Core.Brands;
using Namesake.Core.Messages;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>One table of attempt events per UTC day, made when its first event comes, dropped whole when it is too old.</summary>
internal sealed class EventTables(SqliteConnection connection, TimeProvider time) : IDisposable
{
    private const string Prefix = "event_";
    private Statement? _insert;
    private string? _today;

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
    }

    /// <summary>A rolled-back batch may have taken today's table with it.</summary>
    public void RolledBack() => Dispose();

    /// <returns>Tables that hold nothing younger than so many days, today included.</returns>
    public List<string> TooOld(int days)
    {
        var oldestKept = NameOf(time.GetUtcNow().AddDays(1 - days));
        using var select = SelectNames(connection);
        return Names(select).FindAll(name => string.CompareOrdinal(name, oldestKept) < 0);
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
