using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Pipeline.Spool;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>Daily sums. A day is a number people can read in a database: 20261124.</summary>
internal static class Tallies
{
    public static async Task<ImmutableArray<Tally>> ReadAsync(NpgsqlConnection connection, DateOnly from, TallyKey? after, int limit, CancellationToken cancellation)
    {
        var key = after ?? new TallyKey(from, 0, ""); // scopes begin at 1: before the first of the day nothing can be
        await using var select = Sql.Command(connection, """
            SELECT day, scope, name, messages, recipients, refused FROM tally WHERE (day, scope, name) > ($1, $2, $3) ORDER BY day, scope, name LIMIT $4
            """, NumberOf(key.Day), (int)key.Scope, key.Name, limit);
        return await ReadAsync(select, cancellation).ConfigureAwait(false);
    }

    public static async Task<ImmutableArray<Tally>> HeaviestAsync(NpgsqlConnection connection, DateOnly day, TallyScope scope, int passed, int limit, CancellationToken cancellation)
    {
        await using var select = Sql.Command(connection, """
            SELECT day, scope, name, messages, recipients, refused FROM tally WHERE day = $1 AND scope = $2 ORDER BY recipients DESC, name LIMIT $3 OFFSET $4
            """, NumberOf(day), (int)scope, limit, passed);
        return await ReadAsync(select, cancellation).ConfigureAwait(false);
    }

    /// <summary>In the order of their keys, so that no two nodes wait for each other.</summary>
    public static NpgsqlCommand Save(Batch batch, Tally[] tallies)
    {
        var ordered = tallies.OrderBy(t => t.Key.Day).ThenBy(t => t.Key.Scope).ThenBy(t => t.Key.Name, StringComparer.Ordinal).ToList();
        T[] Each<T>(Func<Tally, T> of) => [.. ordered.Select(of)];
        return batch.Command("""
            INSERT INTO tally (day, scope, name, messages, recipients, refused) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
            ON CONFLICT (day, scope, name) DO UPDATE SET
                messages = GREATEST(tally.messages, excluded.messages), recipients = GREATEST(tally.recipients, excluded.recipients), refused = GREATEST(tally.refused, excluded.refused)
            """, Each(t => NumberOf(t.Key.Day)), Each(t => (int)t.Key.Scope), Each(t => t.Key.Name), Each(t => t.Messages), Each(t => t.Recipients), Each(t => t.Refused));
    }

    /// <summary>Those of one day and scope that have not grown since they were read. What another node is saving is passed over: nobody waits for anybody.</summary>
    public static NpgsqlCommand Forget(Batch batch, Tally[] light) => batch.Command("""
        WITH gone AS (
            SELECT t.name FROM tally t JOIN unnest($3, $4) AS v(name, recipients) ON t.name = v.name
            WHERE t.day = $1 AND t.scope = $2 AND t.recipients <= v.recipients FOR UPDATE OF t SKIP LOCKED)
        DELETE FROM tally t USING gone WHERE t.day = $1 AND t.scope = $2 AND t.name = gone.name
        """, NumberOf(light[0].Key.Day), (int)light[0].Key.Scope, light.Select(t => t.Key.Name).ToArray(), light.Select(t => t.Recipients).ToArray());

    public static NpgsqlCommand Forget(Batch batch, DateOnly before, int limit) => batch.Command(
        "DELETE FROM tally WHERE (day, scope, name) IN (SELECT day, scope, name FROM tally WHERE day < $1 LIMIT $2)", NumberOf(before), limit);

    private static async Task<ImmutableArray<Tally>> ReadAsync(NpgsqlCommand select, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<Tally>();
        await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            found.Add(new Tally(
                new TallyKey(DateOnly.ParseExact(rows.GetInt32(0).ToString(CultureInfo.InvariantCulture), "yyyyMMdd", CultureInfo.InvariantCulture), (TallyScope)rows.GetInt32(1), rows.GetString(2)),
                rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5)));
        return found.ToImmutable();
    }

    private static int NumberOf(DateOnly day) => (day.Year * 10_000) + (day.Month * 100) + day.Day;
}
