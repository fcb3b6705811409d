using System.Globalization;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>Who we are in the cluster: a number for ids, a run for claims, and a lock that no second process of this name gets.</summary>
/// <remarks>Signs of life go by the server's clock. Who was silent too long loses its run: its writers' batches fail at the fence, its claims become due for others.</remarks>
internal sealed class Node : IDisposable
{
    public const int Most = 64;
    private const int RunBits = 32;
    private const int Slice = 5_000;

    private readonly Lock _gate = new();
    private NpgsqlConnection _connection;
    private long _run;
    private readonly PostgresOptions _options;

    private Node(NpgsqlConnection connection, PostgresOptions options, short number, long run, long lastId)
    {
        _connection = connection;
        _options = options;
        Number = number;
        _run = run;
        LastId = lastId;
    }

    public short Number { get; }

    /// <summary>It was silent for too long, and what it had claimed before is not its own any more.</summary>
    public bool HasJoinedAgain { get; private set; }

    public long Run => Volatile.Read(ref _run);

    public long LastId { get; }

    public long Claim => ((long)Number << RunBits) + Run;

    public static long RunOf(long claim) => claim & ((1L << RunBits) - 1);

    /// <summary>Takes the name, begins a new run, and makes everything due that earlier runs had claimed.</summary>
    public static Node Join(NpgsqlConnection connection, PostgresOptions options, TimeProvider time)
    {
        using (var make = Sql.Command(connection, """
            INSERT INTO node (node_id, name, run, lease_until)
            SELECT min(n), $1, 0, now() FROM generate_series(0, 63) AS n WHERE n NOT IN (SELECT node_id FROM node) HAVING min(n) IS NOT NULL
            ON CONFLICT (name) DO NOTHING
            """, options.Node))
            make.ExecuteNonQuery();
        using var find = Sql.Command(connection, "SELECT node_id FROM node WHERE name = $1", options.Node);
        var number = find.ExecuteScalar() as short?
            ?? throw new SpoolUnavailableException($"The cluster has {Most} nodes already. Remove the row of one that is gone for good from the table node.");
        Hold(connection, number, options);
        var run = Begin(connection, number, options);
        Free(connection, number, run - 1, time.GetUtcNow().ToMicroseconds());
        Sweep(connection, number);
        Statistics.Refresh(connection);
        using var last = Sql.Command(connection, "SELECT max(last_id) FROM writer WHERE node_id = $1", number);
        return new Node(connection, options, number, run, last.ExecuteScalar() as long? ?? 0);
    }

    /// <summary>Shows that we live, and takes over what the silent had claimed.</summary>
    /// <returns>False: we had been silent for too long ourselves, and have begun a new run. What the old one had claimed is not ours any more.</returns>
    public bool Beat(TimeProvider time)
    {
        lock (_gate)
            return BeatAlone(time);
    }

    private bool BeatAlone(TimeProvider time)
    {
        if (_connection.FullState != System.Data.ConnectionState.Open)
        {
            _connection.Dispose();
            _connection = Connections.Open(_options);
            Hold(_connection, Number, _options);
        }
        using (var renew = Sql.Command(_connection, "UPDATE node SET lease_until = now() + $2 WHERE node_id = $1 AND run = $3", Number, _options.Lease, Run))
            if (renew.ExecuteNonQuery() == 0)
            {
                Volatile.Write(ref _run, Begin(_connection, Number, _options));
                HasJoinedAgain = true;
                Free(_connection, Number, Run - 1, time.GetUtcNow().ToMicroseconds());
                return false;
            }
        var silent = new List<(short Number, long Run)>();
        using (var find = Sql.Command(_connection, """
            SELECT n.node_id, n.run FROM node n WHERE n.node_id <> $1 AND n.lease_until < now()
                AND (EXISTS (SELECT 1 FROM recipient r WHERE r.claim <> 0 AND r.claim >= n.node_id::bigint << 32 AND r.claim <= (n.node_id::bigint << 32) + n.run)
                    OR EXISTS (SELECT 1 FROM queue q WHERE q.put_off <> 0 AND q.put_off >= n.node_id::bigint << 32 AND q.put_off <= (n.node_id::bigint << 32) + n.run))
            """, Number))
        using (var rows = find.ExecuteReader())
            while (rows.Read())
                silent.Add((rows.GetInt16(0), rows.GetInt64(1)));
        foreach (var (number, run) in silent)
            if (Depose(number, run))
                Free(_connection, number, run, time.GetUtcNow().ToMicroseconds());
        Statistics.Refresh(_connection);
        return true;
    }

    /// <summary>At a clean end: ids go on right behind the last one given, and nobody waits for the lease.</summary>
    public void Leave(long lastId)
    {
        using (var last = Sql.Command(_connection, "UPDATE writer SET last_id = $2 WHERE node_id = $1", Number, lastId))
            last.ExecuteNonQuery();
        using var leave = Sql.Command(_connection, "UPDATE node SET lease_until = now() WHERE node_id = $1 AND run = $2", Number, Run);
        leave.ExecuteNonQuery();
    }

