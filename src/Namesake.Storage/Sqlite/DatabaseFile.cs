using Microsoft.Data.Sqlite;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;
using static SQLitePCL.raw;

namespace Namesake.Storage.Sqlite;

/// <summary>The database as a file: made whole or not at all, opened with the settings everything else relies on.</summary>
internal static class DatabaseFile
{
    private const long LogLimitBytes = 64L * 1024 * 1024;
    private const int BusyMilliseconds = 5_000;

    /// <summary>Makes the directory and the database where there is none; refuses what was cut off, is somebody else's, or newer than this program.</summary>
    public static void Prepare(SpoolPaths paths)
    {
        if (Path.Exists(paths.Database))
            Examine(paths, upgrade: true);
        else
            Make(paths);
        KeepFromOthers(paths.Database, paths.Log, paths.Database + "-shm");
    }

    /// <summary>A directory for its owner only: it holds mail.</summary>
    public static void MakeDirectory(SpoolPaths paths)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(paths.Bodies);
                return;
            }

            foreach (var directory in new[] { paths.Directory, paths.Bodies }) // one by one: a mode is given to the last of a path only
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SpoolUnavailableException($"The data directory {paths.Directory} can't be made: {e.Message}", e);
        }
    }

    /// <summary>Mail is nobody else's to read, also where the directory was made by hand with a wider mode. Log and index take the database's mode when SQLite makes them.</summary>
    private static void KeepFromOthers(params ReadOnlySpan<string> files)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in files)
        {
            if (!File.Exists(file))
                continue;
            var mode = File.GetUnixFileMode(file);
            var kept = mode & ~(UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
            if (kept != mode)
                File.SetUnixFileMode(file, kept);
        }
    }

    public static SqliteConnection OpenWriter(SpoolPaths paths, long cacheBytes)
    {
        var connection = Open(paths.Database, SqliteOpenMode.ReadWrite);
        try
        {
            Pragma(connection, "journal_mode = WAL");
            Pragma(connection, "synchronous = FULL");
            Pragma(connection, "wal_autocheckpoint = 0"); // the writer does it between batches
            Pragma(connection, $"journal_size_limit = {LogLimitBytes}");
            Pragma(connection, $"cache_size = {-(cacheBytes / 1024)}");
            Pragma(connection, "temp_store = MEMORY");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>For looking only: the log stays where it is. To write, it must be opened for repair.</summary>
    public static SqliteConnection OpenExaminer(SpoolPaths paths, bool repair)
    {
        var connection = Open(paths.Database, SqliteOpenMode.ReadWrite); // a log left by a crash can't be read without writing its index
        if (!repair)
        {
            Pragma(connection, "query_only = ON");
            sqlite3_db_config(connection.Handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        }
        return connection;
    }

    public static SqliteConnection OpenReader(SpoolPaths paths) => Open(paths.Database, SqliteOpenMode.ReadOnly);

    /// <summary>Moves the whole log into the database and cuts it off. False: a reader is in the way.</summary>
    /// <param name="wait">Gives readers a few seconds to end; false: the writer has better things to do.</param>
    public static bool TruncateLog(SqliteConnection connection, bool wait)
    {
        sqlite3_busy_timeout(connection.Handle, wait ? BusyMilliseconds : 0);
        var result = sqlite3_wal_checkpoint_v2(connection.Handle, "main", SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
        sqlite3_busy_timeout(connection.Handle, BusyMilliseconds);
        if (result is SQLITE_BUSY or SQLITE_LOCKED)
            return false;
        if (result != SQLITE_OK)
            throw new SqliteException("The log can't be moved into the database.", result & 0xFF, sqlite3_extended_errcode(connection.Handle));
        return true;
    }

    public static void Pragma(SqliteConnection connection, string pragma)
    {
        using var statement = new Statement(connection, "PRAGMA " + pragma);
        statement.Execute();
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            sqlite3_busy_timeout(connection.Handle, BusyMilliseconds);
            Pragma(connection, "cell_size_check = ON"); // damage is found when a page is read, not when it is used
            Pragma(connection, "trusted_schema = OFF");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what can't be a spool of this program.</summary>
    public static void Examine(SpoolPaths paths, bool upgrade)
    {
        if (Directory.Exists(paths.Database))
            throw new SpoolUnavailableException($"The spool {paths.Database} is a directory. Move it away.");
        if (!File.Exists(paths.Database))
            throw new SpoolUnavailableException($"There is no spool {paths.Database}.");
        if (new FileInfo(paths.Database).Length == 0)
            throw SpoolTrouble.Damaged(paths.Database, "is empty: it was cut off.");
        long? version;
        using (var connection = OpenExaminer(paths, repair: false))
            version = Schema.Read(connection);
        if (version is null)
            throw SpoolTrouble.Damaged(paths.Database, "is a database, but not a spool.");
        if (version > Schema.Current)
            throw new SpoolUnavailableException(
                $"The spool {paths.Database} has schema {version}, this program knows {Schema.Current}: it was used by a newer version. Run that one, or give this one a directory of its own.");
        if (version < Schema.Current && upgrade)
            Schema.Upgrade(paths.Database);
        else if (version < Schema.Current)
            throw new SpoolUnavailableException($"The spool {paths.Database} has schema {version}, this program knows {Schema.Current}. Start the relay once to bring it up to date.");
    }

    private static void Make(SpoolPaths paths)
    {
        // A log or contents without their database: somebody deleted or moved it. To begin anew silently would sweep that mail away.
        if (File.Exists(paths.Log) || Directory.EnumerateFileSystemEntries(paths.Bodies).Any())
            throw new SpoolUnavailableException(
                $"The spool {paths.Database} is missing, but its log or contents ({paths.Bodies}) are there. Put the database back, or move the rest away to begin anew.");
        foreach (var left in new[] { paths.NewDatabase, paths.NewDatabase + "-wal", paths.NewDatabase + "-shm" })
            File.Delete(left);
        using (var connection = Open(paths.NewDatabase, SqliteOpenMode.ReadWriteCreate))
        {
            KeepFromOthers(paths.NewDatabase); // before anything is in it
            Pragma(connection, "page_size = 8192");
            Pragma(connection, "auto_vacuum = INCREMENTAL");
            Pragma(connection, "journal_mode = WAL");
        }
        Schema.Upgrade(paths.NewDatabase);
        DirectorySync.Flush(paths.Directory);
        File.Move(paths.NewDatabase, paths.Database);
        DirectorySync.Flush(paths.Directory);
    }
}
