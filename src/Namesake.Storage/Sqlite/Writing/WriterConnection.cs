using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Rows;
using static SQLitePCL.raw;

namespace Namesake.Storage.Sqlite.Writing;

/// <summary>The one connection that changes anything: its prepared statements and the tables kept in memory. Used by the writer's thread only.</summary>
internal sealed class WriterConnection : IDisposable
{
    // Ids are stored this far ahead, so that the mark is written about once a second and not with every batch; after a crash ids may begin so much in the future.
    private const long IdsAhead = 1_000_000;
    private const int CacheWrites = 9; // SQLITE_DBSTATUS_CACHE_WRITE: pages written to the log

    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _freePages;
    private readonly Statement _allPages;
    private readonly long _pageSize;
    private readonly MetaTable _meta;
    private long _idMark;
    private long _highestId;

    public WriterConnection(SqliteConnection connection, long run, TimeProvider time)
    {
        Connection = connection;
        Run = run;
        Time = time;
        _begin = new Statement(connection, "BEGIN IMMEDIATE");
        _commit = new Statement(connection, "COMMIT");
        _rollback = new Statement(connection, "ROLLBACK");
        _freePages = new Statement(connection, "PRAGMA freelist_count");
        _allPages = new Statement(connection, "PRAGMA page_count");
        using (var size = new Statement(connection, "PRAGMA page_size"))
            _pageSize = size.Scalar() ?? 0;
        _meta = new MetaTable(connection);
        _idMark = _meta.Read(MetaTable.LastId);
        Queues = new QueueTable(connection);
        Messages = new MessageTable(connection);
        Recipients = new RecipientTable(connection, run);
        Events = new EventTables(connection, time);
        Identity = new IdentityTable(connection);
        Tallies = new TallyTable(connection);
        Freezes = new FreezeTable(connection);
        Holds = new HoldTable(connection);
        Observations = new ObservationTable(connection);
        Suppressions = new SuppressionTable(connection);
    }

    public SqliteConnection Connection { get; }
    public long Run { get; }
    public TimeProvider Time { get; }
    public QueueTable Queues { get; }
    public MessageTable Messages { get; }
    public RecipientTable Recipients { get; }
    public EventTables Events { get; }
    public IdentityTable Identity { get; }
    public TallyTable Tallies { get; }
    public FreezeTable Freezes { get; }
    public HoldTable Holds { get; }
    public ObservationTable Observations { get; }
    public SuppressionTable Suppressions { get; }

    public void Begin()
    {
        Messages.Change = 0;
        _begin.Execute();
    }

    /// <summary>When it returns, everything since <see cref="Begin"/> is on stable storage.</summary>
    public void Commit()
    {
        Queues.Flush();
        if (Messages.Change != 0)
            _meta.Add(MetaTable.Messages, Messages.Change);
        var mark = _idMark;
        if (_highestId > mark)
        {
            mark = _highestId + IdsAhead;
            _meta.Write(MetaTable.LastId, mark);
        }
        _commit.Execute();
        _idMark = mark;
        Queues.Committed();
    }

    public void Rollback()
    {
        Queues.RolledBack();
        Events.RolledBack();
        if (sqlite3_get_autocommit(Connection.Handle) == 0) // SQLite rolls back by itself on some errors
            _rollback.Execute();
    }

    /// <summary>Inside a transaction: events before this time go before their days.</summary>
    public void EventsGo(DateTimeOffset before) => _meta.Raise(MetaTable.EventsFrom, before.ToMicroseconds());

    public void Accepted(MessageId id) => _highestId = Math.Max(_highestId, id.Value);

    /// <summary>At a clean end: the next run may go on right behind the last id given.</summary>
    public void StoreLastId(long last)
    {
        Begin();
        _meta.Write(MetaTable.LastId, Math.Max(last, _highestId));
        _commit.Execute();
    }

    /// <summary>Pages written to the log since the last call.</summary>
    public int TakePagesWritten()
    {
        sqlite3_db_status(Connection.Handle, CacheWrites, out var pages, out _, 1);
        return pages;
    }

    /// <summary>Pages of the database that hold nothing.</summary>
    public long FreePages() => _freePages.Scalar() ?? 0;

    public long FreeBytes() => FreePages() * _pageSize;

    public long AllPages() => _allPages.Scalar() ?? 0;

    public void Dispose()
    {
        foreach (var part in new IDisposable[] { _begin, _commit, _rollback, _freePages, _allPages, _meta, Queues, Messages, Recipients, Events, Identity, Tallies, Freezes, Holds, Observations, Suppressions })
            part.Dispose();
        Connection.Dispose();
    }
}
