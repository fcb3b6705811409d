using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Nodes that want the same rows at once.</summary>
public sealed class PostgresLockTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const int BegunAnew = 663;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly string _schema = "t" + Guid.NewGuid().ToString("n");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingLog _log = new();
    private PostgresSpool _first = null!;
    private PostgresSpool _second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await cluster.StartAsync();
        _first = await OpenAsync("relay1");
        _second = await OpenAsync("relay2");
    }

    public async ValueTask DisposeAsync()
    {
        if (_first is null)
            return; // skipped
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await using var connection = await ConnectAsync();
        await RunAsync(connection, $"DROP SCHEMA {_schema} CASCADE");
    }

    [Theory]
    [InlineData("put off")]
    [InlineData("kept back")]
    [InlineData("forgotten")]
    public async Task A_batch_that_waits_for_a_queue_has_locked_none_behind_it(string what)
    {
        var mail = new List<Consignment>();
        for (var i = 0; i < 3; i++)
            mail.AddRange(await AcceptAsync(_first, [i], claimed: what == "forgotten" && i == 2));
        var (queues, last) = (mail.ConvertAll(consignment => consignment.Queue), mail[2]);
        if (last.Claimed)
            await DeliverAsync(_first, last);
        await using var one = await ConnectAsync();
        await using var two = await ConnectAsync();
        await LockAsync(one, queues[0]);
        await LockAsync(two, queues[1]);

        // While the first waits, the others come together into the next batch.
        var before = _first.RetryAsync(queues[0], Now, 10);
        await UntilAsync(() => HasWaitersAsync(one));
        Task[] batch =
        [
            what switch
            {
                "put off" => _first.PutOffAsync([queues[2]]),
                "kept back" => _first.HoldAsync(queues[2], [new RecipientId(last.Message, last.Recipients[0].Ordinal)], new MailHold(new HoldId(7), "asked", "ann", Now, null)),
                _ => _first.TidyAsync(),
            },
            _first.ClaimAsync([queues[1]], Now, 10, (_, _) => Now.AddHours(1)),
        ];
        await RunAsync(one, "ROLLBACK");
        await before;
        await UntilAsync(() => HasWaitersAsync(two));

        await RunAsync(two, $"SELECT queue_id FROM queue WHERE queue_id = {queues[2].Value} FOR UPDATE NOWAIT");

        await RunAsync(two, "ROLLBACK");
        await Task.WhenAll(batch);
        Assert.DoesNotContain(_log.Told, told => told.Event == BegunAnew);
    }

    [Fact]
    public async Task A_batch_that_the_server_undid_to_end_a_deadlock_is_begun_anew_and_its_caller_does_not_notice()
    {
        var queues = new List<QueueId>();
        for (var i = 0; i < 3; i++)
            queues.Add((await AcceptAsync(_first, [i], claimed: false))[0].Queue);
        await using var one = await ConnectAsync();
        await using var two = await ConnectAsync();
        await using var watch = await ConnectAsync();
        await LockAsync(one, queues[1]);
        await RunAsync(two, "SET deadlock_timeout = '1h'"); // so that the server looks when the node begins to wait, and the node's transaction is the one undone
        await LockAsync(two, queues[2]);

        var putOff = _first.PutOffAsync([.. queues]);
        await UntilAsync(() => HasWaitersAsync(one));
        var third = RunAsync(two, $"SELECT queue_id FROM queue WHERE queue_id = {queues[0].Value} FOR UPDATE");
        await UntilAsync(async () => (bool)(await RunAsync(watch, $"SELECT cardinality(pg_blocking_pids({two.ProcessID})) > 0"))!);
        await RunAsync(one, "ROLLBACK");
        await third.WaitAsync(Patience, TimeProvider.System, Cancellation);
        await RunAsync(two, "ROLLBACK");

        await putOff.WaitAsync(Patience, TimeProvider.System, Cancellation);
        Assert.Contains("40P01", Assert.Single(_log.Told, told => told.Event == BegunAnew).Text, StringComparison.Ordinal);
        Assert.Empty(await _second.DueQueuesAsync(Now.AddDays(1), default, 10));
    }

    [Fact]
    public async Task Two_nodes_that_do_everything_to_the_same_queues_never_stop_each_other()
    {
        const int Queues = 12;
        var seen = (await AcceptAsync(_first, [.. Enumerable.Range(0, Queues)], claimed: false)).Select(consignment => consignment.Queue).ToArray();

        await Task.WhenAll(new[] { _first, _second }.SelectMany(spool => Enumerable.Range(0, 6).Select(worker => Task.Run(() => WorkAsync(spool, worker)))));

        Assert.DoesNotContain(_log.Told, told => told.Event == BegunAnew);
        Assert.Empty((await PostgresCheck.RunAsync(Options("relay1"), repair: false, _time, Cancellation)).Findings);

        async Task WorkAsync(PostgresSpool spool, int worker)
        {
            var random = new Random((worker * 2) + (spool == _first ? 1 : 0));
            for (var round = 0; round < 40; round++)
            {
                var some = seen.ToArray();
                random.Shuffle(some);
                var chosen = some.Take(random.Next(2, Queues)).ToImmutableArray();
                switch (random.Next(6))
                {
                    case 0:
                        await spool.PutOffAsync(chosen);
                        break;
                    case 1:
                        await spool.TakeUpAsync(chosen);
                        break;
                    case 2:
                        await spool.RetryAsync(chosen[0], Now, 10);
                        break;
                    case 3:
                        foreach (var claimed in await spool.ClaimAsync(chosen, Now, 2, (_, _) => Now.AddHours(1)))
                            await DeliverAsync(spool, claimed);
                        break;
                    default:
                        await AcceptAsync(spool, [.. Enumerable.Range(0, Queues).OrderBy(_ => random.Next()).Take(random.Next(1, Queues))], claimed: false);
                        break;
                }
            }
        }
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private PostgresOptions Options(string node) => new() { Host = cluster.Host, Database = "postgres", Node = node, Schema = _schema, AllowUnsafe = true, Company = TimeSpan.Zero, Lease = TimeSpan.FromMinutes(10) };

    private Task<PostgresSpool> OpenAsync(string node) => PostgresSpool.OpenAsync(Options(node), _time, _log);

    /// <summary>One message with a recipient for each of these queues, due later.</summary>
    private async Task<ImmutableArray<Consignment>> AcceptAsync(PostgresSpool spool, int[] domains, bool claimed)
    {
        QueueKey Key(int domain) => new(new BrandId("acme"), new SourceId("acme-v4"), DomainName.Parse($"d{domain}.example"));
        var mail = SampleMail.New(spool.NextId(), Key(0), claimed, Now, Now.AddDays(5), "Subject: hello\r\n\r\nHello.\r\n"u8.ToArray(), domains.Length);
        return await spool.AcceptAsync(mail with { Consignments = [.. domains.Select((domain, i) => new NewConsignment(Key(domain), [i], claimed, Now.AddMinutes(5)))] });
    }

    private static Task<ImmutableArray<Consignment>> DeliverAsync(PostgresSpool spool, Consignment consignment) =>
        spool.SettleAsync(new Settlement(consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Delivered, "250 ok"))], null, []));

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false;Search Path={_schema}");
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    private static async Task LockAsync(NpgsqlConnection connection, QueueId queue)
    {
        await RunAsync(connection, "BEGIN");
        await RunAsync(connection, $"SELECT queue_id FROM queue WHERE queue_id = {queue.Value} FOR UPDATE");
    }

    private static async Task<bool> HasWaitersAsync(NpgsqlConnection holder) =>
        (bool)(await RunAsync(holder, "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"))!;

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await isTrue())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }
}
