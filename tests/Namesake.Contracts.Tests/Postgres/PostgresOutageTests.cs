using Microsoft.Extensions.Time.Testing;
using Namesake.Contracts.Tests.Sqlite;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>A server that goes away under load and comes back: clients hear 4xx meanwhile, nothing is lost, nothing is given out twice.</summary>
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private readonly PostgresCluster _cluster = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _cluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_server_that_ends_and_comes_back_costs_refusals_and_no_mail()
    {
        await using var spool = await PostgresSpool.OpenAsync(new PostgresOptions { Host = _cluster.Host, Database = "postgres", Node = "relay1", AllowUnsafe = true }, _time);
        var (accepted, settled, doubtful) = (new List<MessageId>(), new HashSet<MessageId>(), new List<Consignment>());
        var (gone, said, back) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var refused = 0;
        var producers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var (i, after) = (0, 0); after < 20; i++)
            {
                if (back.Task.IsCompleted)
                    after++;
                try
                {
                    var consignment = await Mail.AcceptAsync(spool, size: 2_000);
                    lock (accepted)
                    {
                        accepted.Add(consignment.Message);
                        if (accepted.Count == 200)
                            gone.SetResult();
                    }
                    if (i % 2 == 0)
                        await SettleAsync(consignment);
                }
                catch (SpoolUnavailableException)
                {
                    Interlocked.Increment(ref refused);
                    said.TrySetResult();
                    await Task.WhenAny(back.Task, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation)); // as a client that is told 451
                }
            }
        })).ToList();

        await gone.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancellation);
        await _cluster.StopAsync();
        await said.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancellation);
        await Assert.ThrowsAnyAsync<Exception>(() => spool.BeatNowAsync());
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => spool.TotalsAsync(Cancellation));
        await _cluster.RestartAsync();
        back.SetResult();
        await Task.WhenAll(producers).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, Cancellation);
        foreach (var consignment in doubtful)
            await SettleAsync(consignment); // given again until it succeeds: it happens once
        Assert.True(await spool.BeatNowAsync());

        var there = await Mail.IdsAsync(spool);
        Assert.Equal(accepted.Where(id => !settled.Contains(id)).Order(), there); // neither less nor more: what was refused is not there
        Assert.NotEqual(0, refused);
        Assert.Empty((await PostgresCheck.RunAsync(new PostgresOptions { Host = _cluster.Host, Database = "postgres" }, repair: false, _time, Cancellation)).Findings);

        async Task SettleAsync(Consignment consignment)
        {
            try
            {
                await spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Delivered, "250 ok")], null, []));
                lock (accepted)
                    settled.Add(consignment.Message);
            }
            catch (SpoolUnavailableException)
            {
                lock (accepted)
                    doubtful.Add(consignment);
                throw;
            }
        }
    }
}
