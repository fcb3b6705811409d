using Microsoft.Data.Sqlite;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite.Checking;

/// <summary>The number of messages that is kept is the number there is.</summary>
internal sealed class CountCheck(bool repair) : ISpoolCheck
{
    public string Name => "messages";

    public IEnumerable<SpoolFinding> Run(SqliteConnection connection)
    {
        using var meta = new MetaTable(connection);
        using var count = new Statement(connection, "SELECT count(*) FROM message");
        var (kept, counted) = (meta.Read(MetaTable.Messages), count.Scalar() ?? 0);
        if (kept == counted)
            return [];
        if (repair)
            meta.Write(MetaTable.Messages, counted);
        return [new SpoolFinding(Name, $"{kept} messages are said to be here, there are {counted}", "table meta", repair ? "They were counted anew." : "Run `namesake spool check --repair`.", repair)];
    }
}
