using DbUp;
using Microsoft.Data.Sqlite;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Sqlite;

/// <summary>Which tables the program expects, and how a database gets there: scripts in Schema/Sqlite, run once each, in order.</summary>
/// <remarks>A script that is on main is never edited again: what is in somebody's data directory was made by it. The next change is the next script.</remarks>
internal static class Schema
{
    /// <summary>What the newest script writes to meta.</summary>
    public const long Current = 8;

    /// <returns>The version found; null when there is no meta table at all.</returns>
    public static long? Read(SqliteConnection connection)
    {
        using var exists = new Statement(connection, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'");
        if (exists.Scalar() is null)
            return null;
        using var version = new Statement(connection, "SELECT value FROM meta WHERE name = 'schema'");
        return version.Scalar();
    }

    public static void Upgrade(string path)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ConnectionString;
        var result = DeployChanges.To.SqliteDatabase(connection)
            .WithScriptsEmbeddedInAssembly(typeof(Schema).Assembly, name => name.Contains(".Schema.Sqlite.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new SpoolUnavailableException(
                $"The spool {path} can't be brought to schema {Current}: {result.ErrorScript?.Name} failed: {result.Error.Message} Nothing was changed by that script.", result.Error);
    }
}
