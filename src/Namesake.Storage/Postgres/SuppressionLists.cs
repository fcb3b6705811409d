using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Suppression;
using Namesake.Storage.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>The brands' lists of recipients to whom nothing is sent.</summary>
internal static class SuppressionLists
{
    private const string Columns = "brand_id, address, since, until, origin, refusals, first_refusal, last_refusal, reply, rule, message_id, reason, given_by, changed";

    private const string Marks = "SELECT brand_id, address, since IS NOT NULL, changed FROM suppression";

    public static async Task<SuppressionEntry?> FindAsync(NpgsqlConnection connection, SuppressionKey key, CancellationToken cancellation) => (await ReadAsync(
        Sql.Command(connection, $"SELECT {Columns} FROM suppression WHERE brand_id = $1 AND address = $2", key.Brand.Value, key.Address), Read, cancellation).ConfigureAwait(false)).SingleOrDefault();

    public static Task<ImmutableArray<SuppressionEntry>> PageAsync(NpgsqlConnection connection, BrandId? brand, bool counted, SuppressionKey? after, int limit, CancellationToken cancellation)
    {
        var which = counted ? "" : "since IS NOT NULL AND ";
        return ReadAsync(
            brand is { } only
                ? Sql.Command(connection, $"SELECT {Columns} FROM suppression WHERE {which}brand_id = $1 AND address > $2 ORDER BY address LIMIT $3", only.Value, after?.Address ?? "", limit)
                : Sql.Command(connection, $"SELECT {Columns} FROM suppression WHERE {which}(brand_id, address) > ($1, $2) ORDER BY brand_id, address LIMIT $3", after?.Brand.Value ?? "", after?.Address ?? "", limit),
            Read, cancellation);
    }

    public static Task<ImmutableArray<SuppressionMark>> MarksAsync(NpgsqlConnection connection, SuppressionKey? after, int limit, CancellationToken cancellation) => ReadAsync(
        Sql.Command(connection, $"{Marks} WHERE (brand_id, address) > ($1, $2) ORDER BY brand_id, address LIMIT $3", after?.Brand.Value ?? "", after?.Address ?? "", limit), ReadMark, cancellation);

    public static Task<ImmutableArray<SuppressionMark>> ChangedAsync(NpgsqlConnection connection, DateTimeOffset from, SuppressionMark? after, int limit, CancellationToken cancellation) => ReadAsync(
        Sql.Command(connection, $"{Marks} WHERE (changed, brand_id, address) > ($1, $2, $3) ORDER BY changed, brand_id, address LIMIT $4",
            (after?.Changed ?? from).ToMicroseconds(), after?.Key.Brand.Value ?? "", after?.Key.Address ?? "", limit),
        ReadMark, cancellation);

    /// <summary>One of each key: a statement can't change a row twice. In the order of the keys, so that no two batches wait for each other.</summary>
    public static NpgsqlCommand Put(Batch batch, SuppressionEntry[] entries) => Values(batch.Command($"""
        INSERT INTO suppression ({Columns}, forgotten) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (brand_id, address) DO UPDATE SET
            since = excluded.since, until = excluded.until, origin = excluded.origin, refusals = excluded.refusals, first_refusal = excluded.first_refusal, last_refusal = excluded.last_refusal,
            reply = excluded.reply, rule = excluded.rule, message_id = excluded.message_id, reason = excluded.reason, given_by = excluded.given_by, changed = excluded.changed,
            forgotten = excluded.forgotten
        """), [.. entries.GroupBy(entry => entry.Key).Select(group => group.Last()).OrderBy(entry => entry.Key)]);

