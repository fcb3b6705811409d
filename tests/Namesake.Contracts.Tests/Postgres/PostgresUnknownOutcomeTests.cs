using Namesake.Contracts.Tests.Sqlite;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>A commit whose answer is lost together with the server: the client hears that its mail isn't taken, and that must stay true.</summary>
public sealed class PostgresUnknownOutcomeTests(PostgresCluster cluster) : PostgresNodes(cluster)
{
    private const int LeftOpen = 665;
    private CutWire _wire = null!;
    private PostgresSpool _spool = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _wire = new CutWire(Cluster.Host);
        _spool = await OpenAsync(Options("relay1") with { Host = _wire.Host });
    }

    public override async ValueTask DisposeAsync()
    {
        if (_spool is not null) // else it was skipped
        {
            await _spool.DisposeAsync();
            await _wire.DisposeAsync();
        }

        await base.DisposeAsync();
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
        Assert.DoesNotContain(Log.Told, told => told.Event == LeftOpen);
    }

    [Fact]
    public async Task What_can_not_be_taken_back_before_the_end_is_told_with_its_id()
    {
        var mail = await RefusedAsync();

        await _spool.DisposeAsync();

        Assert.Contains(mail.Id.ToString(), Assert.Single(Log.Told, told => told.Event == LeftOpen).Text, StringComparison.Ordinal);
        _spool = await OpenAsync(Options("relay1"));
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

    private async Task<long> MessagesAsync() => (long)(await RunAsync("SELECT count(*) FROM message"))!;
}
