using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Sources;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>The sources this process holds, on a connection of its own: neither mail nor the taking over of a dead node's may delay a renewal.</summary>
internal sealed class Leases(PostgresOptions options) : IAsyncDisposable
{
    private readonly Guid _holder = Guid.NewGuid();
    private readonly SemaphoreSlim _one = new(1);
    private readonly ConcurrentDictionary<string, long> _tokens = new(StringComparer.Ordinal);
    private NpgsqlConnection? _connection;

    // Seconds. Who waits longer for a renewal asks better on a new connection: a server that was cut off never answers on this one.
    private int Patience => Math.Max(1, (int)(options.Lease / 3).TotalSeconds);

    /// <summary>One statement takes what is free and renews what is ours; whose the rest is, is asked only when there is a rest.</summary>
    public async Task<LeaseAnswer> HoldAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation)
    {
        var ids = sources.Select(source => source.Value).ToArray();
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var connection = await OpenAsync(cancellation).ConfigureAwait(false);
            // In the order of their names: two nodes that want the same never wait for each other. A row that another has renewed meanwhile is looked at again as it is then.
            var leases = await ReadAsync(connection, """
                INSERT INTO source_lease AS l (source_id, node, holder, token, since, until)
                SELECT id, $2, $3, 1, now(), now() + $4 FROM unnest($1) AS id ORDER BY id
                ON CONFLICT (source_id) DO UPDATE SET node = excluded.node, holder = excluded.holder, until = excluded.until,
                    token = CASE WHEN l.holder = excluded.holder THEN l.token ELSE l.token + 1 END, since = CASE WHEN l.holder = excluded.holder THEN l.since ELSE excluded.since END
                WHERE l.holder = excluded.holder OR l.until <= now()
                RETURNING source_id, node, token, since, until
                """, true, cancellation, ids, options.Node, _holder, options.Lease).ConfigureAwait(false);
            foreach (var lease in leases)
                _tokens[lease.Source.Value] = lease.Token;
            if (leases.Count < ids.Length)
                leases.AddRange(await ReadAsync(connection, "SELECT source_id, node, token, since, until FROM source_lease WHERE source_id = ANY($1) AND holder <> $2",
                    false, cancellation, ids, _holder).ConfigureAwait(false));
            return new LeaseAnswer(options.Lease, [.. leases]);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The fencing token of each, as it was granted last; 0 for what was never ours.</summary>
    public long[] TokensOf(IEnumerable<string> sources) => [.. sources.Select(source => _tokens.GetValueOrDefault(source))];

    /// <summary>Nobody has to wait for what this process held. Where the server can't be reached it runs out by itself: no stop waits for that.</summary>
    public async Task GiveBackAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_connection is not { FullState: System.Data.ConnectionState.Open } open)
                return;
            await using var give = Sql.Command(open, "UPDATE source_lease SET until = now() WHERE holder = $1 AND until > now()", _holder);
            give.CommandTimeout = Patience;
            await give.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _one.Dispose();
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        if (_connection is { FullState: System.Data.ConnectionState.Open } open)
            return open;
        await CloseAsync().ConfigureAwait(false);
        var connection = new NpgsqlConnection(Connections.Settings(options, pooled: false));
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            return _connection = connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<List<SourceLease>> ReadAsync(NpgsqlConnection connection, string sql, bool ours, CancellationToken cancellation, params object[] values)
    {
        await using var command = Sql.Command(connection, sql, values);
        command.CommandTimeout = Patience;
        var leases = new List<SourceLease>();
        await using var rows = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            leases.Add(new SourceLease(new SourceId(rows.GetString(0)), rows.GetString(1), ours, rows.GetInt64(2), rows.GetFieldValue<DateTimeOffset>(3), rows.GetFieldValue<DateTimeOffset>(4)));
        return leases;
    }

    private async Task CloseAsync()
    {
        if (_connection is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }
}
