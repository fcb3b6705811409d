using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Storage.Files;
using Namesake.Storage.Sqlite;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Reading;
using Namesake.Storage.Sqlite.Rows;
using Namesake.Storage.Sqlite.Writing;

namespace Namesake.Storage;

/// <summary>The embedded spool: one SQLite database and a folder of large contents in a data directory that belongs to one process.</summary>
/// <remarks>Changes are small operations handed to <see cref="SpoolWriter"/>, which commits whatever waits together; everything else reads beside it.
/// A settlement or move that failed with <see cref="SpoolUnavailableException"/> may be given again until it succeeds: it happens once.</remarks>
public sealed class SqliteSpool : ISpool, ISpoolView, IIdentityStore
{
    private const int ClaimSlice = 500; // consignments claimed in one operation, so that acceptances never wait long

    private readonly SpoolOptions _options;
    private readonly DirectoryLock _lock;
    private readonly ContentFiles _files;
    private readonly DiskGuard _disk;
    private readonly MessageIdSource _ids;
    private readonly SpoolWriter _writer;
    private readonly SpoolReaders _readers;
    private readonly SpoolView _view;
    private readonly ILogger _log;
    private int _disposed;

    private SqliteSpool(
        SpoolOptions options, DirectoryLock @lock, ContentFiles files, DiskGuard disk, MessageIdSource ids, SpoolWriter writer, SpoolReaders readers, SpoolView view, ILogger log)
    {
        _options = options;
        _lock = @lock;
        _files = files;
        _disk = disk;
        _ids = ids;
        _writer = writer;
        _readers = readers;
        _view = view;
        _log = log;
    }

    /// <summary>Opens the data directory, making it when it isn't there, and makes everything due that earlier runs had claimed.</summary>
    /// <exception cref="SpoolUnavailableException">Another process has it, or it is damaged, newer than this program, or can't be read: the message says what to do.</exception>
    public static Task<SqliteSpool> OpenAsync(SpoolOptions options, TimeProvider time, ILogger? log = null) =>
        Task.Run(() => Open(options, time, log ?? NullLogger.Instance));

    public MessageId NextId() => _ids.Next();

    public IContentFile CreateContentFile(MessageId message) => _files.Create(message, guarded: true);

    public async Task<ImmutableArray<Consignment>> AcceptAsync(NewMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _disk.Demand(message.Content?.Length ?? 0);
        var bytes = Acceptance.BytesOf(message);
        await _writer.AdmitAsync(bytes).ConfigureAwait(false);
        Acceptance acceptance;
        try
        {
            acceptance = await PrepareAsync(message, guarded: true).ConfigureAwait(false);
        }
        catch
        {
            _writer.Withdraw(bytes);
            throw;
        }
        await CommitAsync(new AcceptOperation(acceptance, bytes), [acceptance]).ConfigureAwait(false);
        return acceptance.Result();
    }

    public async Task<ImmutableArray<Consignment>> SettleAsync(Settlement settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        Demand(settlement);
        var json = settlement.Event is { } story ? System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(story, EventJson.Default.AttemptEvent) : null;
        var bytes = 256L + (json?.Length ?? 0) + settlement.Spawned.Sum(Acceptance.BytesOf);
        await _writer.AdmitAsync(bytes).ConfigureAwait(false);
        var spawned = new Acceptance[settlement.Spawned.Length];
        try
        {
            for (var i = 0; i < spawned.Length; i++)
                spawned[i] = await PrepareAsync(settlement.Spawned[i], guarded: false).ConfigureAwait(false);
        }
        catch
        {
            _writer.Withdraw(bytes);
            throw;
        }
        var operation = new SettleOperation(settlement, json, spawned, bytes);
        await CommitAsync(operation, spawned).ConfigureAwait(false);
        if (operation.FileIsFree)
            RemoveFile(settlement.Consignment.Message);
        if (spawned.Length == 0)
            return [];
        return operation.Happened ? [.. spawned.SelectMany(acceptance => acceptance.Result())] : await SpawnedBeforeAsync(settlement).ConfigureAwait(false);
    }

    public async Task<ImmutableArray<QueueSummary>> DueQueuesAsync(DateTimeOffset now, QueueId after, int limit) =>
        [.. await _readers.ReadAsync(reader => QueueRows.DueAfter(reader, now, after, limit), CancellationToken.None).ConfigureAwait(false)];