    public static NpgsqlCommand TryPut(Batch batch, SuppressionEntry entry, DateTimeOffset? seen) => seen is { } changed
        ? Values(batch.Command("""
            UPDATE suppression s SET since = v.since, until = v.until, origin = v.origin, refusals = v.refusals, first_refusal = v.first_refusal, last_refusal = v.last_refusal,
                reply = v.reply, rule = v.rule, message_id = v.message_id, reason = v.reason, given_by = v.given_by, changed = v.changed, forgotten = v.forgotten
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                AS v(brand_id, address, since, until, origin, refusals, first_refusal, last_refusal, reply, rule, message_id, reason, given_by, changed, forgotten)
            WHERE s.brand_id = v.brand_id AND s.address = v.address AND s.changed = $16
            """), [entry]).Add(NpgsqlDbType.Bigint, changed.ToMicroseconds())
        : Values(batch.Command($"""
            INSERT INTO suppression ({Columns}, forgotten) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING
            """), [entry]);

    public static NpgsqlCommand Remove(Batch batch, SuppressionKey[] keys) => batch.Command(
        "DELETE FROM suppression s USING unnest($1, $2) AS k(brand_id, address) WHERE s.brand_id = k.brand_id AND s.address = k.address",
        keys.Select(key => key.Brand.Value).ToArray(), keys.Select(key => key.Address).ToArray());

    public static NpgsqlCommand Forget(Batch batch, DateTimeOffset now, int limit) => batch.Command(
        "DELETE FROM suppression WHERE (brand_id, address) IN (SELECT brand_id, address FROM suppression WHERE forgotten <= $1 LIMIT $2) RETURNING brand_id, address", now.ToMicroseconds(), limit);

    public static SuppressionKey KeyOf(NpgsqlDataReader row) => new(new BrandId(row.GetString(0)), row.GetString(1));

    private static SuppressionEntry Read(NpgsqlDataReader row) => new(KeyOf(row))
    {
        Since = At(row, 2),
        Until = At(row, 3),
        Origin = (SuppressionOrigin)row.GetInt16(4),
        Refusals = row.GetInt32(5),
        FirstRefusal = At(row, 6),
        LastRefusal = At(row, 7),
        Reply = TextOrNull(row, 8),
        Rule = TextOrNull(row, 9),
        Message = row.IsDBNull(10) ? null : new MessageId(row.GetInt64(10)),
        Reason = TextOrNull(row, 11),
        By = TextOrNull(row, 12),
        Changed = Instants.FromMicroseconds(row.GetInt64(13)),
    };

    private static SuppressionMark ReadMark(NpgsqlDataReader row) => new(KeyOf(row), row.GetBoolean(2), Instants.FromMicroseconds(row.GetInt64(3)));

    private static DateTimeOffset? At(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Instants.FromMicroseconds(row.GetInt64(column));

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlCommand Values(NpgsqlCommand command, SuppressionEntry[] entries) => command
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, entries.Select(entry => entry.Key.Brand.Value).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, entries.Select(entry => entry.Key.Address).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, entries.Select(entry => entry.Since?.ToMicroseconds()).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, entries.Select(entry => entry.Until?.ToMicroseconds()).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Smallint, entries.Select(entry => (short)entry.Origin).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, entries.Select(entry => entry.Refusals).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, entries.Select(entry => entry.FirstRefusal?.ToMicroseconds()).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, entries.Select(entry => entry.LastRefusal?.ToMicroseconds()).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, entries.Select(entry => Sql.Storable(entry.Reply)).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, entries.Select(entry => entry.Rule).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, entries.Select(entry => entry.Message?.Value).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, entries.Select(entry => Sql.Storable(entry.Reason)).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, entries.Select(entry => Sql.Storable(entry.By)).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, entries.Select(entry => entry.Changed.ToMicroseconds()).ToArray())
        .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, entries.Select(entry => entry.ForgottenAt?.ToMicroseconds()).ToArray());

    private static async Task<ImmutableArray<T>> ReadAsync<T>(NpgsqlCommand select, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var _ = select;
        var found = ImmutableArray.CreateBuilder<T>();
        await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            found.Add(read(rows));
        return found.ToImmutable();
    }
}
