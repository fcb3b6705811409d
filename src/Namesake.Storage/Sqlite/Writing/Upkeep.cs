using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Namesake.Storage.Sqlite.Writing;

/// <summary>What the writer does between batches, so that nobody else ever holds the database: checkpoints, and what can wait for a quiet second.</summary>
internal sealed class Upkeep(EventUpkeep events, UndeliverableUpkeep undeliverable, Files.DiskGuard disk)
{
    /// <summary>Measured: at 1,000 pages p99 of a commit stays at 7 to 9 ms; a checkpointer of its own let the log grow to 1.5 GB.</summary>
    private const int CheckpointPages = 1_000;
    private const int VacuumPages = 256;
    private const long WorthVacuuming = 2_048; // pages, 16 MB

    // Where the disk is short everything free is given back, and at least as fast as a batch takes it.
    private const int VacuumPagesWhenShort = 512;
    private const long WorthVacuumingWhenShort = 64;

    private const int QueueSlice = 500;
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(10);

    private readonly HashSet<long> _referred = []; // empty but for undeliverable mail: passed over until all others had their turn
    private long _referredSince;
    private int _pages;
    private bool _logIsEmpty;
    private bool _vacuuming;
    private long _seldomAt;

    /// <summary>Idle work is left: come back at once when nothing waits.</summary>
    public bool HasMore => _vacuuming || events.HasMore || undeliverable.HasMore;

    /// <summary>What attempt events take. Read by any thread.</summary>
    public long EventBytes => events.Bytes;

    public void AfterBatch(WriterConnection connection)
    {
        _logIsEmpty = false;
        var written = connection.TakePagesWritten();
        _pages += written;
        if (events.AfterBatch(connection, written) && disk.Missing() > 0)
            Vacuum(connection);
        if (_pages < CheckpointPages)
            return;
        Checkpoint(connection);
        // A relay that never rests must get rid of the old as well: a slice with each checkpoint, the rest now and then.
        Vacuum(connection);
        undeliverable.Turn(connection);
        if (_seldomAt != 0 && connection.Time.GetElapsedTime(_seldomAt) < Seldom)
            return;
        _seldomAt = connection.Time.GetTimestamp();
        ForgetEmptyQueues(connection);
        ForgetHolds(connection);
    }

    public void Idle(WriterConnection connection)
    {
        _pages += connection.TakePagesWritten();
        // While slice follows slice, as seldom as under load: each time it waits for the disk twice.
        if (!_logIsEmpty && (!HasMore || _pages >= CheckpointPages) && DatabaseFile.TruncateLog(connection.Connection, wait: false))
        {
            _logIsEmpty = true;
            _pages = 0;
        }
        if (events.Idle(connection) | undeliverable.Turn(connection))
            _logIsEmpty = false;
        ForgetEmptyQueues(connection);
        if (connection.Holds.HasMade)
            ForgetHolds(connection);
        Vacuum(connection);
    }

    // Passive: takes what no reader needs any more, waits for nobody. What is left is tried again with the next batch.
    private void Checkpoint(WriterConnection connection)
    {
        var result = sqlite3_wal_checkpoint_v2(connection.Connection.Handle, "main", SQLITE_CHECKPOINT_PASSIVE, out var pages, out var moved);
        if (result is not (SQLITE_OK or SQLITE_BUSY))
            throw new SqliteException("The checkpoint failed.", result & 0xFF, sqlite3_extended_errcode(connection.Connection.Handle));
        if (result == SQLITE_OK)
            _pages = Math.Max(0, pages - moved);
    }

    private void ForgetEmptyQueues(WriterConnection connection)
    {
        var empty = connection.Queues.Empty(QueueSlice, _referred);
        if (empty.Count < QueueSlice)
        {
            // A few empty rows are cheaper kept: their mail usually comes back.
            if (_referred.Count > 0 && connection.Time.GetElapsedTime(_referredSince) >= Seldom)
                _referred.Clear();
            return;
        }
        connection.Begin();
        var gone = empty.Where(connection.Queues.DeleteEmpty).ToHashSet();
        connection.Commit();
        foreach (var row in gone)
            connection.Queues.Forget(row);
        if (_referred.Count == 0)
            _referredSince = connection.Time.GetTimestamp();
        _referred.UnionWith(empty.Where(row => !gone.Contains(row)).Select(row => row.Id));
        _logIsEmpty = gone.Count == 0 && _logIsEmpty;
    }

    private void ForgetHolds(WriterConnection connection)
    {
        connection.Begin();
        var gone = connection.Holds.Forget();
        connection.Commit();
        _logIsEmpty = gone == 0 && _logIsEmpty;
    }

    private void Vacuum(WriterConnection connection)
    {
        var (free, all) = (connection.FreePages(), connection.AllPages());
        var isShort = free > WorthVacuumingWhenShort && disk.Missing() > 0;
        _vacuuming = isShort || (free > WorthVacuuming && free > all / 4);
        if (!_vacuuming)
            return;
        DatabaseFile.Pragma(connection.Connection, $"incremental_vacuum({(isShort ? VacuumPagesWhenShort : VacuumPages)})");
        _pages += connection.TakePagesWritten();
        _logIsEmpty = false;
    }
}
