using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Writing;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>One connection that changes the spool, on a thread of its own. It commits whatever waits in one transaction, so that one flush serves many.</summary>
/// <remarks>
/// Each batch raises a number in the writer's row. When the connection is lost, the row tells after reconnecting (and after waiting for the old backend to end) whether
/// the batch was committed: then its callers are told so. When the server can't be asked at once they hear that nobody knows, and what was committed all the same is
/// taken back when it can: it is asked with the next operation, about once a second while there is none, and once more at the end. A batch that the server undid for another's sake is begun anew. An operation that is wrong itself is found by halving the batch; its neighbours notice nothing.
/// </remarks>
internal sealed class Writer
{
    private const long IdsAhead = 1_000_000; // as in the embedded engine: the mark is written about once a second
    private const int MostTries = 10; // of a batch that the server undid each time
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(1);

    private readonly OperationQueue<PostgresOperation> _queue;
    private readonly WriteBudget _budget;
    private readonly Func<NpgsqlConnection> _open;
    private readonly Node _node;
    private readonly Leases _leases;
    private readonly short _number;
    private readonly TimeProvider _time;
    private readonly EventPartitions _events;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PostgresOperation> _doubtful = [];
    private NpgsqlConnection? _connection;
    private long _batch;
    private long? _attempt; // the number of the batch under way; null: it has not met the server
    private long _doubtfulBatch;
    private long _mark;
    private volatile bool _abandoned;

    public Writer(Func<NpgsqlConnection> open, Node node, Leases leases, short number, PostgresOptions options, EventPartitions events, TimeProvider time, ILogger log)
    {
        _open = open;
        _node = node;
        _leases = leases;
        _number = number;
        _time = time;
        _events = events;
        _log = log;
        _mark = node.LastId;
        _queue = new OperationQueue<PostgresOperation>(options.Company);
        _budget = new WriteBudget(16 * BatchLimits.Operations, options.WaitingBytes);
        _thread = new Thread(Run) { IsBackground = true, Name = $"namesake spool writer {number}" };
    }

    public void Start()
    {
        _connection = Open();
        _thread.Start();
    }

    public async Task ApplyAsync(PostgresOperation operation)
    {
        await _budget.EnterAsync(operation.Bytes).ConfigureAwait(false);
        if (!_queue.TryAdd(operation))
        {
            _budget.Leave(operation.Bytes);
            throw PostgresSpool.Closed();
        }
        await operation.Done.ConfigureAwait(false);
    }

    /// <summary>Commits what waits, then ends.</summary>
    /// <param name="abandon">As if the process had been killed: what waits is forgotten.</param>
    public async Task StopAsync(bool abandon)
    {
        _abandoned = abandon;
        _budget.Close(PostgresSpool.Closed());
        _queue.Close();
        await _ended.Task.ConfigureAwait(false);
        Close();
    }

