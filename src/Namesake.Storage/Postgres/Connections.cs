using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>How the server is reached, and what each connection is set to.</summary>
internal static class Connections
{
    /// <summary>One of its own, outside the pool.</summary>
    public static NpgsqlConnection Open(PostgresOptions options)
    {
        var connection = new NpgsqlConnection(Settings(options, pooled: false));
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Plans are made once and must not be surprised by tables that were empty then: only indexes, only nested loops.
    // A peer that vanished without a word is noticed by both ends within half a minute.
    public static string Settings(PostgresOptions options, bool pooled)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = options.Host,
            Port = options.Port,
            Database = options.Database,
            Username = options.User,
            Password = options.Password,
            SslMode = options.Host.StartsWith('/') || options.Tls == PostgresTls.Off ? SslMode.Disable : options.Tls == PostgresTls.Require ? SslMode.Require : SslMode.VerifyFull,
            RootCertificate = options.AuthorityFile,
            Pooling = pooled,
            MaxPoolSize = options.Readers,
            SearchPath = options.Schema,
            ApplicationName = $"namesake {options.Node}",
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            Enlist = false,
            KeepAlive = pooled ? 0 : 10,
            CommandTimeout = 30,
            Options = "-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
        };
        return settings.ConnectionString;
    }
}
