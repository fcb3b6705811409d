using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>What the relay asks every minute about a suspended site must not grow with what waits for it: asked of the server's own counters of rows, never of a clock.</summary>
public sealed class PostgresSweepTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const int Queues = 20;
    private const int Messages = 20_000;
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow();
    private readonly string _schema = "t" + Guid.NewGuid().ToString("n");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PostgresOptions Options => new() { Host = cluster.Host, Database = "postgres", Node = _schema, Schema = _schema, AllowUnsafe = true };

    public async ValueTask InitializeAsync() => await cluster.StartAsync();

    public async ValueTask DisposeAsync() => await SqlAsync($"DROP SCHEMA IF EXISTS {_schema} CASCADE");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mail_that_may_not_move_and_has_time_left_costs_a_sweep_nothing(bool isPlannedForFew)
    {
        await RowsAsync(_ => Task.CompletedTask);
        await FillAsync(isPlannedForFew);
        var alone = await RowsAsync(_ => Task.CompletedTask);

        var swept = await RowsAsync(async spool =>
        {
            var young = Start.AddHours(-4);
            for (var minute = 0; minute < 5; minute++)
            {
                Assert.Empty(await spool.WithMovableAsync([.. Enumerable.Range(1, Queues).Select(id => (new QueueId(id), (DateTimeOffset?)young))]));
                for (var id = 1; id <= Queues; id++)
                    Assert.Equal(0, await spool.MoveWaitingAsync(new QueueId(id), new SourceId("acme-v6"), young, 500));
                Assert.Empty(await spool.ClaimExpiredAsync(Start.AddDays(1), 200));
            }
        });

        Assert.InRange(swept, 0, alone + 200);
    }

    [Fact]
    public async Task What_may_move_is_found_among_thousands_that_may_not()
    {
        await RowsAsync(_ => Task.CompletedTask);
        await FillAsync(isPlannedForFew: false);
        await SqlAsync($"UPDATE {_schema}.recipient SET attempts = 0 WHERE queue_id = 7 AND (message_id - {MessageId.At(Start).Value}) % 1000 = 6");
        var alone = await RowsAsync(_ => Task.CompletedTask);

        var moved = await RowsAsync(async spool =>
        {
            Assert.Equal([new QueueId(7)], await spool.WithMovableAsync([.. Enumerable.Range(1, Queues).Select(id => (new QueueId(id), (DateTimeOffset?)null))]));
            Assert.Equal(20, await spool.MoveWaitingAsync(new QueueId(7), new SourceId("acme-v6"), null, 500));
        });

        Assert.InRange(moved, alone, alone + 500);
    }

    [Fact]
    public async Task Right_after_a_mass_hold_what_one_queue_holds_is_counted_from_its_own_rows()
    {
        await RowsAsync(_ => Task.CompletedTask);
        await FillAsync(isPlannedForFew: false);
        await SqlAsync($"""
            SET search_path = {_schema};
            INSERT INTO hold (hold_id, reason, given_by, since) VALUES (7, 'stolen', 'ann', 1);
            UPDATE recipient SET state = 2, hold_id = 7;
            UPDATE queue SET held = {Messages / Queues};
            """);
        var alone = await RowsAsync(_ => Task.CompletedTask);

        var counted = await RowsAsync(async spool =>
            Assert.Equal(Messages / Queues, Assert.Single(await spool.HoldsAsync(new SpoolFilter(new BrandId("acme"), new SourceId("acme-v4"), DomainName.Parse("d7.example")), Cancellation)).Recipients));

        Assert.InRange(counted, Messages / Queues, alone + (Messages / Queues) + 200);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hold_that_has_ended_is_found_by_one_look_however_much_it_holds(bool isPlannedForFew)
    {
        await RowsAsync(_ => Task.CompletedTask);
        await FillAsync(isPlannedForFew);
        await SqlAsync($"SET search_path = {_schema}; INSERT INTO hold VALUES (7, 'stolen', 'ann', 1, 2), (8, 'stolen', 'ann', 1, NULL); UPDATE recipient SET state = 2, hold_id = 7 + message_id % 2; UPDATE queue SET held = waiting");
        var alone = await RowsAsync(_ => Task.CompletedTask);

        var looked = await RowsAsync(async spool => Assert.Equal(7, Assert.Single(await spool.EndedHoldsAsync(Start, Cancellation)).Id.Value));

        Assert.InRange(looked, 0, alone + 200);
    }

    // Rows of recipients that the server read for one run of a node, in whatever way.
    private async Task<long> RowsAsync(Func<PostgresSpool, Task> work)
    {
        var before = await CountedAsync();
        await using (var spool = await PostgresSpool.OpenAsync(Options, TimeProvider.System))
            await work(spool);
        // A backend says what it counted before it is gone.
        while (await SqlAsync($"SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%{_schema}%'") is not 0L)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        return await CountedAsync() - before;
    }

    private async Task<long> CountedAsync() => await SqlAsync($"""
        SELECT coalesce((SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE schemaname = '{_schema}' AND relname = 'recipient'), 0)::bigint
            + coalesce((SELECT sum(greatest(idx_tup_read, idx_tup_fetch)) FROM pg_stat_user_indexes WHERE schemaname = '{_schema}' AND relname = 'recipient'), 0)::bigint
        """) is long rows ? rows : 0;

    private async Task FillAsync(bool isPlannedForFew)
    {
        var first = MessageId.At(Start).Value;
        await SqlAsync($"""
            SET search_path = {_schema};
            INSERT INTO queue (queue_id, brand_id, source_id, domain, via, waiting, earliest_due)
                SELECT q, 'acme', 'acme-v4', 'd' || q || '.example', '', {Messages / Queues}, {first} FROM generate_series(1, {Queues}) AS q;
            INSERT INTO message SELECT {first} + i, 'acme', 'ann@acme.example', false, false, false, NULL, NULL, 3, '10.0.0.9', 'ann', 1 FROM generate_series(0, {Messages - 1}) AS i;
            INSERT INTO recipient (message_id, ordinal, brand_id, queue_id, address, state, claim, counted, due, expires, attempts, delay_told)
                SELECT {first} + i, 0, 'acme', 1 + i % {Queues}, 'bob@d' || (1 + i % {Queues}) || '.example', 0, 0, 0, {first} + i, {first} + i + 432000000000, 1, false
                FROM generate_series(0, {Messages - 1}) AS i;
            {(isPlannedForFew ? "" : "ANALYZE recipient, message, queue")}
            """);
    }

    private async Task<object?> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
