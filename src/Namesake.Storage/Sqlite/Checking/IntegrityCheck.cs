using Microsoft.Data.Sqlite;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Checking;

/// <summary>SQLite's own: every page readable and used once, every index in step with its table.</summary>
internal sealed class IntegrityCheck : ISpoolCheck
{
    public string Name => "integrity";

    public IEnumerable<SpoolFinding> Run(SqliteConnection connection)
    {
        var listed = new Listed(Name, "Keep a copy of the data directory. Restore a backup, or try `sqlite3 spool.db .recover` on the copy.");
        using var check = new Statement(connection, "PRAGMA integrity_check(100)");
        while (check.Step())
        {
            if (check.Text(0) != "ok")
                listed.Add(check.Text(0), connection.DataSource);
        }
        return listed.All();
    }
}
