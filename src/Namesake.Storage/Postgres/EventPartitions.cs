using System.Globalization;
using Microsoft.Extensions.Logging;
using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>One partition of attempt events per UTC day, made before its first event comes, dropped whole when it is too old or all of them are too large.</summary>
internal sealed class EventPartitions(PostgresOptions options, TimeProvider time, ILogger log)
{
    private const string Prefix = "event_";
    private const string Alone = "SELECT pg_advisory_xact_lock(hashtext('namesake events'), hashtext(current_schema()))";

    // To remove the files of a day may take long; nobody waits for it but this connection.
    private const int DropSeconds = 600;

    private DateTimeOffset _ready = DateTimeOffset.MinValue;
    private readonly Lock _gate = new();

    private DateTimeOffset Today => new(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    public void Prepare(NpgsqlConnection connection)
    {
        var today = Today;
        lock (_gate)
        {
            if (_ready == today)
                return;
            using var transaction = connection.BeginTransaction();
            Schema.Execute(connection, Alone);
            for (var day = today; day <= today.AddDays(1); day = day.AddDays(1))
                Schema.Execute(connection,
                    $"CREATE TABLE IF NOT EXISTS {Name(day)} PARTITION OF event FOR VALUES FROM ({Text(day)}) TO ({Text(day.AddDays(1))})");
            transaction.Commit();
            _ready = today;
        }
    }

    /// <summary>Drops the days that are over their time, then the oldest while all of them are too large. Never today's: a table that is written to gives nothing back to the disk.</summary>
    public async Task TidyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var today = Today;
        var oldest = Name(EventDays.Oldest(options.EventDays, today));
        var found = await FindAsync(connection, cancellation).ConfigureAwait(false);
        var bytes = found.Sum(partition => partition.Bytes);
        foreach (var (name, size) in found.TakeWhile(partition => string.CompareOrdinal(partition.Name, Name(today)) < 0))
        {
            var isOld = string.CompareOrdinal(name, oldest) < 0;
            if (!isOld && (options.EventBytes == 0 || bytes <= options.EventBytes))
                return;
            if (!isOld)
                Log.EventsTooMany(log, bytes / 1_000_000, options.EventBytes / 1_000_000, name, options.EventDays);
            if (!await TryDropAsync(connection, name, early: !isOld, cancellation).ConfigureAwait(false))
                return;
            bytes -= size;
        }
        if (options.EventBytes > 0 && bytes > options.EventBytes)
            Log.EventsOfToday(log, bytes / 1_000_000, options.EventBytes / 1_000_000);
    }

    private async Task<bool> TryDropAsync(NpgsqlConnection connection, string name, bool early, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Who waits for the table has everybody who comes later behind it: never for long.
            await ExecuteAsync(connection, "SET LOCAL lock_timeout = '1s'", cancellation).ConfigureAwait(false);
            await ExecuteAsync(connection, Alone, cancellation).ConfigureAwait(false);
            if (early)
                await ExecuteAsync(connection,
                    $"INSERT INTO meta VALUES ('events_from', {Text(DayOf(name).AddDays(1))}) ON CONFLICT (name) DO UPDATE SET value = GREATEST(meta.value, excluded.value)", cancellation).ConfigureAwait(false);
            await ExecuteAsync(connection, $"DROP TABLE IF EXISTS {name}", cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            Log.EventsInUse(log, name);
            return false;
        }
        Log.EventsDropped(log, name);
        return true;
    }

    private static async Task<List<(string Name, long Bytes)>> FindAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var found = new List<(string, long)>();
        await using var find = Sql.Command(connection, """
            SELECT c.relname::text, coalesce(pg_total_relation_size(c.oid), 0)::bigint FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'event'::regclass AND c.relname ~ '^event_[0-9]{8}$' ORDER BY c.relname
            """);
        await using var rows = await find.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            found.Add((rows.GetString(0), rows.GetInt64(1)));
        return found;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = DropSeconds };
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private static string Name(DateTimeOffset day) => Prefix + day.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static DateTimeOffset DayOf(string name) =>
        DateTimeOffset.ParseExact(name.AsSpan(Prefix.Length), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static string Text(DateTimeOffset day) => day.ToMicroseconds().ToString(CultureInfo.InvariantCulture);
}
