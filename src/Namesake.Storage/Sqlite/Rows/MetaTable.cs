using Microsoft.Data.Sqlite;

namespace Namesake.Storage.Sqlite.Rows;

internal sealed class MetaTable(SqliteConnection connection) : IDisposable
{
    public const string Run = "run";
    public const string LastId = "last_id";
    public const string Messages = "messages";

    private readonly Statement _select = new(connection, "SELECT value FROM meta WHERE name = ?1");
    private readonly Statement _update = new(connection, "UPDATE meta SET value = ?2 WHERE name = ?1");
    private readonly Statement _add = new(connection, "UPDATE meta SET value = value + ?2 WHERE name = ?1");

    public long Read(string name) => _select.Bind(1, name).Scalar() ?? throw new InvalidDataException($"The table meta has no {name}.");

    public void Write(string name, long value) => _update.Bind(1, name).Bind(2, value).Execute();

    public void Add(string name, long more) => _add.Bind(1, name).Bind(2, more).Execute();

    public void Dispose()
    {
        _select.Dispose();
        _update.Dispose();
        _add.Dispose();
    }
}
