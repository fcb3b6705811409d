using System.Collections.Concurrent;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>Which row a queue's key is. Rows are made before any batch, in a transaction of their own: two nodes that make the same one never wait for each other's mail.</summary>
/// <remarks>What is remembered may be missing or out of date at any moment, so nothing is concluded from it: an id that isn't here is looked up, and one whose row is gone is noticed by the batch
/// that brings mail into it. What this node removes is forgotten at once, what others removed when the hour's tidying compares. An id never comes to mean another key.</remarks>
internal sealed class QueueKeys(NpgsqlDataSource source)
{
    private const int Slice = 5_000;

    private const string Make = """
        INSERT INTO queue (brand_id, source_id, domain, via, waiting) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING
        """;

    private const string Find = "SELECT queue_id, brand_id, source_id, domain, via FROM queue WHERE queue_id = ANY($1)";

    private const string Gone = "SELECT v.id FROM unnest($1) AS v(id) WHERE NOT EXISTS (SELECT 1 FROM queue q WHERE q.queue_id = v.id)";

    private readonly ConcurrentDictionary<QueueKey, long> _ids = [];
    private readonly ConcurrentDictionary<long, QueueKey> _keys = [];

    public int Count => Math.Max(_ids.Count, _keys.Count);

    public bool TryGet(QueueKey key, out long id) => _ids.TryGetValue(key, out id);

    public async ValueTask<long> OfAsync(QueueKey key)
    {
        if (_ids.TryGetValue(key, out var known))
            return known;
        await using var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
        object[] values = [key.Brand.Value, key.Source.Value, key.Domain.Value, key.Via ?? ""];
        while (true)
        {
            await using (var make = Sql.Command(connection, Make, values))
                await make.ExecuteNonQueryAsync().ConfigureAwait(false);
            await using var find = Sql.Command(connection, "SELECT queue_id FROM queue WHERE brand_id = $1 AND source_id = $2 AND domain = $3 AND via = $4", values);
            if (await find.ExecuteScalarAsync().ConfigureAwait(false) is not long id)
                continue; // it was there, and was forgotten as empty that moment
            Remember(id, key);
            return id;
        }
    }

    /// <returns>The keys of those that are there.</returns>
    public async Task<IReadOnlyDictionary<long, QueueKey>> LoadAsync(IEnumerable<long> ids, CancellationToken cancellation)
    {
        var (found, unknown) = Remembered(ids);
        if (unknown.Count == 0)
            return found;
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var select = Sql.Command(connection, Find, unknown.ToArray());
        await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            Remember(rows.GetInt64(0), found[rows.GetInt64(0)] = KeyAt(rows, 1));
        return found;
    }

    /// <summary>The same on a writer's connection, inside its transaction.</summary>
    public IReadOnlyDictionary<long, QueueKey> Load(NpgsqlConnection connection, IEnumerable<long> ids)
    {
        var (found, unknown) = Remembered(ids);
        if (unknown.Count == 0)
            return found;
        using var select = Sql.Command(connection, Find, unknown.ToArray());
        using var rows = select.ExecuteReader();
        while (rows.Read())
            Remember(rows.GetInt64(0), found[rows.GetInt64(0)] = KeyAt(rows, 1));
        return found;
    }

    /// <summary>The rows with these ids are gone; their keys may have new ones already, which stay.</summary>
    public void Forget(IEnumerable<long> gone)
    {
        foreach (var id in gone)
            if (_keys.TryRemove(id, out var key))
                _ids.TryRemove(new KeyValuePair<QueueKey, long>(key, id));
    }

    /// <summary>Forgets what other nodes have removed.</summary>
    public async Task CompareAsync(CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        foreach (var slice in _keys.Keys.Chunk(Slice))
        {
            var gone = new List<long>();
            await using var select = Sql.Command(connection, Gone, slice);
            await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
                gone.Add(rows.GetInt64(0));
            Forget(gone);
        }
    }

    public static QueueKey KeyAt(NpgsqlDataReader row, int at) => new(
        new BrandId(row.GetString(at)), new SourceId(row.GetString(at + 1)), DomainName.Parse(row.GetString(at + 2)), row.GetString(at + 3) is { Length: > 0 } via ? via : null);

    private (Dictionary<long, QueueKey> Found, HashSet<long> Unknown) Remembered(IEnumerable<long> ids)
    {
        var (found, unknown) = (new Dictionary<long, QueueKey>(), new HashSet<long>());
        foreach (var id in ids)
            if (_keys.TryGetValue(id, out var key))
                found[id] = key;
            else
                unknown.Add(id);
        return (found, unknown);
    }

    // In this order: who forgets the id in between leaves at most its key behind, never an id that nobody could forget.
    private void Remember(long id, QueueKey key)
    {
        _ids[key] = id;
        _keys[id] = key;
    }
}
