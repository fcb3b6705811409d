using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>States by name, which all nodes read: identities and freezes. What is forgotten stays as an empty state until every node has heard of it.</summary>
internal static class States
{
    private const int Page = 1_000;

    /// <summary>Who has not asked for half so long reads everything.</summary>
    private static readonly TimeSpan KeptEmpty = TimeSpan.FromDays(1);

    /// <summary>A change is stamped before it is committed, and batches are short.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    private const string Now = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    public static NpgsqlCommand Save(Batch batch, string table, string name, string? state) => state is null
        ? batch.Command($"UPDATE {table} SET state = '', changed = {Now} WHERE name = $1", name)
        : batch.Command($"INSERT INTO {table} VALUES ($1, $2, {Now}) ON CONFLICT (name) DO UPDATE SET state = excluded.state, changed = excluded.changed", name, state);

    public static NpgsqlCommand Tidy(Batch batch, string table) => batch.Command(
        $"DELETE FROM {table} WHERE state = '' AND changed < {Now} - $1", (long)KeptEmpty.TotalMicroseconds);

    public static async Task<ImmutableDictionary<string, string>> AllAsync(NpgsqlConnection connection, string table, CancellationToken cancellation)
    {
        var states = ImmutableDictionary.CreateBuilder<string, string>();
        await using var select = Sql.Command(connection, $"SELECT name, state FROM {table} WHERE state <> ''");
        await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            states[rows.GetString(0)] = rows.GetString(1);
        return states.ToImmutable();
    }

    /// <summary>In pages, so that no answer is larger than one.</summary>
    public static async Task<StateChanges> ChangedAsync(NpgsqlConnection connection, string table, string prefix, DateTimeOffset? since, CancellationToken cancellation)
    {
        long now;
        await using (var ask = Sql.Command(connection, $"SELECT {Now}"))
            now = (long)(await ask.ExecuteScalarAsync(cancellation).ConfigureAwait(false))!;
        var isAll = since is not { } before || Instants.FromMicroseconds(now) - before > KeptEmpty / 2;
        var states = ImmutableDictionary.CreateBuilder<string, string?>();
        for (var (changed, name, more) = (isAll ? long.MinValue : (since!.Value - Overlap).ToMicroseconds(), "", true); more;)
        {
            await using var select = Sql.Command(connection, $"""
                SELECT name, state, changed FROM {table} WHERE (changed, name) > ($1, $2) AND starts_with(name, $3) AND (state <> '' OR NOT $4) ORDER BY changed, name LIMIT $5
                """, changed, name, prefix, isAll, Page);
            await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var read = 0;
            for (; await rows.ReadAsync(cancellation).ConfigureAwait(false); read++)
            {
                (name, changed) = (rows.GetString(0), rows.GetInt64(2));
                states[name] = rows.GetString(1) is { Length: > 0 } state ? state : null;
            }

            more = read == Page;
        }

        return new StateChanges(states.ToImmutable(), Instants.FromMicroseconds(now), isAll);
    }
}
