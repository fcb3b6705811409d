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

/// <summary>Queues that come and go while nodes remember which they are.</summary>
public sealed class PostgresQueueTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const int OperationFailed = 652;
    private const int QueueGone = 664;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly string _schema = "t" + Guid.NewGuid().ToString("n");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingLog _log = new();
    private PostgresSpool _first = null!;
    private PostgresSpool _second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _time.GetUtcNow();

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

    [Fact]
    public async Task Mail_of_a_busy_queue_is_claimed_while_a_message_to_it_and_to_a_forgotten_one_asks_which_they_are()
    {
        var waits = await AcceptAsync(_first, ["other.example"], due: Now.AddMinutes(5));
        var busy = await AcceptAsync(_first, ["busy.example"]);
        await DeliverAsync(_first, await AcceptAsync(_first, ["rare.example"], claimed: true));
        await _second.TidyAsync(); // the first node doesn't know that the rare one is gone
        await using var one = await ConnectAsync();
        await using var two = await ConnectAsync();
        await RunAsync(one, "BEGIN");
        await RunAsync(one, $"SELECT queue_id FROM queue WHERE queue_id = {waits[0].Queue.Value} FOR UPDATE");
        await RunAsync(two, "BEGIN");
        await RunAsync(two, "INSERT INTO queue (brand_id, source_id, domain, via, waiting) VALUES ('acme', 'acme-v4', 'rare.example', '', 0)");

        // The claim comes behind what waits for the first lock; by then the message has met the gap, and waits for the second to fill it.
        var retry = _first.RetryAsync(waits[0].Queue, Now, 10);
        await UntilAsync(() => HasWaitersAsync(one));
        var claim = _first.ClaimAsync([busy[0].Queue], Now, 10, (_, _) => Now.AddHours(1));
        var accept = AcceptAsync(_first, ["rare.example", "busy.example"]);
        await UntilAsync(() => HasWaitersAsync(two));
        await RunAsync(one, "ROLLBACK");
        await retry.WaitAsync(Patience, TimeProvider.System, Cancellation);

        Assert.Equal(busy[0].Message, Assert.Single(await claim.WaitAsync(Patience, TimeProvider.System, Cancellation)).Message);
        Assert.Equal(0, (await _second.TotalsAsync(Cancellation)).Undeliverable);

        await RunAsync(two, "ROLLBACK");
        Assert.Equal(2, (await accept.WaitAsync(Patience, TimeProvider.System, Cancellation)).Length);
        Assert.Empty((await PostgresCheck.RunAsync(Options("relay1"), repair: false, _time, Cancellation)).Findings);
    }

    [Fact]
    public async Task Mail_is_claimed_by_nodes_that_never_heard_of_its_queue()
    {
        for (var i = 0; i < 5; i++)
            await AcceptAsync(_first, [$"d{i}.example"], expires: i < 2 ? Now.AddHours(1) : null);
        var due = await _second.DueQueuesAsync(Now, default, 10);

        Assert.Equal(5, (await _second.ClaimAsync([.. due.Select(queue => queue.Id)], Now, 10, (_, _) => Now.AddHours(1))).Select(consignment => consignment.Key.Domain).Distinct().Count());

        await AcceptAsync(_first, ["late1.example"], expires: Now.AddHours(1));
        var late = await AcceptAsync(_first, ["late2.example"]);
        Assert.Equal("late1.example", Assert.Single(await _second.ClaimExpiredAsync(Now.AddHours(2), 10)).Key.Domain.Value);
        Assert.Equal("late2.example", Assert.Single(await _second.TakeAsync(late[0].Queue, [new RecipientId(late[0].Message, 0)])).Key.Domain.Value);
        Assert.Equal(0, (await _second.TotalsAsync(Cancellation)).Undeliverable);
    }

    [Fact]
    public async Task Mail_whose_queue_the_server_does_not_have_either_is_set_aside_as_damaged()
    {
        var lost = await AcceptAsync(_first, ["lost.example"]);
        var sound = await AcceptAsync(_first, ["sound.example"]);
        await using var connection = await ConnectAsync();
        await RunAsync(connection, $"DELETE FROM queue WHERE queue_id = {lost[0].Queue.Value}");

        var claimed = await _second.ClaimAsync([lost[0].Queue, sound[0].Queue], Now, 10, (_, _) => Now.AddHours(1));

        Assert.Equal(sound[0].Message, Assert.Single(claimed).Message);
        Assert.StartsWith("damaged in the spool", (string)(await RunAsync(connection, $"SELECT last_reply FROM recipient WHERE message_id = {lost[0].Message.Value} AND state = 1"))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_forgot_an_empty_queue_takes_mail_for_it_at_the_first_try()
    {
        for (var i = 0; i < 3; i++)
            await DeliverAsync(_first, await AcceptAsync(_first, [$"d{i}.example"], claimed: true));

        await _first.TidyAsync();
        await AcceptAsync(_first, ["d0.example", "d1.example", "d2.example"]);

        Assert.DoesNotContain(_log.Told, told => told.Event is OperationFailed or QueueGone);
    }

    [Fact]
    public async Task A_queue_that_another_node_forgot_is_no_fault()
    {
        await DeliverAsync(_first, await AcceptAsync(_first, ["d0.example"], claimed: true));

        await _second.TidyAsync();
        await AcceptAsync(_first, ["d0.example"]);

        Assert.DoesNotContain(_log.Told, told => told.Event == OperationFailed);
        Assert.Single(_log.Told, told => told.Event == QueueGone);
    }

    [Fact]
    public async Task No_more_queues_are_remembered_than_there_are_whichever_node_forgot_them()
    {
        for (var i = 0; i < 20; i++)
        {
            await DeliverAsync(_first, await AcceptAsync(_first, [$"d{i}.example"], claimed: true));
            await DeliverAsync(_second, await AcceptAsync(_second, [$"d{i}.example"], claimed: true));
        }
        await AcceptAsync(_first, ["waiting.example"]);
        Assert.Equal((21, 20), (_first.KnownQueues, _second.KnownQueues));

        await _second.TidyAsync();
        Assert.Equal((21, 0), (_first.KnownQueues, _second.KnownQueues));
        await _first.TidyAsync();

        Assert.Equal((1, 0), (_first.KnownQueues, _second.KnownQueues));
    }

    private PostgresOptions Options(string node) => new() { Host = cluster.Host, Database = "postgres", Node = node, Schema = _schema, AllowUnsafe = true, Company = TimeSpan.Zero, Lease = TimeSpan.FromMinutes(10) };

    private Task<PostgresSpool> OpenAsync(string node) => PostgresSpool.OpenAsync(Options(node), _time, _log);

    /// <summary>One message with a recipient for each of these domains, due now unless another time is said.</summary>
    private async Task<ImmutableArray<Consignment>> AcceptAsync(PostgresSpool spool, string[] domains, bool claimed = false, DateTimeOffset? expires = null, DateTimeOffset? due = null)
    {
        QueueKey Key(string domain) => new(new BrandId("acme"), new SourceId("acme-v4"), DomainName.Parse(domain));
        var mail = SampleMail.New(spool.NextId(), Key(domains[0]), claimed, Now, expires ?? Now.AddDays(5), "Subject: hello\r\n\r\nHello.\r\n"u8.ToArray(), domains.Length);
        return await spool.AcceptAsync(mail with { Consignments = [.. domains.Select((domain, i) => new NewConsignment(Key(domain), [i], claimed, due ?? Now))] });
    }

    private static Task<ImmutableArray<Consignment>> DeliverAsync(PostgresSpool spool, ImmutableArray<Consignment> mail) =>
        spool.SettleAsync(new Settlement(mail[0], [new RecipientResult(0, RecipientFate.Delivered, "250 ok")], null, []));

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false;Search Path={_schema}");
        await connection.OpenAsync(Cancellation);
        return connection;
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
