using System.Collections.Concurrent;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>Which row a queue's key is. Rows are made before any batch, in a transaction of their own: two nodes that make the same one never wait for each other's mail.</summary>
internal sealed class QueueKeys(NpgsqlDataSource source)
{
    private const string Make = """
        INSERT INTO queue (brand_id, source_id, domain, via, waiting) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING
        """;

    private readonly ConcurrentDictionary<QueueKey, long> _ids = [];
    private readonly ConcurrentDictionary<long, QueueKey> _keys = [];

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

    public async ValueTask LoadAsync(IEnumerable<long> ids, CancellationToken cancellation)
    {
        var unknown = ids.Where(id => !_keys.ContainsKey(id)).Distinct().ToArray();
        if (unknown.Length == 0)
            return;
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var select = Sql.Command(connection, "SELECT queue_id, brand_id, source_id, domain, via FROM queue WHERE queue_id = ANY($1)", unknown);
        await using var reader = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            Remember(reader.GetInt64(0), KeyAt(reader, 1));
    }

    public QueueKey KeyOf(long id) => _keys.TryGetValue(id, out var key) ? key : throw new InvalidDataException($"Recipients refer to queue {id}, which isn't there.");

    /// <summary>Their rows are gone.</summary>
    public void Forget(IEnumerable<QueueKey> keys)
    {
        foreach (var key in keys)
            if (_ids.TryRemove(key, out var id))
                _keys.TryRemove(id, out _);
    }

    public bool Knows(long id) => _keys.ContainsKey(id);

    public static QueueKey KeyAt(NpgsqlDataReader row, int at) => new(
        new BrandId(row.GetString(at)), new SourceId(row.GetString(at + 1)), DomainName.Parse(row.GetString(at + 2)), row.GetString(at + 3) is { Length: > 0 } via ? via : null);

    private void Remember(long id, QueueKey key)
    {
        _keys[id] = key;
        _ids[key] = id;
    }
}