    public async Task<ImmutableArray<Consignment>> ClaimAsync(
        ImmutableArray<QueueId> queues, DateTimeOffset now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue)
    {
        ArgumentNullException.ThrowIfNull(nextDue);
        ArgumentOutOfRangeException.ThrowIfLessThan(perQueue, 1);
        var claimed = ImmutableArray.CreateBuilder<Consignment>();
        foreach (var slice in queues.Chunk(Math.Max(1, ClaimSlice / perQueue)))
        {
            var operation = new ClaimOperation(slice, now.ToMicroseconds(), perQueue, nextDue);
            try
            {
                await _writer.ApplyAsync(operation).ConfigureAwait(false);
            }
            catch (Exception) when (claimed.Count > 0)
            {
                break; // what was claimed before must reach its caller; the trouble will be met again
            }
            claimed.AddRange(operation.Result);
        }
        return claimed.ToImmutable();
    }

    public async Task<ImmutableArray<Consignment>> ClaimExpiredAsync(DateTimeOffset now, DateTimeOffset acceptedBefore, int limit)
    {
        limit = Math.Min(limit, ClaimSlice);
        var candidates = await Candidates.ExpiredAsync(_readers, now.ToMicroseconds(), acceptedBefore.ToMicroseconds(), limit).ConfigureAwait(false);
        if (candidates.Count == 0)
            return [];
        var operation = new ClaimExpiredOperation(candidates, now.ToMicroseconds(), limit);
        await _writer.ApplyAsync(operation).ConfigureAwait(false);
        return [.. operation.Result];
    }

    public async Task<ImmutableArray<Consignment>> UntoldDelaysAsync(DateTimeOffset from, DateTimeOffset before, int limit)
    {
        var found = ImmutableArray.CreateBuilder<Consignment>();
        var next = from.ToMicroseconds();
        while (found.Count < limit)
        {
            var ids = await Candidates.UntoldAsync(_readers, next, before.ToMicroseconds(), limit).ConfigureAwait(false);
            if (ids.Count > 0)
                found.AddRange(await _readers.ReadAsync(reader => StoredConsignments.Untold(reader, ids, limit - found.Count), CancellationToken.None).ConfigureAwait(false));
            if (ids.Count < limit)
                break;
            next = ids[^1].Value + 1;
        }
        return found.ToImmutable();
    }

    public async Task<Consignment> MoveAsync(Consignment consignment, SourceId to)
    {
        ArgumentNullException.ThrowIfNull(consignment);
        if (!consignment.Claimed)
            throw new ArgumentException("Only what is claimed can be moved by hand; the rest is moved by queue.", nameof(consignment));
        var operation = new MoveOperation(consignment, to);
        await _writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Result;
    }

    public async Task<int> MoveWaitingAsync(QueueId queue, SourceId to, DateTimeOffset? triedBefore, int limit)
    {
        var before = triedBefore?.ToMicroseconds() ?? long.MinValue;
        var candidates = await Candidates.MovableAsync(_readers, queue, before, limit).ConfigureAwait(false);
        var moved = 0;
        foreach (var slice in candidates.Chunk(ClaimSlice))
        {
            var operation = new MoveWaitingOperation([.. slice], queue, to, before);
            await _writer.ApplyAsync(operation).ConfigureAwait(false);
            moved += operation.Moved;
        }
        return moved;
    }

    public async Task<StoredContent> OpenContentAsync(MessageId message, CancellationToken cancellation)
    {
        var (size, inline) = await _readers.ReadAsync(reader => StoredConsignments.Content(reader, message), cancellation).ConfigureAwait(false);
        return inline is not null ? new StoredContent(inline) : new StoredContent(_files.Open(message, size));
    }

    public Task<ImmutableArray<QueueSummary>> QueuesAsync(SpoolFilter filter, QueueId after, int limit, CancellationToken cancellation) =>
        _view.QueuesAsync(filter, after, limit, cancellation);

    public Task<ImmutableArray<MessageSummary>> MessagesAsync(SpoolFilter filter, MessageId after, int limit, CancellationToken cancellation) =>
        _view.MessagesAsync(filter, after, limit, cancellation);

    public Task<MessageDetails?> MessageAsync(MessageId message, CancellationToken cancellation) => _view.MessageAsync(message, cancellation);

    public Task<SpoolTotals> TotalsAsync(CancellationToken cancellation) => _view.TotalsAsync(cancellation);

