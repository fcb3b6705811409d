using System.Collections.Immutable;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;
using Namesake.Storage.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>What was seen of sources.</summary>
internal static class Histories
{
    private const string Columns = "source_id, kind, subject, value, before, at, origin, vantage";

    public static Task<ImmutableArray<Observation>> PresentAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        ReadAsync(Sql.Command(connection, $"SELECT {Columns}, 0::bigint FROM observed ORDER BY source_id, kind"), cancellation);

    public static Task<ImmutableArray<Observation>> ChangesAsync(NpgsqlConnection connection, SourceId source, ObservationKind? kind, long? before, int limit, CancellationToken cancellation) => ReadAsync(
        kind is { } only
            ? Sql.Command(connection, $"SELECT {Columns}, change_id FROM observed_change WHERE source_id = $1 AND change_id < $2 AND kind = $4 ORDER BY change_id DESC LIMIT $3",
                source.Value, before ?? long.MaxValue, limit, (short)only)
            : Sql.Command(connection, $"SELECT {Columns}, change_id FROM observed_change WHERE source_id = $1 AND change_id < $2 ORDER BY change_id DESC LIMIT $3", source.Value, before ?? long.MaxValue, limit),
        cancellation);

    public static Task<ImmutableArray<Observation>> NamesAsync(NpgsqlConnection connection, string address, string name, DateTimeOffset from, int limit, CancellationToken cancellation) => ReadAsync(
        Sql.Command(connection, $"""
            SELECT * FROM (SELECT {Columns}, change_id FROM observed_change WHERE kind = 4 AND (subject = $1 OR before = $2) AND at >= $3 ORDER BY change_id DESC LIMIT $4) AS newest ORDER BY change_id
            """, address, name, from.ToMicroseconds(), limit),
        cancellation);

    public static NpgsqlCommand Record(Batch batch, Observation[] observations) => Values(batch.Command($"""
        INSERT INTO observed_change ({Columns})
        SELECT source_id, kind, subject, value, before, at, origin, vantage FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) WITH ORDINALITY
            AS v({Columns}, place) ORDER BY place
        """), observations);

    /// <summary>One of each source and kind: a statement can't change a row twice.</summary>
    public static NpgsqlCommand Stand(Batch batch, Observation[] observations) => Values(batch.Command($"""
        INSERT INTO observed ({Columns}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (source_id, kind) DO UPDATE SET
            subject = excluded.subject, value = excluded.value, before = excluded.before, at = excluded.at, origin = excluded.origin, vantage = excluded.vantage
        """), [.. observations.GroupBy(observation => (observation.Source.Value, observation.Kind)).Select(group => group.Last()).OrderBy(observation => observation.Source.Value, StringComparer.Ordinal).ThenBy(observation => observation.Kind)]);

    public static NpgsqlCommand Bound(Batch batch, Observation[] observations, int most)
    {
        var keys = observations.Select(observation => (observation.Source.Value, observation.Kind)).Distinct().ToList();
        return batch.Command("""
            DELETE FROM observed_change WHERE change_id IN (
                SELECT c.change_id FROM unnest($1, $2) AS k(source_id, kind)
                CROSS JOIN LATERAL (SELECT change_id FROM observed_change o WHERE o.source_id = k.source_id AND o.kind = k.kind ORDER BY change_id DESC OFFSET $3) AS c)
            """, keys.Select(key => key.Value).ToArray(), keys.Select(key => (short)key.Kind).ToArray(), (long)most);
    }

    public static NpgsqlCommand ForgetChanges(Batch batch, DateTimeOffset before, int limit) => batch.Command(
        "DELETE FROM observed_change WHERE change_id IN (SELECT change_id FROM observed_change WHERE at < $1 LIMIT $2)", before.ToMicroseconds(), limit);

    public static NpgsqlCommand Forget(Batch batch, SourceId source) => batch.Command(
        "WITH present AS (DELETE FROM observed WHERE source_id = $1) DELETE FROM observed_change WHERE source_id = $1", source.Value);

    private static NpgsqlCommand Values(NpgsqlCommand command, Observation[] observations)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = observations.Select(observation => observation.Source.Value).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = observations.Select(observation => (short)observation.Kind).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = observations.Select(observation => Sql.Storable(observation.Subject)!).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = observations.Select(observation => Sql.Storable(observation.Value)!).ToArray() });
        command.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, observations.Select(observation => Sql.Storable(observation.Before)).ToArray());
        command.Parameters.Add(new NpgsqlParameter { Value = observations.Select(observation => observation.At.ToMicroseconds()).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = observations.Select(observation => Sql.Storable(observation.Origin)!).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = observations.Select(observation => observation.Vantage).ToArray() });
        return command;
    }

    private static async Task<ImmutableArray<Observation>> ReadAsync(NpgsqlCommand select, CancellationToken cancellation)
    {
        await using var _ = select;
        var found = ImmutableArray.CreateBuilder<Observation>();
        await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            found.Add(new Observation(new SourceId(rows.GetString(0)), (ObservationKind)rows.GetInt16(1), rows.GetString(2), rows.GetString(3), rows.IsDBNull(4) ? null : rows.GetString(4),
                Instants.FromMicroseconds(rows.GetInt64(5)), rows.GetString(6), rows.GetString(7), rows.GetInt64(8)));
        return found.ToImmutable();
    }
}