    private void Run()
    {
        var batch = new List<PostgresOperation>(BatchLimits.Operations);
        try
        {
            while (true)
            {
                batch.Clear();
                if (_queue.Take(batch, IdleAfter, out var closed))
                    foreach (var part in Waves(batch))
                        Write(part);
                else if (closed)
                    break;
                else
                    Resolve(out _);
            }

            if (!_abandoned && !Resolve(out var trouble))
                TellWhatIsOpen(trouble);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    // What a batch of unknown outcome has left must not wait for somebody who has mail: a start would send it, and its client was told that it isn't here.
    private bool Resolve(out Exception? trouble)
    {
        trouble = null;
        if (_doubtful.Count == 0)
            return true;
        try
        {
            _connection ??= Open();
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            trouble = e;
            return false;
        }
    }

    private void TellWhatIsOpen(Exception? trouble)
    {
        var messages = string.Join(", ", _doubtful.OfType<AcceptOperation>().Select(operation => operation.Acceptance.Message.Id));
        if (messages.Length > 0)
            Log.LeftOpen(_log, messages, trouble);
    }

    // A message is changed by one operation of a transaction only; who comes second is in the next one.
    private static IEnumerable<List<PostgresOperation>> Waves(List<PostgresOperation> batch)
    {
        var (wave, seen) = (new List<PostgresOperation>(batch.Count), new HashSet<long>());
        foreach (var operation in batch)
        {
            if (operation.Messages.Any(seen.Contains))
            {
                yield return wave;
                (wave, seen) = ([], []);
            }
            seen.UnionWith(operation.Messages);
            wave.Add(operation);
        }
        yield return wave;
    }

    private void Write(List<PostgresOperation> operations)
    {
        try
        {
            if (_abandoned)
                throw PostgresSpool.Closed();
            CommitAgain(operations);
        }
        catch (Exception failure) when (Trouble.IsOwnFault(failure) && _connection is { State: System.Data.ConnectionState.Open })
        {
            if (operations.Count > 1)
            {
                Write(operations[..(operations.Count / 2)]);
                Write(operations[(operations.Count / 2)..]);
                return;
            }
            if (failure is QueueGoneException)
                Log.QueueGone(_log);
            else
                Log.OperationFailed(_log, operations[0].GetType().Name, failure);
            _budget.Leave(operations[0].Bytes);
            operations[0].Fail(Trouble.ForCaller(failure));
            return;
        }
        catch (Exception failure)
        {
            if (!IsCommitted(operations, failure))
                return;
        }
        foreach (var operation in operations)
        {
            _budget.Leave(operation.Bytes);
            operation.Succeed();
        }
    }

    // No wait in between: the one it was undone for holds its locks, and is waited for where it is met again.
    private void CommitAgain(List<PostgresOperation> operations)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Commit(operations);
                return;
            }
            catch (PostgresException undone) when (Trouble.IsUndone(undone) && tries < MostTries && !_abandoned && _connection is { State: System.Data.ConnectionState.Open })
            {
                Log.BegunAnew(_log, operations.Count, undone.SqlState);
            }
        }
    }

    private void Commit(List<PostgresOperation> operations)
    {
        _attempt = null;
        var connection = _connection ??= Open();
        if (operations.Exists(operation => operation is SettleOperation))
            _events.Prepare(connection);
        using var transaction = connection.BeginTransaction();
        _attempt = _batch + 1;
        var batch = new Batch(connection, _node.Claim, _time);
        var settlements = operations.OfType<SettleOperation>().ToList();
        SettleOperation.Apply(batch, settlements);
        Acceptance.Apply(batch, [.. operations.OfType<AcceptOperation>().Select(o => o.Acceptance), .. settlements.Where(o => o.Happened).SelectMany(o => o.Spawned)]);
        foreach (var operation in operations)
            operation.Apply(batch);
        var taken = Finish(batch, _attempt.Value, operations);
        transaction.Commit();
        _batch = _attempt.Value;
        foreach (var source in taken)
            Log.SentWithoutLease(_log, source, batch.Delivered[source]);
    }

    /// <summary>The fence: a run that is over commits nothing. What a receiver took of mail that is still ours is written even when its source is another node's by now: it is true, and spares a duplicate.</summary>
    /// <returns>The sources of which that is so.</returns>
    private string[] Finish(Batch batch, long number, List<PostgresOperation> operations)
    {
        batch.FlushQueues();
        foreach (var operation in operations)
            operation.ApplyLast(batch);
        var mark = batch.HighestId > _mark ? batch.HighestId + IdsAhead : _mark;
        using var fence = batch.Command("""
            UPDATE writer SET batch = $4, messages = messages + $5, bytes = bytes + $6, last_id = GREATEST(last_id, $7)
            WHERE node_id = $1 AND writer = $2 AND run = $3
            RETURNING (SELECT array_agg(l.source_id) FROM unnest($8, $9) AS v(id, token) JOIN source_lease l ON l.source_id = v.id WHERE v.token > 0 AND l.token > v.token)
            """, _node.Number, _number, Node.RunOf(batch.Claim), number, batch.Messages, batch.Bytes, mark, batch.Delivered.Keys.ToArray(), _leases.TokensOf(batch.Delivered.Keys));
        using var row = fence.ExecuteReader();
        if (!row.Read())
            throw new SpoolUnavailableException("This node was silent for longer than its lease, and others have taken over its mail. It joins again by itself.");
        _mark = mark;
        return row.IsDBNull(0) ? [] : row.GetFieldValue<string[]>(0);
    }

    // After a failure of the connection or server: true when the batch turns out to have been committed.
    private bool IsCommitted(List<PostgresOperation> operations, Exception failure)
    {
        var trouble = Trouble.Describe(failure);
        Close();
        if (_attempt is { } attempt && failure is not SpoolUnavailableException)
        {
            if (!_abandoned && TryAsk(attempt, out var committed))
            {
                if (committed)
                    return true;
            }
            else
            {
                _doubtful.AddRange(operations);
                _doubtfulBatch = attempt;
            }
        }
        Log.Broken(_log, operations.Count, trouble);
        foreach (var operation in operations)
        {
            _budget.Leave(operation.Bytes);
            operation.Fail(new SpoolUnavailableException(trouble.Message, trouble));
        }
        return false;
    }

    private bool TryAsk(long attempt, out bool committed)
    {
        committed = false;
        try
        {
            _connection = Open();
            committed = _batch == attempt;
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or SpoolUnavailableException or TimeoutException)
        {
            return false;
        }
    }

    private NpgsqlConnection Open()
    {
        var connection = _open();
        try
        {
            // Waits for what is left of an earlier connection: then its batch has happened, or never will.
            using (var ask = Sql.Command(connection, "SELECT batch FROM writer WHERE node_id = $1 AND writer = $2 FOR UPDATE", _node.Number, _number))
                _batch = ask.ExecuteScalar() as long? ?? throw new SpoolUnavailableException("The table writer has no row for this node.");
            if (_doubtful.Count > 0 && _batch == _doubtfulBatch)
            {
                using var transaction = connection.BeginTransaction();
                var batch = new Batch(connection, _node.Claim, _time);
                foreach (var operation in _doubtful)
                    operation.TakeBack(batch);
                Finish(batch, ++_batch, []);
                transaction.Commit();
            }
            _doubtful.Clear();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