    public async Task<ImmutableDictionary<string, string>> LoadAsync(CancellationToken cancellation) =>
        await _readers.ReadAsync(StoredConsignments.Identities, cancellation).ConfigureAwait(false);

    public Task SaveAsync(string key, string? state) => _writer.ApplyAsync(new SaveIdentityOperation(key, state));

    /// <summary>Commits what waits, moves the log into the database and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _readers.CloseAsync().ConfigureAwait(false);
        await _writer.StopAsync(() => _ids.Last).ConfigureAwait(false);
        _writer.Dispose();
        _lock.Dispose();
    }

    private static SqliteSpool Open(SpoolOptions options, TimeProvider time, ILogger log)
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
            var (run, recovered, lastId, swept) = Start(paths, options, time, files);
            WriterConnection Reopen() => new(DatabaseFile.OpenWriter(paths, options.CacheBytes), run, time);
            connection = Reopen();
            var readers = new SpoolReaders(paths, options.Readers);
            var writer = new SpoolWriter(connection, Reopen, readers.Reset, paths, options, log);
            Log.Opened(log, paths.Directory, run, connection.Queues.Count, recovered, swept);
            writer.Start();
            return new SqliteSpool(options, held, files, disk, new MessageIdSource(time, lastId), writer, readers, new SpoolView(readers, paths, files), log);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            held.Dispose();
            throw SpoolTrouble.Describe(e, paths.Database);
        }
    }

    private static (long Run, int Recovered, long LastId, int Swept) Start(SpoolPaths paths, SpoolOptions options, TimeProvider time, ContentFiles files)
    {
        using var connection = DatabaseFile.OpenWriter(paths, options.CacheBytes);
        var (run, recovered) = Recovery.Begin(connection, time.GetUtcNow());
        using var referenced = Recovery.SelectReferenced(connection);
        var swept = files.Sweep(Recovery.ReferencedFiles(referenced));
        return (run, recovered, Recovery.LastId(connection), swept);
    }

    private async Task<Acceptance> PrepareAsync(NewMessage message, bool guarded)
    {
        // An array that is null becomes an empty memory, not none: with a file beside it the size would be a lie.
        if (message.Content is null == message.ContentFile is null)
            throw new ArgumentException("A message has its content in memory or in a file: exactly one of them.", nameof(message));
        if (message.Content is { } content && content.Length > _options.InlineContentBytes)
        {
            await using var file = _files.Create(message.Id, guarded);
            await file.WriteAsync(content, CancellationToken.None).ConfigureAwait(false);
            var acceptance = new Acceptance(message, _files, file); // owns the name before it is published: an earlier try must not remove it
            try
            {
                await file.CompleteAsync().ConfigureAwait(false);
                return acceptance;
            }
            catch
            {
                acceptance.Failed();
                throw;
            }
        }
        if (message.ContentFile is null)
            return new Acceptance(message, _files, null);
        if (message.ContentFile is not ContentFile { IsComplete: true } written || written.Message != message.Id)
            throw new ArgumentException("The content file must be this spool's and the message's own, and complete.", nameof(message));
        return new Acceptance(message, _files, written);
    }

    private async Task CommitAsync(WriteOperation operation, Acceptance[] acceptances)
    {
        try
        {
            await _writer.CommitAsync(operation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not SpoolUnavailableException)
        {
            foreach (var acceptance in acceptances)
                acceptance.Failed();
            throw;
        }
        foreach (var acceptance in acceptances)
            acceptance.Succeeded();
    }

    // A settlement given again after an unknown outcome: what it had spawned, as far as it is still there.
    private async Task<ImmutableArray<Consignment>> SpawnedBeforeAsync(Settlement settlement)
    {
        var ids = settlement.Spawned.Select(message => message.Id).ToList();
        var (stored, gone) = await _readers.ReadAsync(
            reader => (StoredConsignments.Of(reader, ids), StoredConsignments.Missing(reader, ids)), CancellationToken.None).ConfigureAwait(false);
        foreach (var id in gone)
            RemoveFile(id); // if there is one, it was written anew for a DSN that has left already
        return stored;
    }

    private void RemoveFile(MessageId message)
    {
        try
        {
            _files.Remove(message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.FileNotRemoved(_log, message.ToString(), e);
        }
    }

    private static void Demand(Settlement settlement)
    {
        if (!settlement.Consignment.Claimed && settlement.Results.Any(result => result.Fate != RecipientFate.Noted))
            throw new ArgumentException("Mail that isn't claimed can only be noted about.", nameof(settlement));
    }
}
