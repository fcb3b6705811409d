using Microsoft.Extensions.Time.Testing;
using Namesake.Contracts.Tests.Spool;
using Namesake.Contracts.Tests.Sqlite;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>A commit whose answer is lost together with the server: the client hears that its mail isn't taken, and that must stay true.</summary>
public sealed class PostgresUnknownOutcomeTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const int LeftOpen = 665;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly string _schema = "t" + Guid.NewGuid().ToString("n");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingLog _log = new();
    private CutWire _wire = null!;
    private PostgresSpool _spool = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await cluster.StartAsync();
        _wire = new CutWire(cluster.Host);
        _spool = await OpenAsync(_wire.Host);
    }

    public async ValueTask DisposeAsync()
    {
        if (_spool is null)
            return; // skipped
        await _spool.DisposeAsync();
        await _wire.DisposeAsync();
        await SqlAsync($"DROP SCHEMA {_schema} CASCADE");
    }

    [Fact]
    public async Task Mail_whose_client_was_told_that_it_is_not_taken_goes_as_soon_as_the_server_answers()
    {
        await RefusedAsync();
        _wire.Mend();

        await UntilAsync(async () => await MessagesAsync() == 0); // nobody has brought more

        Assert.Equal(0, (await _spool.TotalsAsync(Cancellation)).Messages);
    }

    [Fact]
    public async Task A_stop_takes_it_back_when_the_server_answers_by_then()
    {
        await RefusedAsync();
        _wire.Mend();

        await _spool.DisposeAsync();

        Assert.Equal(0, await MessagesAsync());
        Assert.DoesNotContain(_log.Told, told => told.Event == LeftOpen);
    }

    [Fact]
    public async Task What_can_not_be_taken_back_before_the_end_is_told_with_its_id()
    {
        var mail = await RefusedAsync();

        await _spool.DisposeAsync();

        Assert.Contains(mail.Id.ToString(), Assert.Single(_log.Told, told => told.Event == LeftOpen).Text, StringComparison.Ordinal);
        _spool = await OpenAsync(cluster.Host);
        Assert.Equal([mail.Id], await Mail.IdsAsync(_spool));
    }

    /// <summary>One message that is committed behind the back of who brought it.</summary>
    private async Task<NewMessage> RefusedAsync()
    {
        var mail = Mail.New(_spool);
        _wire.BreakBehind("COMMIT\0"); // whole: a transaction begins as READ COMMITTED
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => _spool.AcceptAsync(mail));
        await UntilAsync(async () => await MessagesAsync() == 1);
        return mail;
    }

    private Task<PostgresSpool> OpenAsync(string host) => PostgresSpool.OpenAsync(
        new PostgresOptions { Host = host, Database = "postgres", Node = "relay1", Schema = _schema, AllowUnsafe = true, Company = TimeSpan.Zero, Lease = TimeSpan.FromMinutes(10) }, _time, _log);

    private async Task<long> MessagesAsync() => (long)(await SqlAsync($"SELECT count(*) FROM {_schema}.message"))!;

    private async Task<object?> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
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
