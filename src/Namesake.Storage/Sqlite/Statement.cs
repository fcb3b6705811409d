using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Namesake.Storage.Sqlite;

/// <summary>One prepared statement of one connection; used by one thread at a time.</summary>
/// <remarks>Below ADO.NET on purpose: an SqliteCommand looks parameters up by name and boxes every value on each execution, copies content into an array
/// of its own, and sleeps when the database is busy. Here content goes from the caller's memory to SQLite once, and errors keep their extended code.</remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(sqlite3_prepare_v3(_database, sql, SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public Statement Bind(int index, long value)
    {
        Check(sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, long? value)
    {
        Check(value is { } known ? sqlite3_bind_int64(_statement, index, known) : sqlite3_bind_null(_statement, index));
        return this;
    }

    public Statement Bind(int index, bool value) => Bind(index, value ? 1L : 0L);

    public Statement Bind(int index, string? value)
    {
        Check(value switch
        {
            null => sqlite3_bind_null(_statement, index),
            "" => sqlite3_bind_text(_statement, index, ""), // an empty span would be bound as NULL
            _ => sqlite3_bind_text16(_statement, index, value.AsSpan()),
        });
        return this;
    }

    public Statement BindUtf8(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? sqlite3_bind_text(_statement, index, "") : sqlite3_bind_text(_statement, index, value));
        return this;
    }

    public Statement BindBlob(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? sqlite3_bind_zeroblob(_statement, index, 0) : sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>True: a row is there to be read. At the end (or on failure) the statement is ready for its next use.</summary>
    public bool Step()
    {
        var result = sqlite3_step(_statement);
        if (result == SQLITE_ROW)
            return true;
        if (result == SQLITE_DONE)
        {
            sqlite3_reset(_statement);
            return false;
        }
        var failure = Failure(result);
        sqlite3_reset(_statement);
        throw failure;
    }

    /// <summary>Runs to its end and says how many rows it changed.</summary>
    public int Execute()
    {
        while (Step())
        {
        }
        return sqlite3_changes(_database);
    }

    /// <summary>The first column of the first row; null when there is none, or it is NULL.</summary>
    public long? Scalar()
    {
        if (!Step())
            return null;
        var value = LongOrNull(0);
        Reset();
        return value;
    }

    /// <summary>Lets go of rows not read: an open statement holds a read transaction.</summary>
    public void Reset() => sqlite3_reset(_statement);

    public bool IsNull(int column) => sqlite3_column_type(_statement, column) == SQLITE_NULL;

    public long Long(int column) => sqlite3_column_int64(_statement, column);

    public int Int(int column) => sqlite3_column_int(_statement, column);

    public bool Bool(int column) => sqlite3_column_int(_statement, column) != 0;

    public long? LongOrNull(int column) => IsNull(column) ? null : sqlite3_column_int64(_statement, column);

    public string Text(int column) => sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != SQLITE_OK)
            throw Failure(result);
    }

    private SqliteException Failure(int result) =>
        new($"SQLite error {result}: {sqlite3_errmsg(_database).utf8_to_string()}", result & 0xFF, sqlite3_extended_errcode(_database));
}