    public void Dispose() => _connection.Dispose();

    // Waits a little: a process that was just ended may still have a backend on its way out.
    private static void Hold(NpgsqlConnection connection, short number, PostgresOptions options)
    {
        Schema.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SET lock_timeout = {(long)options.JoinPatience.TotalMilliseconds}"));
        try
        {
            using var hold = Sql.Command(connection, "SELECT pg_advisory_lock(hashtext(current_schema()), $1)", (int)number);
            hold.ExecuteNonQuery();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new SpoolUnavailableException($"Another relay is running as node {options.Node}. Stop it, or give this one a name of its own (`node:`).", e);
        }
        Schema.Execute(connection, "SET lock_timeout = 0");
    }

    private static long Begin(NpgsqlConnection connection, short number, PostgresOptions options)
    {
        using var transaction = connection.BeginTransaction();
        using var begin = Sql.Command(connection, "UPDATE node SET run = run + 1, lease_until = now() + $2 WHERE node_id = $1 RETURNING run", number, options.Lease);
        var run = (long)begin.ExecuteScalar()!;
        using var writers = Sql.Command(connection, """
            INSERT INTO writer (node_id, writer, run, batch, messages, bytes, last_id)
            SELECT $1, n::smallint, $2, 0, 0, 0, 0 FROM generate_series(0, $3) AS n ON CONFLICT (node_id, writer) DO UPDATE SET run = excluded.run
            """, number, run, options.Writers);
        writers.ExecuteNonQuery();
        transaction.Commit();
        return run;
    }

    // Content that was on its way in when an earlier run ended: no message refers to it, and none will.
    private static void Sweep(NpgsqlConnection connection, short number)
    {
        using var sweep = Sql.Command(connection, """
            DELETE FROM body b WHERE b.message_id IN (
                SELECT l.message_id FROM body l WHERE l.brand_id = '' AND l.chunk = 0 AND l.message_id % $2 = $1 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.message_id = l.message_id))
            """, (long)number, (long)Most);
        sweep.ExecuteNonQuery();
    }

    // The run ends first: from then on none of its batches can be committed.
    private bool Depose(short number, long run)
    {
        using var transaction = _connection.BeginTransaction();
        using var depose = Sql.Command(_connection, "UPDATE node SET run = run + 1 WHERE node_id = $1 AND run = $2 AND lease_until < now()", number, run);
        if (depose.ExecuteNonQuery() == 0)
            return false;
        using var fence = Sql.Command(_connection, "UPDATE writer SET run = $2 + 1 WHERE node_id = $1", number, run);
        fence.ExecuteNonQuery();
        transaction.Commit();
        return true;
    }

    // What its dispatcher had put off: nobody else knows when it may move.
    private static void TakeUp(NpgsqlConnection connection, short number, long lastRun)
    {
        using var takeUp = Sql.Command(connection, """
            UPDATE queue q SET put_off = 0 FROM (
                SELECT queue_id FROM queue WHERE put_off <> 0 AND put_off >= $1 AND put_off <= $2 ORDER BY queue_id FOR UPDATE) AS v
            WHERE q.queue_id = v.queue_id
            """, (long)number << RunBits, ((long)number << RunBits) + lastRun);
        takeUp.ExecuteNonQuery();
    }

    private static void Free(NpgsqlConnection connection, short number, long lastRun, long now)
    {
        TakeUp(connection, number, lastRun);
        while (true)
        {
            using var transaction = connection.BeginTransaction();
            var (queues, rows) = (new SortedSet<long>(), 0);
            using (var free = Sql.Command(connection, """
                UPDATE recipient r SET claim = 0, counted = 0, due = CASE r.state WHEN 2 THEN r.due ELSE $3 END FROM (
                    SELECT message_id, ordinal FROM recipient WHERE claim <> 0 AND claim >= $1 AND claim <= $2 LIMIT $4 FOR UPDATE SKIP LOCKED) AS v
                WHERE r.message_id = v.message_id AND r.ordinal = v.ordinal RETURNING r.queue_id
                """, (long)number << RunBits, ((long)number << RunBits) + lastRun, now, Slice))
            using (var freed = free.ExecuteReader())
                for (; freed.Read(); rows++)
                    queues.Add(freed.GetInt64(0));
            using var offer = Sql.Command(connection, """
                UPDATE queue q SET earliest_due = LEAST(q.earliest_due, $2) FROM (
                    SELECT queue_id FROM queue WHERE queue_id = ANY($1) ORDER BY queue_id FOR UPDATE) AS v
                WHERE q.queue_id = v.queue_id
                """, queues.ToArray(), now);
            offer.ExecuteNonQuery();
            transaction.Commit();
            if (rows < Slice)
                return;
        }
    }
}
