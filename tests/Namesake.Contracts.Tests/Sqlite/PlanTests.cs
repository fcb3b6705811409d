using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Reading;
using Namesake.Storage.Sqlite.Writing;
using static SQLitePCL.raw;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>What a statement costs must not grow with what waits: asked of SQLite's own plans and counters, never of a clock.</summary>
public sealed class PlanTests : IDisposable
{
    private const int Few = 500;
    private const int Many = 50_000;
    private static readonly DateTimeOffset Start = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task No_statement_of_the_writer_reads_a_whole_table()
    {
        var directory = await FilledAsync(Few);
        using var connection = Open(directory);
        var statements = StatementsOf(connection.Connection);

        Assert.True(statements.Count > 25, $"{statements.Count} statements were found");
        Assert.Empty(statements.SelectMany(sql => Scans(connection.Connection, sql)));
    }

    [Fact]
    public async Task No_statement_of_the_readers_reads_a_whole_table()
    {
        var directory = await FilledAsync(Few);
        var paths = new SpoolPaths(directory);
        var readers = new SpoolReaders(paths, 1);
        var view = new SpoolView(readers, paths, new ContentFiles(paths, new DiskGuard(directory, 0, TimeProvider.System)), new FakeTimeProvider(Start));
        var (id, late) = (MessageIdOf(0), Start.AddDays(30).ToMicroseconds());

        await readers.ReadAsync(
            reader =>
            {
                reader.Connection.Handle!.enable_sqlite3_next_stmt(true);
                return true;
            },
            Cancellation);
        await readers.ReadAsync(reader => QueueRows.DueAfter(reader, Start.AddDays(1), default, 10), Cancellation);
        await readers.ReadAsync(reader => QueueRows.UnclaimedAfter(reader, default, 10), Cancellation);
        await Candidates.ExpiredAsync(readers, late, 10);
        await Candidates.UntoldAsync(readers, 0, late, 10);
        await Candidates.MovableAsync(readers, new QueueId(1), 0, 10_000);
        await Candidates.WithMovableAsync(readers, [(new QueueId(1), 0)]);
        await view.QueuesAsync(new SpoolFilter(Source: new SourceId("acme-v4")), default, 10, Cancellation);
        await view.MessagesAsync(new SpoolFilter(), default, 10, Cancellation);
        await view.HoldsAsync(new SpoolFilter(), Cancellation);
        await view.EndedHoldsAsync(Start, Cancellation);
        foreach (var filter in new[]
        {
            new SpoolFilter(), new SpoolFilter { Sender = "ann@acme.example" }, new SpoolFilter { State = RecipientState.Held, HoldReason = "kept" }, new SpoolFilter { Messages = [id] },
        })
        {
            await view.MessagesAsync(filter, default, 10, Cancellation);
            await view.QueuesAsync(filter, default, 10, Cancellation);
            await readers.ReadAsync(reader => new FoundRecipients(filter, new QueueId(1), late, 10).Read(reader, null), Cancellation);
        }
        Assert.NotNull(await view.MessageAsync(id, Cancellation));
        Assert.Equal(Few, (await view.TotalsAsync(Cancellation)).Messages);
        await readers.ReadAsync(reader => (StoredConsignments.Content(reader, id), StoredConsignments.Missing(reader, [id]), StoredConsignments.Untold(reader, [id], 1)), Cancellation);

        var scans = await readers.ReadAsync(
            reader =>
            {
                var statements = StatementsOf(reader.Connection);
                Assert.True(statements.Count > 12, $"{statements.Count} statements were found");
                return statements.SelectMany(sql => Scans(reader.Connection, sql)).ToList();
            },
            Cancellation);
        await readers.CloseAsync();
        Assert.Empty(scans);
    }

    [Fact]
    public async Task Claiming_a_page_costs_the_same_whatever_else_waits()
    {
        var (few, claimedOfFew) = await ClaimAsync(await FilledAsync(Few));
        var (many, claimedOfMany) = await ClaimAsync(await FilledAsync(Many));

        Assert.Equal((5 * 10, 5 * 10), (claimedOfFew, claimedOfMany));
        Assert.True(few > 0);
        Assert.InRange(many, few * 0.9, few * 1.1);
    }

