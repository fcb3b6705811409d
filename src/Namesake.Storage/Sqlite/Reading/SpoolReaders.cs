using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>A few connections that read beside the writer. SQLite's calls block, so they run on the thread pool, never more at once than there are connections.</summary>
#pragma warning disable CA1001 // The semaphore holds no handle, and who comes late must be told that the spool is closed, not that an object is disposed.
internal sealed class SpoolReaders(SpoolPaths paths, int count)
#pragma warning restore CA1001
{
    private readonly ConcurrentBag<ReaderConnection> _idle = [];
    private readonly SemaphoreSlim _places = new(count);
    private int _generation;
    private volatile bool _closed;

    /// <exception cref="SpoolUnavailableException">The database can't be read.</exception>
    public async Task<T> ReadAsync<T>(Func<ReaderConnection, T> read, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation).ConfigureAwait(false); // once closed, all places are free for good: who waited is told below
        try
        {
            return await Task.Run(() => Read(read), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>The writer gave up its connection: nobody may keep the old files open.</summary>
    public void Reset()
    {
        Interlocked.Increment(ref _generation);
        while (_idle.TryTake(out var connection))
            connection.Dispose();
    }

    /// <summary>Ends when no read is under way any more.</summary>
    public async Task CloseAsync()
    {
        _closed = true;
        for (var i = 0; i < count; i++)
            await _places.WaitAsync().ConfigureAwait(false);
        Reset();
        _places.Release(count);
    }

    private T Read<T>(Func<ReaderConnection, T> read)
    {
        if (_closed)
            throw new SpoolUnavailableException($"The spool {paths.Database} is closed: the relay is stopping.");
        ReaderConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection))
                connection = new ReaderConnection(DatabaseFile.OpenReader(paths), Volatile.Read(ref _generation));
            return read(connection);
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException or FormatException)
        {
            throw SpoolTrouble.Describe(e, paths.Database);
        }
        finally
        {
            GiveBack(connection);
        }
    }

    private void GiveBack(ReaderConnection? connection)
    {
        if (connection is null)
            return;
        connection.Rest();
        if (connection.Generation == Volatile.Read(ref _generation))
            _idle.Add(connection);
        else
            connection.Dispose();
    }
}
