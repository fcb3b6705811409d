using Microsoft.Data.Sqlite;
using Namesake.Core.Pipeline.Spool;
using static SQLitePCL.raw;

namespace Namesake.Storage.Sqlite;

/// <summary>SQLite's error codes in words: what, where, and what to do.</summary>
internal static class SpoolTrouble
{
    /// <summary>True when an operation failed for what it is or for the rows it touched: its neighbours can go on without it.</summary>
    /// <remarks>A damaged page stops those that need it and nobody else.</remarks>
    public static bool IsOwnFault(Exception failure) =>
        failure is not SqliteException sqlite
            ? failure is not IOException
            : sqlite.SqliteErrorCode is SQLITE_CONSTRAINT or SQLITE_MISMATCH or SQLITE_TOOBIG or SQLITE_RANGE or SQLITE_CORRUPT;

    public static SpoolUnavailableException Describe(Exception failure, string database) => failure switch
    {
        SpoolUnavailableException known => known,
        InvalidDataException or FormatException => Damaged(database, $"holds a row that can't be right: {failure.Message}"),
        SqliteException sqlite => new SpoolUnavailableException($"The spool {database} {Words(sqlite, database)} ({sqlite.Message})", sqlite),
        _ => new SpoolUnavailableException($"The spool {database} can't be used: {failure.Message}", failure),
    };

    /// <summary>What the caller of a failed operation is told: trouble in the spool's words, its own mistakes as they are.</summary>
    public static Exception ForCaller(Exception failure, string database) =>
        failure is SqliteException or IOException or InvalidDataException or FormatException ? Describe(failure, database) : failure;

    public static SpoolUnavailableException Damaged(string database, string what) =>
        new($"The spool {database} {what} {WhenDamaged(database)}");

    private static string Words(SqliteException failure, string database) => failure.SqliteErrorCode switch
    {
        SQLITE_FULL => "has no room: the disk (or its quota) is full. Free some space; it goes on by itself.",
        SQLITE_NOTADB => $"is not a database. {WhenDamaged(database)}",
        SQLITE_CORRUPT => $"is damaged. {WhenDamaged(database)}",
        SQLITE_CANTOPEN => "can't be opened: is it a file, and may the user the relay runs as read and write it and its directory?",
        SQLITE_PERM or SQLITE_AUTH or SQLITE_READONLY => "can't be written: give file and directory to the user the relay runs as.",
        SQLITE_BUSY or SQLITE_LOCKED => "is locked by another program. Close it (a backup tool, an SQL shell).",
        SQLITE_IOERR => "can't be read or written: the disk or its file system reports an error. Look at the kernel's log; it is tried again with the next message.",
        SQLITE_NOMEM => "got no memory.",
        SQLITE_INTERRUPT => "took longer than a second to read. Ask for less at once.",
        _ => "reports an error.",
    };

    private static string WhenDamaged(string database) =>
        $"Stop the relay, keep a copy of {Path.GetDirectoryName(database)}, and run `namesake spool check`; then restore a backup, or move the files away to begin anew.";
}