    [Fact]
    public async Task Ten_thousand_queues_put_off_cost_a_look_for_due_mail_nothing()
    {
        var (alone, found) = await LookAsync(0);
        var (beside, foundBeside) = await LookAsync(10_000);

        Assert.Equal((FullSpool.Queues, FullSpool.Queues), (found, foundBeside));
        Assert.True(alone > 0);
        Assert.InRange(beside, alone * 0.95, alone * 1.05);
    }

    // The instructions SQLite's machine ran for one look, with so many queues put off.
    private async Task<(long Steps, int Found)> LookAsync(int putOff)
    {
        var directory = await FilledAsync(putOff == 0 ? Few : Few + 1);
        if (putOff > 0)
        {
            using var connection = Open(directory);
            using var add = new Statement(connection.Connection, """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                INSERT INTO queue (queue_id, brand_id, source_id, domain, via, waiting, earliest_due, put_off)
                    SELECT iif(i % 2, -i, 1000 + i), 'acme', 'acme-v4', 'held' || i || '.example', '', 1, 1, 7 FROM n
                """);
            add.Bind(1, putOff).Execute();
        }

        var readers = new SpoolReaders(new SpoolPaths(directory), 1);
        var answer = await readers.ReadAsync(
            reader =>
            {
                reader.Connection.Handle!.enable_sqlite3_next_stmt(true);
                var due = QueueRows.DueAfter(reader, Start.AddDays(1), new QueueId(long.MinValue), 1_000);
                var steps = 0L;
                for (var statement = sqlite3_next_stmt(reader.Connection.Handle, null); statement is not null; statement = sqlite3_next_stmt(reader.Connection.Handle, statement))
                    steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
                return (steps, due.Count);
            },
            Cancellation);
        await readers.CloseAsync();
        return answer;
    }

    /// <summary>What the relay does every minute about a suspended site: all of its mail was tried and is young, so none may move, and none has outlived its time.</summary>
    [Fact]
    public async Task Mail_that_may_not_move_and_has_time_left_costs_a_sweep_nothing()
    {
        var few = await SweepAsync(await FilledAsync(Few));
        var many = await SweepAsync(await FilledAsync(Many));

        Assert.True(few > 0);
        Assert.InRange(many, few * 0.9, few * 1.1);
    }

    // The instructions SQLite's machine ran for one minute's looks.
    private static async Task<long> SweepAsync(string directory)
    {
        using (var connection = Open(directory))
        using (var tried = new Statement(connection.Connection, "UPDATE recipient SET attempts = 1"))
            tried.Execute();
        var readers = new SpoolReaders(new SpoolPaths(directory), 1);
        await readers.ReadAsync(
            reader =>
            {
                reader.Connection.Handle!.enable_sqlite3_next_stmt(true);
                return true;
            },
            Cancellation);
        var young = Start.ToMicroseconds();
        List<(QueueId, long)> queues = [.. Enumerable.Range(1, FullSpool.Queues).Select(id => (new QueueId(id), young))];
        Assert.Empty(await Candidates.WithMovableAsync(readers, queues));
        foreach (var (queue, _) in queues)
            Assert.Empty(await Candidates.MovableAsync(readers, queue, young, 500));
        Assert.Empty(await Candidates.ExpiredAsync(readers, Start.AddDays(1).ToMicroseconds(), 200));
        var steps = await readers.ReadAsync(
            reader =>
            {
                var spent = 0L;
                for (var statement = sqlite3_next_stmt(reader.Connection.Handle, null); statement is not null; statement = sqlite3_next_stmt(reader.Connection.Handle, statement))
                    spent += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
                return spent;
            },
            Cancellation);
        await readers.CloseAsync();
        return steps;
    }

