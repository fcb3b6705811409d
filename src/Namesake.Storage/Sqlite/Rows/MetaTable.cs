using Microsoft.Data.Sqlite;

namespace Namesake.Storage.Sqlite.Rows;

internal sealed class MetaTable(SqliteConnection connection) : IDisposable
{
    public const string Run = "run";
    public const string LastId = "last_id";
    public const string Messages = "messages";

    /// <summary>Events before this time went before their days. Absent: none did.</summary>
    public const string EventsFrom = "events_from";

    private readonly Statement _select = new(connection, "SELECT value FROM meta WHERE name = ?1");
    private readonly Statement _update = new(connection, "UPDATE meta SET value = ?2 WHERE name = ?1");
    private readonly Statement _add = new(connection, "UPDATE meta SET value = value + ?2 WHERE name = ?1");

    public long Read(string name) => _select.Bind(1, name).Scalar() ?? throw new InvalidDataException($"The table meta has no {name}.");

    public void Write(string name, long value) => _update.Bind(1, name).Bind(2, value).Execute();

    public void Add(string name, long more) => _add.Bind(1, name).Bind(2, more).Execute();

    /// <summary>Writes it when it isn't there, or is less.</summary>
    public void Raise(string name, long value)
    {
        using var raise = new Statement(connection, "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)");
        raise.Bind(1, name).Bind(2, value).Execute();
    }

    public void Dispose()
    {
        _select.Dispose();
        _update.Dispose();
        _add.Dispose();
    }
}
