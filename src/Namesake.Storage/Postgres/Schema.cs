using System.Globalization;
using Namesake.Core.Pipeline.Spool;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>Brings the database to the tables this program knows. One process at a time, by an advisory lock; each script is one transaction.</summary>
internal static class Schema
{
    public const long Current = 7;

    public static void Prepare(NpgsqlConnection connection, PostgresOptions options)
    {
        CheckServer(connection, options);
        Execute(connection, $"SELECT pg_advisory_lock(hashtext('namesake schema'), hashtext('{options.Schema}'))");
        try
        {
            if (Scalar(connection, $"SELECT to_regnamespace('{options.Schema}') IS NOT NULL") is not true)
                Execute(connection, $"CREATE SCHEMA \"{options.Schema}\"");
            var found = Found(connection, options);
            RefuseNewer(connection, options, found);
            for (var version = found + 1; version <= Current; version++)
                Run(connection, version);
        }
        finally
        {
            Execute(connection, $"SELECT pg_advisory_unlock(hashtext('namesake schema'), hashtext('{options.Schema}'))");
        }
    }

    /// <summary>For looking only: refuses what isn't there, isn't up to date, or isn't ours.</summary>
    public static void Examine(NpgsqlConnection connection, PostgresOptions options)
    {
        if (Found(connection, options) is not (> 0 and var found))
            throw new SpoolUnavailableException($"There is no spool in {options.Place}.");
        if (found < Current)
            throw new SpoolUnavailableException($"The spool in {options.Place} has schema {found}, this program knows {Current}. Start the relay once to bring it up to date.");
        RefuseNewer(connection, options, found);
    }

    private static long Found(NpgsqlConnection connection, PostgresOptions options) =>
        Scalar(connection, $"SELECT to_regclass('\"{options.Schema}\".meta') IS NOT NULL") is true ? Meta(connection, "schema") : 0;

    private static void RefuseNewer(NpgsqlConnection connection, PostgresOptions options, long found)
    {
        if (found > Current && Meta(connection, "readable_by") > Current)
            throw new SpoolUnavailableException(
                $"The database's schema {options.Schema} has version {found}, this program knows {Current}: it was used by a newer version. Run that one, or give this one a schema of its own.");
    }

    private static void Run(NpgsqlConnection connection, long version)
    {
        var prefix = $".Schema.Postgres.{version.ToString("0000", CultureInfo.InvariantCulture)}_";
        var assembly = typeof(Schema).Assembly;
        using var script = new StreamReader(assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.Contains(prefix, StringComparison.Ordinal)))!);
        using var transaction = connection.BeginTransaction();
        Execute(connection, script.ReadToEnd());
        transaction.Commit();
    }

    // 250 promises that mail is on disk: a server that doesn't keep such promises must not be used by accident.
    private static void CheckServer(NpgsqlConnection connection, PostgresOptions options)
    {
        if ((string)Scalar(connection, "SHOW server_encoding")! != "UTF8")
            throw new SpoolUnavailableException("The database is not in UTF-8. Make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.");
        if (options.AllowUnsafe)
            return;
        foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes" })
            if ((string)Scalar(connection, "SHOW " + setting)! == "off")
                throw new SpoolUnavailableException($"The PostgreSQL server has {setting} = off: it would lose accepted mail in a power cut. Set it to on for the server, the database and the user.");
    }

    private static long Meta(NpgsqlConnection connection, string name) =>
        Scalar(connection, $"SELECT value FROM meta WHERE name = '{name}'") as long? ?? throw new SpoolUnavailableException($"The database's table meta has no {name}: these are not our tables. Name another schema.");

    public static object? Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public static int Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteNonQuery();
    }
}
