using Microsoft.Data.Sqlite;

namespace Namesake.Storage.Sqlite.Rows;

internal sealed class FreezeTable(SqliteConnection connection) : IDisposable
{
    public const string Select = "SELECT name, state FROM freeze";

    private readonly Statement _save = new(connection,
        "INSERT INTO freeze (name, state, changed) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET state = excluded.state, changed = excluded.changed");

    private readonly Statement _delete = new(connection, "DELETE FROM freeze WHERE name = ?1");

    public void Save(string name, string? state, long now)
    {
        if (state is null)
            _delete.Bind(1, name).Execute();
        else
            _save.Bind(1, name).Bind(2, state).Bind(3, now).Execute();
    }

    public void Dispose()
    {
        _save.Dispose();
        _delete.Dispose();
    }
}
