using Microsoft.Extensions.Logging;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Reading;
using Namesake.Storage.Sqlite.Writing;

namespace Namesake.Storage.Sqlite;

/// <summary>A data directory that is ours, and what works on it: how it opens and how it is let go.</summary>
internal sealed class OpenedSpool : IAsyncDisposable
{
    private readonly DirectoryLock _lock;
    private int _disposed;

    private OpenedSpool(DirectoryLock @lock, SpoolPaths paths, SpoolOptions options, DiskGuard disk, ContentFiles files, MessageIdSource ids, SpoolWriter writer, SpoolReaders readers, Upkeep upkeep)
    {
        _lock = @lock;
        Paths = paths;
        Options = options;
        Disk = disk;
        Files = files;
        Ids = ids;
        Writer = writer;
        Readers = readers;
        Upkeep = upkeep;
    }

    public SpoolPaths Paths { get; }

    public SpoolOptions Options { get; }

    public DiskGuard Disk { get; }

    public ContentFiles Files { get; }

    public MessageIdSource Ids { get; }

    public SpoolWriter Writer { get; }

    public SpoolReaders Readers { get; }

    public Upkeep Upkeep { get; }

    public static OpenedSpool Open(SpoolOptions options, TimeProvider time, ILogger log)
    {
        var paths = new SpoolPaths(Path.GetFullPath(options.DataDirectory));
        DatabaseFile.MakeDirectory(paths);
        var held = DirectoryLock.Take(paths);
        WriterConnection? connection = null;
        try
        {
            DatabaseFile.Prepare(paths);
            var disk = new DiskGuard(paths.Directory, options.MinimumFreeBytes, time);
            var files = new ContentFiles(paths, disk);
            var (run, recovered, lastId, swept) = Recover(paths, options, time, files);
            WriterConnection Reopen() => new(DatabaseFile.OpenWriter(paths, options.CacheBytes), run, time);
            connection = Reopen();
            var readers = new SpoolReaders(paths, options.Readers);
            var upkeep = new Upkeep(new EventUpkeep(options.EventDays, options.EventBytes, disk, log), new UndeliverableUpkeep(options.EventDays, files, log), disk);
            var writer = new SpoolWriter(connection, Reopen, readers.Reset, upkeep, paths, options, log);
            Log.Opened(log, paths.Directory, run, connection.Queues.Count, recovered, swept);
            writer.Start();
            return new OpenedSpool(held, paths, options, disk, files, new MessageIdSource(time, lastId), writer, readers, upkeep);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            held.Dispose();
            throw SpoolTrouble.Describe(e, paths.Database);
        }
    }

    /// <summary>Commits what waits, moves the log into the database and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await Readers.CloseAsync().ConfigureAwait(false);
        await Writer.StopAsync(() => Ids.Mark).ConfigureAwait(false);
        Writer.Dispose();
        _lock.Dispose();
    }

    private static (long Run, int Recovered, long LastId, int Swept) Recover(SpoolPaths paths, SpoolOptions options, TimeProvider time, ContentFiles files)
    {
        using var connection = DatabaseFile.OpenWriter(paths, options.CacheBytes);
        var (run, recovered) = Recovery.Begin(connection, time.GetUtcNow());
        using var referenced = Recovery.SelectReferenced(connection);
        var swept = files.Sweep(Recovery.ReferencedFiles(referenced));
        return (run, recovered, Recovery.LastId(connection), swept);
    }
}
