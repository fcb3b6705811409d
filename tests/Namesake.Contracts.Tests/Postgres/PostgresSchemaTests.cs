using Namesake.Contracts.Tests.Sqlite;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>What may be found where the spool should be, and what the check says of it.</summary>
public sealed class PostgresSchemaTests(PostgresCluster cluster) : IAsyncLifetime
{
    private readonly string _schema = "t" + Guid.NewGuid().ToString("n");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PostgresOptions Options => new() { Host = cluster.Host, Database = "postgres", Node = "relay1", Schema = _schema, AllowUnsafe = true };

    public async ValueTask InitializeAsync() => await cluster.StartAsync();

    public async ValueTask DisposeAsync() => await SqlAsync($"DROP SCHEMA IF EXISTS {_schema} CASCADE");

    [Fact]
    public async Task A_schema_of_a_newer_version_is_refused_and_left_alone()
    {
        await FillAsync();
        await SqlAsync($"UPDATE {_schema}.meta SET value = 99");

        var refused = await Assert.ThrowsAsync<SpoolUnavailableException>(FillAsync);

        Assert.Contains("has version 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await SqlAsync($"SELECT count(*) FROM {_schema}.message"));
    }

    [Fact]
    public async Task A_newer_schema_that_this_program_may_still_use_is_used()
    {
        await FillAsync();
        await SqlAsync($"UPDATE {_schema}.meta SET value = 99 WHERE name = 'schema'");

        await FillAsync();

        Assert.Equal(2L, await SqlAsync($"SELECT count(*) FROM {_schema}.message"));
    }

    [Fact]
    public async Task A_server_that_would_lose_mail_in_a_power_cut_is_refused()
    {
        var refused = await Assert.ThrowsAsync<SpoolUnavailableException>(() => PostgresSpool.OpenAsync(Options with { AllowUnsafe = false }, TimeProvider.System));

        Assert.Contains("fsync = off", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_its_name()
    {
        var refused = await Assert.ThrowsAsync<SpoolUnavailableException>(() => PostgresSpool.OpenAsync(Options with { Host = "/nowhere/at-all" }, TimeProvider.System));

        Assert.Contains("can't be reached", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spool_of_the_version_before_opens_with_its_mail_and_may_still_be_used_by_it()
    {
        var assembly = typeof(PostgresSpool).Assembly;
        using var script = new StreamReader(assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.Contains(".Schema.Postgres.0001_", StringComparison.Ordinal)))!);
        var accepted = TimeProvider.System.GetUtcNow();
        var id = MessageId.At(accepted).Value;
        await SqlAsync($"""
            CREATE SCHEMA {_schema}; SET search_path = {_schema}; {await script.ReadToEndAsync(Cancellation)}
            INSERT INTO message VALUES ({id}, 'acme', 'ann@acme.example', false, false, false, NULL, NULL, 3, '10.0.0.9', 'ann', 1);
            INSERT INTO body VALUES ({id}, 0, 'acme', 'abc');
            INSERT INTO queue VALUES (1, 'acme', 'acme-v4', 'example.org', '', 1, {id});
            INSERT INTO recipient VALUES ({id}, 0, 'acme', 1, 'bob@example.org', NULL, NULL, 0, 0, 0, {id}, {id + 432_000_000_000}, 0, NULL, false);
            """);

        await using (var spool = await PostgresSpool.OpenAsync(Options, TimeProvider.System))
        {
            var message = Assert.Single(await spool.MessagesAsync(new(), default, 10, Cancellation));
            Assert.Equal(("waiting", "ann"), (message.State, message.Submitter));
            Assert.Equal(1, await spool.HoldAsync(new QueueId(1), [new RecipientId(message.Id, 0)], new MailHold(new HoldId(7), "kept", "ann", accepted, null)));
            Assert.Empty(await spool.ClaimAsync([new QueueId(1)], accepted.AddHours(1), 10, (_, _) => accepted.AddHours(2)));
        }

        Assert.Equal("7 1", await SqlAsync($"SELECT (SELECT value FROM {_schema}.meta WHERE name = 'schema') || ' ' || (SELECT value FROM {_schema}.meta WHERE name = 'readable_by')"));
    }

    [Fact]
    public async Task Tables_of_somebody_else_are_refused()
    {
        await SqlAsync($"CREATE SCHEMA {_schema}; CREATE TABLE {_schema}.meta (name text, value bigint)");

        Assert.Contains("not our tables", (await Assert.ThrowsAsync<SpoolUnavailableException>(FillAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_that_was_on_its_way_in_when_the_relay_was_killed_goes_with_the_next_start()
    {
        await using (var spool = await PostgresSpool.OpenAsync(Options, TimeProvider.System))
        {
            await using var file = spool.CreateContentFile(spool.NextId());
            await file.WriteAsync(new byte[600_000], Cancellation);
            await file.CompleteAsync();
            await spool.AbandonAsync();
        }
        Assert.Equal(3L, await SqlAsync($"SELECT count(*) FROM {_schema}.body"));

        await FillAsync();

        Assert.Equal(1L, await SqlAsync($"SELECT count(*) FROM {_schema}.body"));
    }

    [Fact]
    public async Task The_check_finds_nothing_in_a_sound_spool_while_a_relay_uses_it()
    {
        await using var spool = await PostgresSpool.OpenAsync(Options, TimeProvider.System);
        for (var i = 0; i < 5; i++)
            await Mail.AcceptAsync(spool, size: i * 100_000);

        var report = await CheckAsync();

        Assert.Empty(report.Findings);
        Assert.Equal((5L, 5L), (report.Messages, report.Recipients));
        Assert.Contains(_schema, report.DataDirectory, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM body", "content", "has no content", false)]
    [InlineData("UPDATE body SET content = content || 'x'", "content", "bytes instead of", false)]
    [InlineData("DELETE FROM recipient; UPDATE queue SET waiting = 0, earliest_due = NULL", "recipients", "has no recipients", false)]
    [InlineData("UPDATE recipient SET brand_id = 'bravo'", "recipients", "another brand's", false)]
    [InlineData("UPDATE recipient SET address = 'nobody'", "recipients", "its address is none", false)]
    [InlineData("UPDATE queue SET waiting = 7", "queues", "there are 1", true)]
    [InlineData("UPDATE queue SET held = 7", "queues", "7 recipients are held, there are 0", true)]
    [InlineData("UPDATE queue SET earliest_due = NULL", "queues", "due before the queue says so", true)]
    [InlineData("UPDATE writer SET messages = messages + 5", "messages", "there are 1", true)]
    public async Task The_check_finds_what_is_wrong_and_repairs_what_can_be_counted(string damage, string kind, string what, bool mended)
    {
        await FillAsync();
        await SqlAsync($"SET search_path = {_schema}; {damage}");

        var finding = Assert.Single((await CheckAsync()).Findings);
        Assert.Equal(kind, finding.Kind);
        Assert.Contains(what, finding.What, StringComparison.Ordinal);

        Assert.Equal(mended, (await CheckAsync(repair: true)).IsSound);
        Assert.Equal(mended, (await CheckAsync()).Findings.IsEmpty);
    }

    [Fact]
    public async Task The_check_says_when_there_is_no_spool() =>
        Assert.Contains("There is no spool", (await Assert.ThrowsAsync<SpoolUnavailableException>(() => CheckAsync())).Message, StringComparison.Ordinal);

    private Task<SpoolCheckReport> CheckAsync(bool repair = false) => PostgresCheck.RunAsync(Options, repair, TimeProvider.System, Cancellation);

    private async Task FillAsync()
    {
        await using var spool = await PostgresSpool.OpenAsync(Options, TimeProvider.System);
        await Mail.AcceptAsync(spool, claimed: false);
    }

    private async Task<object?> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
