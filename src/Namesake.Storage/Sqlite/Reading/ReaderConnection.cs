using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>One read-only connection, its statements kept prepared. Every statement that takes longer than a second is cut off.</summary>
internal sealed class ReaderConnection : IDisposable
{
    private const int InstructionsBetweenLooks = 20_000; // well below a millisecond
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = [];
    private long _startedAt;

    public ReaderConnection(SqliteConnection connection, int generation)
    {
        _connection = connection;
        Generation = generation;
        sqlite3_progress_handler(connection.Handle, InstructionsBetweenLooks, _ => TimeProvider.System.GetElapsedTime(_startedAt) > Longest ? 1 : 0, null);
    }

    /// <summary>Connections of an older generation are closed instead of used again.</summary>
    public int Generation { get; }

    public SqliteConnection Connection => _connection;

    /// <summary>A prepared statement to be used at once; the clock of its transaction starts now.</summary>
    public Statement Prepared(string sql)
    {
        _startedAt = TimeProvider.System.GetTimestamp();
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new Statement(_connection, sql));
        return statement;
    }

    /// <summary>After a failure in between: ends whatever read transaction is open.</summary>
    public void Rest()
    {
        foreach (var statement in _statements.Values)
            statement.Reset();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }
}
