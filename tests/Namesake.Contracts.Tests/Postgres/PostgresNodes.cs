using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Nodes on one database, in a schema of the test's own.</summary>
public abstract class PostgresNodes(PostgresCluster cluster) : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly string _schema = "t" + Guid.NewGuid().ToString("n");
    private readonly List<PostgresSpool> _opened = [];

    protected PostgresCluster Cluster => cluster;
    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    protected DateTimeOffset Now => Time.GetUtcNow();
    private protected RecordingLog Log { get; } = new();
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => await cluster.StartAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var spool in _opened)
            await spool.DisposeAsync();
        if (_opened.Count > 0) // else it was skipped
            await RunAsync($"DROP SCHEMA {_schema} CASCADE");
        GC.SuppressFinalize(this);
    }

    protected PostgresOptions Options(string node) => new() { Host = cluster.Host, Database = "postgres", Node = node, Schema = _schema, AllowUnsafe = true, Company = TimeSpan.Zero, Lease = TimeSpan.FromMinutes(10) };

    /// <summary>A node that ends with the test.</summary>
    protected async Task<PostgresSpool> OpenAsync(PostgresOptions options, TimeProvider? time = null)
    {
        var spool = await PostgresSpool.OpenAsync(options, time ?? Time, Log);
        _opened.Add(spool);
        return spool;
    }

    protected static Task<ImmutableArray<Consignment>> DeliverAsync(PostgresSpool spool, Consignment consignment) =>
        spool.SettleAsync(new Settlement(consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Delivered, "250 ok"))], null, []));

    protected async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false;Search Path={_schema}");
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    protected async Task<object?> RunAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        return await RunAsync(connection, sql);
    }

    protected static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    protected static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await isTrue())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }
}
