using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>A spool in a schema of its own.</summary>
public sealed class PostgresHouse(PostgresCluster cluster) : SpoolHouse
{
    private readonly string _schema = "t" + Guid.NewGuid().ToString("n");
    private PostgresSpool? _spool;

    public override ISpool Spool => _spool ?? throw new InvalidOperationException("The spool is closed.");

    public PostgresOptions Options => new() { Host = cluster.Host, Database = "postgres", Node = "relay1", Schema = _schema, AllowUnsafe = true, Company = TimeSpan.Zero, EventDays = EventDays, EventBytes = EventBytes };

    public override async Task OpenAsync()
    {
        await cluster.StartAsync();
        _spool = await PostgresSpool.OpenAsync(Options, Time, Log);
    }

    public override Task TidyAsync() => _spool!.TidyAsync();

    public override async Task CloseAsync()
    {
        if (_spool is { } spool)
            await spool.DisposeAsync();
        _spool = null;
    }

    public override async Task CrashAsync()
    {
        await _spool!.AbandonAsync();
        await OpenAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_spool is null)
            return; // skipped
        await CloseAsync();
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP SCHEMA {_schema} CASCADE", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
