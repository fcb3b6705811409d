using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>What the writer does between batches and when nothing waits. Tests wait for what must become true, with a bound, never for a time.</summary>
public sealed class UpkeepTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Database => Path.Combine(_directory.Path, "spool.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Settings_are_those_that_were_measured()
    {
        await using (await Mail.OpenAsync(_directory.Path))
        {
        }
        Assert.Equal((8192L, 2L, "wal"), (await ScalarAsync<long>("PRAGMA page_size"), await ScalarAsync<long>("PRAGMA auto_vacuum"), await ScalarAsync<string>("PRAGMA journal_mode")));
    }

    [Fact]
    public async Task The_log_stays_small_under_load_and_is_cut_off_when_idle()
    {
        await using var spool = await Mail.OpenAsync(_directory.Path);
        for (var round = 0; round < 40; round++)
            await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => await Mail.SettleAsync(spool, await Mail.AcceptAsync(spool, size: 10_000))));

        Assert.InRange(new FileInfo(Database + "-wal").Length, 0, 40_000_000); // 4,000 lives wrote several times as much
        await UntilAsync(() => Task.FromResult(new FileInfo(Database + "-wal").Length == 0), "the log is empty");
    }

    [Fact]
    public async Task Free_pages_are_given_back_in_the_end()
    {
        await using var spool = await Mail.OpenAsync(_directory.Path);
        var consignments = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Mail.AcceptAsync(spool, size: 200_000)));
        Assert.InRange((await spool.TotalsAsync(Cancellation)).SizeBytes, 80_000_000, long.MaxValue);

        await Task.WhenAll(consignments.Select(consignment => Mail.SettleAsync(spool, consignment)));

        await UntilAsync(async () => (await spool.TotalsAsync(Cancellation)).SizeBytes < 30_000_000, "80 MB of settled mail left the disk");
    }

    [Fact]
    public async Task Events_are_kept_for_their_days_and_dropped_whole()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 8, 1, 23, 59, 0, TimeSpan.Zero));
        await using var spool = await Mail.OpenAsync(_directory.Path, time, eventDays: 3);
        var ids = new List<MessageId>();
        for (var day = 0; day < 5; day++)
        {
            var consignment = await Mail.AcceptAsync(spool);
            await spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Delivered, "250")], Event(time.GetUtcNow()), []));
            ids.Add(consignment.Message);
            time.Advance(TimeSpan.FromDays(1));
        }

        // The last event was yesterday; today and the two days before it are kept.
        await UntilAsync(async () => await spool.MessageAsync(ids[2], Cancellation) is null, "the third day's events are gone");
        Assert.Null(await spool.MessageAsync(ids[0], Cancellation));
        Assert.Single((await spool.MessageAsync(ids[3], Cancellation))!.Events);
        Assert.Single((await spool.MessageAsync(ids[4], Cancellation))!.Events);
    }

    [Fact]
    public async Task Queues_long_empty_are_forgotten_and_come_back_when_needed()
    {
        await using var spool = await Mail.OpenAsync(_directory.Path);
        var stranded = await Mail.AcceptAsync(spool, key: Mail.KeyOf("stranded.example"));
        await Mail.SettleAsync(spool, stranded, RecipientFate.Undeliverable);
        await Task.WhenAll(Enumerable.Range(0, 600).Select(async i => await Mail.SettleAsync(spool, await Mail.AcceptAsync(spool, key: Mail.KeyOf($"d{i}.example")))));

        await UntilAsync(async () => await ScalarAsync<long>("SELECT count(*) FROM queue") < 600, "empty queues are gone");

        Assert.Equal("stranded.example", Assert.Single(await spool.MessagesAsync(new(), default, 10, Cancellation)).Domain.Value);
        for (var i = 0; i < 600; i += 100)
            await Mail.AcceptAsync(spool, claimed: false, key: Mail.KeyOf($"d{i}.example"));
        Assert.Equal(6, (await spool.DueQueuesAsync(TimeProvider.System.GetUtcNow(), default, 100)).Length);
    }

    [Fact]
    public async Task Queues_with_nothing_but_undeliverable_mail_do_not_keep_the_empty_ones_from_being_forgotten()
    {
        await using var spool = await Mail.OpenAsync(_directory.Path);
        await Task.WhenAll(Enumerable.Range(0, 600).Select(async i =>
            await Mail.SettleAsync(spool, await Mail.AcceptAsync(spool, key: Mail.KeyOf($"stranded{i}.example")), RecipientFate.Undeliverable)));
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async i => await Mail.SettleAsync(spool, await Mail.AcceptAsync(spool, key: Mail.KeyOf($"d{i}.example")))));

        await UntilAsync(async () => await ScalarAsync<long>("SELECT count(*) FROM queue") < 600 + 500, "empty queues are gone");

        Assert.Equal(600, await ScalarAsync<long>("SELECT count(*) FROM queue WHERE domain LIKE 'stranded%'"));
    }

    [Fact]
    public async Task A_reader_of_another_program_delays_nobody()
    {
        await using var spool = await Mail.OpenAsync(_directory.Path);
        await Mail.AcceptAsync(spool);
        await using var reader = new SqliteConnection($"Data Source={Database};Pooling=False;Mode=ReadOnly");
        await reader.OpenAsync(Cancellation);
        await using var transaction = await reader.BeginTransactionAsync(Cancellation);
        await using var command = reader.CreateCommand();
        command.CommandText = "SELECT count(*) FROM message";
        Assert.Equal(1L, await command.ExecuteScalarAsync(Cancellation)); // holds its snapshot from here on

        for (var i = 0; i < 30; i++)
            await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => await Mail.SettleAsync(spool, await Mail.AcceptAsync(spool, size: 10_000))));

        Assert.Single(await Mail.IdsAsync(spool));
    }

    private static async Task UntilAsync(Func<Task<bool>> isTrue, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await isTrue())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1), $"not within a minute: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static AttemptEvent Event(DateTimeOffset time) => new()
    {
        Time = time, Attempt = "1", Message = "1", Node = "n", Brand = "acme", RecipientDomain = "example.org", Source = "acme-v4", Family = "IPv4", ExpectedPublic = "203.0.113.5",
        Ehlo = "mail.acme.example", Verdict = "aligned", Policy = "strict", Route = "mx", Site = "example.org", Phase = "FinalDot", Outcome = "delivered", Explanation = "ok",
        Recipients = 1, Delivered = 1, Bytes = 100,
    };
}
