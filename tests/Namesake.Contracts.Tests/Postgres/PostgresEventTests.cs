using Microsoft.Extensions.Time.Testing;
using Namesake.Contracts.Tests.Spool;
using Namesake.Contracts.Tests.Sqlite;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Days of events as partitions: dropped whole, beside the mail.</summary>
public sealed class PostgresEventTests(PostgresCluster cluster) : IAsyncLifetime
{
    private readonly string _schema = "t" + Guid.NewGuid().ToString("n");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingLog _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await cluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await using var connection = await ConnectAsync();
        await using var drop = new NpgsqlCommand($"DROP SCHEMA IF EXISTS {_schema} CASCADE", connection);
        await drop.ExecuteNonQueryAsync(Cancellation);
    }

    [Fact]
    public async Task Events_of_today_stay_however_many_they_are_and_that_is_told()
    {
        await using var spool = await OpenAsync(eventBytes: 1);
        var yesterday = await DeliverAsync(spool);
        _time.Advance(TimeSpan.FromDays(1));
        var today = await DeliverAsync(spool);

        await spool.TidyAsync();

        Assert.Null(await spool.MessageAsync(yesterday, Cancellation));
        Assert.Single((await spool.MessageAsync(today, Cancellation))!.Events);
        Assert.Equal(new DateTimeOffset(2026, 8, 2, 0, 0, 0, TimeSpan.Zero), (await spool.TotalsAsync(Cancellation)).EventsFrom);
        Assert.Equal([658, 657, 659], _log.Told.Select(told => told.Event).Where(id => id is 657 or 658 or 659));
    }

    [Fact]
    public async Task A_backup_that_reads_the_events_delays_their_end_and_no_mail()
    {
        await using var spool = await OpenAsync(eventBytes: 1);
        var yesterday = await DeliverAsync(spool);
        _time.Advance(TimeSpan.FromDays(1));
        await DeliverAsync(spool);
        await using (var backup = await ConnectAsync())
        {
            await using var transaction = await backup.BeginTransactionAsync(Cancellation);
            await using var read = new NpgsqlCommand($"SELECT count(*) FROM {_schema}.event", backup, transaction);
            Assert.Equal(2L, await read.ExecuteScalarAsync(Cancellation));

            await spool.TidyAsync();

            Assert.Single((await spool.MessageAsync(yesterday, Cancellation))!.Events);
            Assert.Contains(_log.Told, told => told.Event == 660);
            Assert.Null((await spool.TotalsAsync(Cancellation)).EventsFrom);
            await DeliverAsync(spool);
        }

        await spool.TidyAsync();

        Assert.Null(await spool.MessageAsync(yesterday, Cancellation));
    }

    private Task<PostgresSpool> OpenAsync(long eventBytes) => PostgresSpool.OpenAsync(
        new PostgresOptions { Host = cluster.Host, Database = "postgres", Node = "relay1", Schema = _schema, AllowUnsafe = true, Company = TimeSpan.Zero, EventBytes = eventBytes, Lease = TimeSpan.FromDays(100) },
        _time, _log);

    private async Task<MessageId> DeliverAsync(PostgresSpool spool)
    {
        var consignment = await Mail.AcceptAsync(spool);
        await spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Delivered, "250")], SampleMail.Event(consignment, _time.GetUtcNow()), []));
        return consignment.Message;
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        return connection;
    }
}
