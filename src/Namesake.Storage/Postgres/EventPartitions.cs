using System.Globalization;
using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>One partition of attempt events per UTC day, made before its first event comes, dropped whole when it is too old.</summary>
internal sealed class EventPartitions(string schema, int days, TimeProvider time)
{
    private const string Prefix = "event_";
    private DateTimeOffset _ready = DateTimeOffset.MinValue;
    private readonly Lock _gate = new();

    public void Prepare(NpgsqlConnection connection)
    {
        var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        lock (_gate)
        {
            if (_ready == today)
                return;
            using var transaction = connection.BeginTransaction();
            Schema.Execute(connection, "SELECT pg_advisory_xact_lock(hashtext('namesake events'), hashtext(current_schema()))");
            for (var day = today; day <= today.AddDays(1); day = day.AddDays(1))
                Schema.Execute(connection,
                    $"CREATE TABLE IF NOT EXISTS {Name(day)} PARTITION OF event FOR VALUES FROM ({Text(day)}) TO ({Text(day.AddDays(1))})");
            foreach (var name in TooOld(connection, today))
                Schema.Execute(connection, $"DROP TABLE {name}");
            transaction.Commit();
            _ready = today;
        }
    }

    private List<string> TooOld(NpgsqlConnection connection, DateTimeOffset today)
    {
        var names = new List<string>();
        using var find = Sql.Command(connection, "SELECT tablename::text FROM pg_tables WHERE schemaname = $1 AND tablename ~ '^event_[0-9]{8}$' AND tablename < $2",
            schema, Name(today.AddDays(1 - days)));
        using var rows = find.ExecuteReader();
        while (rows.Read())
            names.Add(rows.GetString(0));
        return names;
    }

    private static string Name(DateTimeOffset day) => Prefix + day.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset day) => day.ToMicroseconds().ToString(CultureInfo.InvariantCulture);
}
