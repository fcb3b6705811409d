using Microsoft.Data.Sqlite;

namespace Namesake.Storage.Sqlite.Rows;

internal sealed class IdentityTable(SqliteConnection connection) : IDisposable
{
    public const string Select = "SELECT name, state FROM identity_state";

    private readonly Statement _save = new(connection,
        "INSERT INTO identity_state (name, state, changed) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET state = excluded.state, changed = excluded.changed");

    private readonly Statement _delete = new(connection, "DELETE FROM identity_state WHERE name = ?1");

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
