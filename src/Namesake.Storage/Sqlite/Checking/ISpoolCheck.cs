using Microsoft.Data.Sqlite;

namespace Namesake.Storage.Sqlite.Checking;

/// <summary>One thing that must be true of a spool at rest.</summary>
internal interface ISpoolCheck
{
    string Name { get; }

    IEnumerable<SpoolFinding> Run(SqliteConnection connection);
}
