using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>A server that saw the tables empty plans as if they were, and reads all of them for each batch. Its own upkeep notices after a minute: too late when mail comes by the thousand a second.</summary>
internal static class Statistics
{
    /// <summary>Below so many recipients any plan will do.</summary>
    private const double Few = 2_000;

    public static void Refresh(NpgsqlConnection connection)
    {
        using (var compare = Sql.Command(connection, """
            SELECT (SELECT coalesce(sum(waiting), 0)::float8 FROM queue), (SELECT min(reltuples)::float8 FROM pg_class WHERE oid IN ('recipient'::regclass, 'message'::regclass))
            """))
        using (var row = compare.ExecuteReader())
        {
            row.Read();
            var (there, believed) = (row.GetDouble(0), row.GetDouble(1));
            if (there < Few || believed > there / 10)
                return;
        }
        Schema.Execute(connection, "ANALYZE message, recipient, queue, body");
    }
}