    [Fact]
    public async Task Keeping_a_slice_back_and_letting_it_go_cost_the_same_whatever_else_waits()
    {
        var few = await KeepAsync(await FilledAsync(Few));
        var many = await KeepAsync(await FilledAsync(Many));

        Assert.True(few.Hold > 0 && few.Release > 0);
        Assert.InRange(many.Hold, few.Hold * 0.9, few.Hold * 1.1);
        Assert.InRange(many.Release, few.Release * 0.9, few.Release * 1.1);
    }

    [Fact]
    public async Task A_hold_that_has_ended_is_found_at_the_same_cost_however_much_it_holds()
    {
        var few = await EndedAsync(await FilledAsync(Few));
        var many = await EndedAsync(await FilledAsync(Many));

        Assert.True(few > 0);
        Assert.Equal(few, many);
    }

    // The instructions SQLite's machine ran for one look; everything is held by one of two holds, one of which has ended.
    private static async Task<long> EndedAsync(string directory)
    {
        using (var connection = Open(directory))
            foreach (var sql in new[] { "INSERT INTO hold VALUES (7, 'kept', 'ann', 1, 2), (8, 'kept', 'ann', 1, NULL)", "UPDATE recipient SET state = 2, hold_id = 7 + message_id % 2", "UPDATE queue SET held = waiting" })
                using (var statement = new Statement(connection.Connection, sql))
                    statement.Execute();
        var paths = new SpoolPaths(directory);
        var readers = new SpoolReaders(paths, 1);
        var view = new SpoolView(readers, paths, new ContentFiles(paths, new DiskGuard(directory, 0, TimeProvider.System)), new FakeTimeProvider(Start));
        await readers.ReadAsync(
            reader =>
            {
                reader.Connection.Handle!.enable_sqlite3_next_stmt(true);
                return true;
            },
            Cancellation);
        Assert.Equal(7, Assert.Single(await view.EndedHoldsAsync(Start, Cancellation)).Id.Value);
        var steps = await readers.ReadAsync(
            reader =>
            {
                var spent = 0L;
                for (var statement = sqlite3_next_stmt(reader.Connection.Handle, null); statement is not null; statement = sqlite3_next_stmt(reader.Connection.Handle, statement))
                    spent += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
                return spent;
            },
            Cancellation);
        await readers.CloseAsync();
        return steps;
    }

    [Fact]
    public async Task A_plan_that_scans_would_be_noticed()
    {
        using var connection = Open(await FilledAsync(Few));

        Assert.NotEmpty(Scans(connection.Connection, "SELECT count(*) FROM recipient WHERE address = 'bob@example.org'"));
        Assert.NotEmpty(Scans(connection.Connection, "SELECT message_id FROM message WHERE brand_id = 'acme'"));
    }

    [Fact]
    public async Task Fifty_thousand_waiting_messages_are_all_there_after_a_restart_and_leave_page_by_page()
    {
        var directory = await FilledAsync(Many);
        await using var spool = await Mail.OpenAsync(directory);
        var totals = await spool.TotalsAsync(Cancellation);
        Assert.Equal((Many, Many), (totals.Messages, totals.Recipients));

        var now = Start.AddDays(1);
        var seen = new HashSet<MessageId>();
        while (await spool.DueQueuesAsync(now, default, 1_000) is { IsEmpty: false } due)
        {
            var claimed = await spool.ClaimAsync([.. due.Select(queue => queue.Id)], now, 100, (_, _) => now.AddHours(1));
            Assert.InRange(claimed.Length, 1, FullSpool.Queues * 100);
            if (seen.Count == 0)
                await LeaveAsync(spool, claimed[0]);
            Assert.All(claimed, consignment => Assert.True(seen.Add(consignment.Message)));
        }

        Assert.Equal(Many, seen.Count);
        Assert.Equal(Many - 1, (await spool.TotalsAsync(Cancellation)).Messages);
    }

    private static async Task LeaveAsync(Storage.SqliteSpool spool, Consignment first)
    {
        await using var content = await spool.OpenContentAsync(first.Message, Cancellation);
        Assert.Equal(24, content.Length);
        await Mail.SettleAsync(spool, first);
    }

