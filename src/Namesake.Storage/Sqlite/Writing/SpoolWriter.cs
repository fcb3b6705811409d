using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Writing;

/// <summary>The only thread that changes the spool. It commits whatever waits in one transaction (group commit), so that one flush serves many.</summary>
/// <remarks>
/// A batch ends well, or in one of two other ways. When an operation itself is wrong, the batch is rolled back and begun anew without it; its neighbours notice nothing.
/// When the database or disk fails, nobody knows what reached the disk: all of the batch are told so, the connection is closed, and the next batch first opens
/// it again, moves the log into the database (rewriting what a failed flush may have lost from the kernel's memory: the flush itself is never repeated), and takes
/// back what nobody will ask for again. Until that succeeds every batch fails the same way, but knowing that nothing of it was stored. It is tried once more at the end.
/// </remarks>
internal sealed class SpoolWriter : IDisposable
{
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(1);

    private readonly OperationQueue<WriteOperation> _queue;
    private readonly WriteBudget _budget;
    private readonly SpoolPaths _paths;
    private readonly Func<WriterConnection> _open;
    private readonly Action _broken;
    private readonly Upkeep _upkeep;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly List<WriteOperation> _batch = new(BatchLimits.Operations);
    private readonly List<WriteOperation> _unresolved = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WriterConnection? _connection;

    /// <param name="connection">Opened and recovered.</param>
    /// <param name="open">Opens it again after a failure.</param>
    /// <param name="broken">Called when the connection was given up: readers must let go, too.</param>
    public SpoolWriter(WriterConnection connection, Func<WriterConnection> open, Action broken, Upkeep upkeep, SpoolPaths paths, SpoolOptions options, ILogger log)
    {
        _connection = connection;
        _open = open;
        _broken = broken;
        _paths = paths;
        _log = log;
        _queue = new OperationQueue<WriteOperation>(options.Company);
        _budget = new WriteBudget(operations: 16 * BatchLimits.Operations, options.WaitingBytes);
        _upkeep = upkeep;
        _thread = new Thread(Run) { IsBackground = true, Name = "namesake spool writer" };
    }

    public void Start() => _thread.Start();

    /// <summary>Waits for room before anything is made for the writer.</summary>
    public Task AdmitAsync(long bytes) => _budget.EnterAsync(bytes);

    /// <summary>Gives back room for which no operation came about.</summary>
    public void Withdraw(long bytes) => _budget.Leave(bytes);

    /// <summary>Hands over an operation that was admitted; completes after its commit.</summary>
    public Task CommitAsync(WriteOperation operation)
    {
        if (!_queue.TryAdd(operation))
        {
            _budget.Leave(operation.Bytes);
            LetGo(operation);
            throw Closed();
        }
        return operation.Done;
    }

    public async Task ApplyAsync(WriteOperation operation)
    {
        await AdmitAsync(operation.Bytes).ConfigureAwait(false);
        await CommitAsync(operation).ConfigureAwait(false);
    }

    /// <summary>Commits what waits, then ends.</summary>
    /// <param name="lastId">Stored so that the next run goes on right behind it.</param>
    public async Task StopAsync(Func<long> lastId)
    {
        _budget.Close(Closed());
        _queue.Close();
        await _ended.Task.ConfigureAwait(false);
        if (_connection is not { } connection)
            return;
        _connection = null;
        try
        {
            connection.StoreLastId(lastId());
            DatabaseFile.TruncateLog(connection.Connection, wait: true);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.StopTrouble(_log, e);
        }
        connection.Dispose();
    }

    public void Dispose() => _connection?.Dispose();

    private SpoolUnavailableException Closed() => new($"The spool {_paths.Database} is closed: the relay is stopping.");

    private void Run()
    {
        try
        {
            while (true)
            {
                _batch.Clear();
                if (_queue.Take(_batch, _upkeep.HasMore ? TimeSpan.Zero : IdleAfter, out var closed))
                    Write();
                else if (closed)
                    break;
                Keep(idle: _batch.Count == 0);
            }

            Resolve();
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void Write()
    {
        while (_batch.Count > 0)
        {
            WriteOperation? current = null;
            try
            {
                var connection = _connection ??= Reopen();
                connection.Begin();
                foreach (var operation in _batch)
                {
                    current = operation;
                    operation.Apply(connection);
                }
                current = null;
                connection.Commit();
                break;
            }
            catch (Exception failure)
            {
                if (current is null || !SpoolTrouble.IsOwnFault(failure) || !TryRollback())
                {
                    Break(failure);
                    return;
                }
                Log.OperationFailed(_log, current.GetType().Name, failure);
                _batch.Remove(current);
                _budget.Leave(current.Bytes);
                LetGo(current);
                current.Fail(SpoolTrouble.ForCaller(failure, _paths.Database));
            }
        }
        foreach (var operation in _batch)
        {
            _budget.Leave(operation.Bytes);
            operation.Succeed();
        }
    }

    private bool TryRollback()
    {
        try
        {
            _connection!.Rollback();
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.RollbackFailed(_log, e);
            return false;
        }
    }

    private void Break(Exception failure)
    {
        var trouble = SpoolTrouble.Describe(failure, _paths.Database);
        Log.Broken(_log, _batch.Count, trouble);
        if (_connection is { } connection)
        {
            // Only what met an open connection can have been committed.
            _unresolved.AddRange(_batch);
            _connection = null;
            Close(connection);
        }
        else
        {
            foreach (var operation in _batch)
                LetGo(operation);
        }
        foreach (var operation in _batch)
        {
            _budget.Leave(operation.Bytes);
            operation.Fail(new SpoolUnavailableException(trouble.Message, trouble));
        }
    }

    private void LetGo(WriteOperation operation) => Clear(operation, operation.LeftNothing);

    // A file that stays must not keep mail from being taken.
    private void Clear(WriteOperation operation, Action clear)
    {
        try
        {
            clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.FileLeft(_log, operation.GetType().Name, e);
        }
    }

    // At the end: a start would send what a batch of unknown outcome has left, and its clients were told that it isn't here.
    private void Resolve()
    {
        if (_unresolved.Count == 0)
            return;
        try
        {
            _connection ??= Reopen();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var messages = string.Join(", ", _unresolved.SelectMany(operation => operation.Accepts));
            if (messages.Length > 0)
                Log.LeftOpen(_log, messages, SpoolTrouble.Describe(e, _paths.Database));
        }
    }

    private WriterConnection Reopen()
    {
        var connection = _open();
        try
        {
            if (!DatabaseFile.TruncateLog(connection.Connection, wait: true))
                throw new SpoolUnavailableException($"The spool {_paths.Database} is being read by another program; it can't be made safe after an error until that ends.");
            connection.Begin();
            foreach (var operation in _unresolved)
                operation.TakeBack(connection);
            connection.Commit();
        }
        catch
        {
            Close(connection);
            throw;
        }
        foreach (var operation in _unresolved)
            Clear(operation, operation.TakenBack);
        Log.Reopened(_log, _unresolved.Count);
        _unresolved.Clear();
        return connection;
    }

    private void Keep(bool idle)
    {
        if (_connection is not { } connection)
            return;
        try
        {
            if (idle)
                _upkeep.Idle(connection);
            else
                _upkeep.AfterBatch(connection);
        }
        catch (Exception failure)
        {
            Log.UpkeepFailed(_log, SpoolTrouble.Describe(failure, _paths.Database));
            _connection = null;
            Close(connection);
        }
    }

    private void Close(WriterConnection connection)
    {
        _broken();
        try
        {
            connection.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.CloseFailed(_log, e);
        }
    }
}
