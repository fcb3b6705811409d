using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

public sealed class SpoolCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.Path;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_sound_spool_has_no_findings()
    {
        await FillAsync();

        var report = await SpoolCheck.RunAsync(Data, repair: false, Cancellation);

        Assert.Empty(report.Findings);
        Assert.True(report.IsSound);
        Assert.Equal((4, 4), (report.Messages, report.Recipients));
    }

    [Fact]
    public async Task Wrong_counts_of_a_queue_are_found_and_mended()
    {
        await FillAsync();
        await SqlAsync("UPDATE queue SET waiting = 77, earliest_due = NULL");

        var found = Assert.Single((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings);
        Assert.Equal(("queues", false), (found.Kind, found.IsRepaired));
        Assert.Contains("77", found.What, StringComparison.Ordinal);
        Assert.Single((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings); // looking changes nothing

        var repaired = await SpoolCheck.RunAsync(Data, repair: true, Cancellation);
        Assert.True(Assert.Single(repaired.Findings).IsRepaired);
        Assert.True(repaired.IsSound);
        Assert.Empty((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings);
        await using var spool = await Mail.OpenAsync(Data);
        Assert.Equal(3, Assert.Single(await spool.DueQueuesAsync(TimeProvider.System.GetUtcNow(), default, 10)).Waiting);
    }

    [Fact]
    public async Task Held_mail_is_sound_and_what_is_wrong_about_it_is_found()
    {
        await using (var spool = await Mail.OpenAsync(Data))
        {
            var mail = await Mail.AcceptAsync(spool, claimed: false);
            await spool.HoldAsync(mail.Queue, [new RecipientId(mail.Message, 0)], new MailHold(new HoldId(7), "kept", "ann", mail.AcceptedAt, null));
        }

        Assert.Empty((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings);
        await SqlAsync("UPDATE queue SET held = 7");
        Assert.Contains("7 recipients are held, there are 1", Assert.Single((await SpoolCheck.RunAsync(Data, repair: true, Cancellation)).Findings).What, StringComparison.Ordinal);
        Assert.Empty((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings);
        await SqlAsync("DELETE FROM hold");
        Assert.Contains("the reason is gone", Assert.Single((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_number_of_messages_is_found_and_mended()
    {
        await FillAsync();
        await SqlAsync("UPDATE meta SET value = 77 WHERE name = 'messages'");

        Assert.Contains("77", Assert.Single((await SpoolCheck.RunAsync(Data, repair: true, Cancellation)).Findings).What, StringComparison.Ordinal);

        Assert.Empty((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings);
        await using var spool = await Mail.OpenAsync(Data);
        Assert.Equal(4, (await spool.TotalsAsync(Cancellation)).Messages);
    }

    [Fact]
    public async Task Mail_due_before_its_queue_says_so_is_found()
    {
        await FillAsync();
        await SqlAsync("UPDATE queue SET earliest_due = 9000000000000000");

        Assert.Contains("before the queue says so", Assert.Single((await SpoolCheck.RunAsync(Data, repair: true, Cancellation)).Findings).What, StringComparison.Ordinal);

        await using var spool = await Mail.OpenAsync(Data);
        Assert.Single(await spool.DueQueuesAsync(TimeProvider.System.GetUtcNow(), default, 10));
    }

    [Theory]
    [InlineData("DELETE FROM body", "has no content", "content")]
    [InlineData("UPDATE body SET content = x'00'", "has 1 bytes instead of", "content")]
    [InlineData("DELETE FROM recipient WHERE message_id = (SELECT min(message_id) FROM body)", "has no recipients", "recipients")]
    [InlineData("UPDATE recipient SET queue_id = 4711", "queue 4711 isn't there", "recipients")]
    [InlineData("UPDATE recipient SET brand_id = 'stranger'", "another brand's", "recipients")]
    [InlineData("UPDATE recipient SET address = 'nobody'", "its address is none", "recipients")]
    [InlineData("DELETE FROM message", "its message isn't there", "recipients")]
    [InlineData("INSERT INTO body (message_id, brand_id, content) VALUES (1, 'acme', x'00')", "isn't in the spool", "content")]
    public async Task What_does_not_belong_together_is_found(string sql, string what, string kind)
    {
        await FillAsync();
        await SqlAsync(sql);

        var report = await SpoolCheck.RunAsync(Data, repair: false, Cancellation);

        var finding = report.Findings.First(finding => finding.What.Contains(what, StringComparison.Ordinal));
        Assert.Equal(kind, finding.Kind);
        Assert.NotEmpty(finding.Where);
        Assert.NotEmpty(finding.Fix);
        Assert.False(report.IsSound);
    }

    [Fact]
    public async Task Content_files_that_are_missing_short_or_nobodys_are_found()
    {
        var (missing, shorter) = await FillWithFilesAsync();
        var bodies = Path.Combine(Data, "bodies");
        File.Delete(Path.Combine(bodies, missing + ".eml"));
        await File.WriteAllTextAsync(Path.Combine(bodies, shorter + ".eml"), "short", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(bodies, "abc.eml"), "orphan", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(bodies, "abd-1.part"), "half", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(bodies, "README"), "not ours", Cancellation);

        var findings = (await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings;

        Assert.Equal(4, findings.Length);
        Assert.Contains(findings, finding => finding.Kind == "content" && finding.What.Contains($"{missing} has no content", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Kind == "content" && finding.What.Contains("has 5 bytes instead of 300000", StringComparison.Ordinal));
        Assert.Equal(2, findings.Count(finding => finding.Kind == "files"));

        await using (await Mail.OpenAsync(Data))
            Assert.Equal([shorter + ".eml", "README"], Directory.GetFiles(bodies).Select(Path.GetFileName).Order(StringComparer.Ordinal)); // swept at the start
    }

    [Fact]
    public async Task A_damaged_page_is_found()
    {
        await using (var spool = await Mail.OpenAsync(Data))
            for (var i = 0; i < 100; i++)
                await Mail.AcceptAsync(spool, size: 5_000);
        var path = Path.Combine(Data, "spool.db");
        var bytes = await File.ReadAllBytesAsync(path, Cancellation);
        Array.Fill(bytes, (byte)0xFF, bytes.Length - (20 * 8192), 8192);
        await File.WriteAllBytesAsync(path, bytes, Cancellation);

        var report = await SpoolCheck.RunAsync(Data, repair: false, Cancellation);

        Assert.Contains(report.Findings, finding => finding.Kind is "integrity" or "database");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_a_finding()
    {
        await File.WriteAllTextAsync(Path.Combine(Data, "spool.db"), new string('x', 9_000), Cancellation);

        var finding = Assert.Single((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings);

        Assert.Equal("database", finding.Kind);
        Assert.Contains("not a database", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_lists_are_cut_and_counted()
    {
        await using (var spool = await Mail.OpenAsync(Data))
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Mail.AcceptAsync(spool)));
        await SqlAsync("DELETE FROM body");

        var findings = (await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings;

        Assert.Equal(21, findings.Length);
        Assert.Equal("and 30 more like these", findings[^1].What);
    }

    [Fact]
    public async Task A_directory_without_a_spool_says_so()
    {
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => SpoolCheck.RunAsync(Path.Combine(Data, "nothing"), repair: false, Cancellation));
        Assert.Contains("no spool", Assert.Single((await SpoolCheck.RunAsync(Data, repair: false, Cancellation)).Findings).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_leaves_the_log_of_a_crash_where_it_is()
    {
        using var crashed = new TemporaryDirectory();
        await using (var spool = await Mail.OpenAsync(Data))
        {
            await Mail.AcceptAsync(spool);
            foreach (var name in new[] { "spool.db", "spool.db-wal" })
                File.Copy(Path.Combine(Data, name), Path.Combine(crashed.Path, name));
        }
        var log = await File.ReadAllBytesAsync(Path.Combine(crashed.Path, "spool.db-wal"), Cancellation);

        var report = await SpoolCheck.RunAsync(crashed.Path, repair: false, Cancellation);

        Assert.Empty(report.Findings);
        Assert.Equal(1, report.Messages);
        Assert.Equal(log, await File.ReadAllBytesAsync(Path.Combine(crashed.Path, "spool.db-wal"), Cancellation));
    }

    // Three waiting, one of them undeliverable, one settled; all small.
    private async Task FillAsync()
    {
        await using var spool = await Mail.OpenAsync(Data);
        for (var i = 0; i < 3; i++)
            await Mail.AcceptAsync(spool, claimed: false);
        await Mail.SettleAsync(spool, await Mail.AcceptAsync(spool), RecipientFate.Undeliverable);
        await Mail.SettleAsync(spool, await Mail.AcceptAsync(spool));
    }

    private async Task<(MessageId Missing, MessageId Shorter)> FillWithFilesAsync()
    {
        await using var spool = await Mail.OpenAsync(Data);
        return ((await Mail.AcceptAsync(spool, size: 300_000)).Message, (await Mail.AcceptAsync(spool, size: 300_000)).Message);
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "spool.db")};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync(Cancellation));
    }
}