    // The instructions for ten recipients of one queue, the first that wait in it.
    private static async Task<(long Hold, long Release)> KeepAsync(string directory)
    {
        using var connection = Open(directory);
        System.Collections.Immutable.ImmutableArray<RecipientId> ten = [.. Enumerable.Range(0, 10).Select(i => new RecipientId(MessageIdOf(i * FullSpool.Queues), 0))];
        var hold = new HoldOperation(new QueueId(1), ten, new MailHold(new HoldId(7), "kept", "ann", Start, null));
        var release = new ReleaseOperation(new QueueId(1), ten);
        long Spent(WriteOperation operation)
        {
            var before = Steps(connection);
            connection.Begin();
            operation.Apply(connection);
            connection.Commit();
            return Steps(connection) - before;
        }

        var steps = await Task.Run(() => (Spent(hold), Spent(release)), Cancellation);
        Assert.Equal((10, 10), (hold.Changed, release.Changed));
        return steps;
    }

    // The instructions SQLite's machine ran for one claim over five queues.
    private static async Task<(long Steps, int Claimed)> ClaimAsync(string directory)
    {
        using var connection = Open(directory);
        var now = Start.AddDays(1);
        var claim = new ClaimOperation([.. Enumerable.Range(1, 5).Select(id => new QueueId(id))], now.ToMicroseconds(), 10, (_, _) => now.AddHours(1));
        await Task.Run(() =>
        {
            connection.Begin();
            claim.Apply(connection);
            connection.Commit();
        }, Cancellation);
        return (Steps(connection), claim.Result.Count);
    }

    private static long Steps(WriterConnection connection)
    {
        long steps = 0;
        for (var statement = sqlite3_next_stmt(connection.Connection.Handle, null); statement is not null; statement = sqlite3_next_stmt(connection.Connection.Handle, statement))
            steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
        return steps;
    }

    private const int SQLITE_STMTSTATUS_VM_STEP = 4;

    private async Task<string> FilledAsync(int messages)
    {
        var directory = Path.Combine(_directory.Path, $"of{messages}");
        await FullSpool.FillAsync(directory, messages, Start);
        return directory;
    }

    private static MessageId MessageIdOf(int i) => new(Start.ToMicroseconds() + i);

    private static WriterConnection Open(string directory)
    {
        var connection = DatabaseFile.OpenWriter(new SpoolPaths(directory), 8 << 20);
        connection.Handle!.enable_sqlite3_next_stmt(true); // so that they can be listed
        return new WriterConnection(connection, run: 1, new FakeTimeProvider(Start));
    }

    private static List<string> StatementsOf(SqliteConnection connection)
    {
        var statements = new List<string>();
        for (var statement = sqlite3_next_stmt(connection.Handle, null); statement is not null; statement = sqlite3_next_stmt(connection.Handle, statement))
            statements.Add(sqlite3_sql(statement).utf8_to_string());
        return statements;
    }

    /// <summary>Parts of a plan that read all of a table that grows with the mail. The list of queues may be read whole, and so may an index of undeliverable mail, which is what is asked for.</summary>
    private static List<string> Scans(SqliteConnection connection, string sql)
    {
        if (sql.StartsWith("BEGIN", StringComparison.Ordinal) || sql is "COMMIT" or "ROLLBACK")
            return [];
        var scans = new List<string>();
        using var plan = new Statement(connection, "EXPLAIN QUERY PLAN " + sql);
        while (plan.Step())
            if (plan.Text(3) is var step && (step.StartsWith("SCAN message", StringComparison.Ordinal) || step.StartsWith("SCAN body", StringComparison.Ordinal)
                || (step.StartsWith("SCAN recipient", StringComparison.Ordinal) && !step.Contains("recipient_undeliverable", StringComparison.Ordinal))
                || step.Contains("AUTOMATIC", StringComparison.Ordinal)))
                scans.Add($"{step} in {sql}");
        return scans;
    }
}
