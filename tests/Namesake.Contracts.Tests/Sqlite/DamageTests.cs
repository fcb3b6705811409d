using System.Text;
using Microsoft.Data.Sqlite;
using Namesake.Contracts.Tests.Children;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>What the disk, an operator or another program may have done to the files: a clear error that names the file and says what to do, and nothing touched.</summary>
public sealed class DamageTests : IDisposable
{
    private const string Strace = "/usr/bin/strace";
    private readonly TemporaryDirectory _directory = new();

    private string Data => Path.Combine(_directory.Path, "data");

    private string Database => Path.Combine(Data, "spool.db");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(4_096)]
    [InlineData(8_192)]
    [InlineData(100_000)]
    public async Task A_database_cut_off_is_refused(int length)
    {
        await FillAsync();
        await using (var file = File.OpenWrite(Database))
            file.SetLength(length);

        await RefusedAsync("check");

        Assert.Equal(length, new FileInfo(Database).Length);
    }

    [Theory]
    [InlineData("This is a letter to my aunt, not a database.")]
    [InlineData("SQLite format 3\0 but not for long")]
    public async Task A_file_that_is_no_database_is_refused(string text)
    {
        Directory.CreateDirectory(Data);
        var bytes = Encoding.ASCII.GetBytes(text.PadRight(20_000));
        await File.WriteAllBytesAsync(Database, bytes, TestContext.Current.CancellationToken);

        await RefusedAsync("check");

        Assert.Equal(bytes, await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Somebody_elses_database_is_refused()
    {
        Directory.CreateDirectory(Data);
        await SqlAsync("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')");

        await RefusedAsync("not a spool");
    }

    [Fact]
    public async Task A_spool_of_a_newer_version_is_refused()
    {
        await FillAsync();
        await SqlAsync("UPDATE meta SET value = 99 WHERE name = 'schema'");

        await RefusedAsync("newer version");
    }

    [Fact]
    public async Task A_directory_in_the_place_of_the_database_is_refused()
    {
        Directory.CreateDirectory(Database);

        await RefusedAsync("is a directory");
    }

    [Fact]
    public async Task A_database_that_may_not_be_read_is_refused()
    {
        // Root may read everything, so the refusal of the system call itself is made.
        Assert.SkipUnless(File.Exists(Strace), "strace is not installed");
        await FillAsync();
        await using var child = new ChildProcess("hold", Data, Strace, "-f", "-o", Path.Combine(_directory.Path, "trace"), "-P", Database, "-e", "trace=openat", "-e", "inject=openat:error=EACCES");

        var refused = Assert.Single(await child.RestAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith("unavailable", refused, StringComparison.Ordinal);
        Assert.Contains($"{Database} can't be opened", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_can_not_be_made_is_refused()
    {
        await File.WriteAllTextAsync(Data, "in the way", TestContext.Current.CancellationToken);

        await RefusedAsync("can't be made");
    }

    [Fact]
    public async Task A_missing_database_with_contents_beside_it_is_no_new_beginning()
    {
        await using (var spool = await Mail.OpenAsync(Data))
            await Mail.AcceptAsync(spool, size: 300_000);
        File.Move(Database, Database + ".away");

        await RefusedAsync("missing");
        Assert.Single(Directory.GetFiles(Path.Combine(Data, "bodies")));

        File.Move(Database + ".away", Database);
        await using var again = await Mail.OpenAsync(Data);
        Assert.Single(await Mail.IdsAsync(again));
    }

    [Fact]
    public async Task What_was_left_of_making_a_database_is_made_anew()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "spool.new"), "half", TestContext.Current.CancellationToken);

        await using var spool = await Mail.OpenAsync(Data);

        await Mail.AcceptAsync(spool);
    }

    [Fact]
    public async Task Content_that_is_gone_or_shorter_than_it_was_is_not_sent()
    {
        await using var spool = await Mail.OpenAsync(Data);
        var gone = await Mail.AcceptAsync(spool, size: 300_000);
        var shorter = await Mail.AcceptAsync(spool, size: 300_000);
        File.Delete(PathOf(gone.Message));
        await using (var file = File.OpenWrite(PathOf(shorter.Message)))
            file.SetLength(299_999);

        foreach (var consignment in new[] { gone, shorter })
        {
            var trouble = await Assert.ThrowsAsync<SpoolUnavailableException>(() => spool.OpenContentAsync(consignment.Message, CancellationToken.None));
            Assert.Contains(consignment.Message.ToString(), trouble.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_damaged_recipient_is_set_aside_and_the_others_of_its_queue_go_on()
    {
        await using (var spool = await Mail.OpenAsync(Data))
            for (var i = 0; i < 5; i++)
                await Mail.AcceptAsync(spool, claimed: false);
        await SqlAsync("UPDATE recipient SET address = 'b\u0001b' WHERE message_id = (SELECT min(message_id) FROM message)");
        await SqlAsync("DELETE FROM message WHERE message_id = (SELECT max(message_id) FROM message)");

        await using var again = await Mail.OpenAsync(Data);
        var now = TimeProvider.System.GetUtcNow();
        var queue = Assert.Single(await again.DueQueuesAsync(now, default, 10));
        var claimed = await again.ClaimAsync([queue.Id], now, 10, (_, _) => now.AddHours(1));

        Assert.Equal(3, claimed.Length);
        Assert.Empty(await again.DueQueuesAsync(now, default, 10));
        var totals = await again.TotalsAsync(CancellationToken.None);
        Assert.Equal((3, 2), (totals.Recipients, totals.Undeliverable));
        var damaged = Assert.Single(await again.MessagesAsync(new(), default, 10, CancellationToken.None), message => message.State == "undeliverable");
        Assert.StartsWith("damaged in the spool", damaged.LastReply, StringComparison.Ordinal);
    }

    private string PathOf(Core.Messages.MessageId message) => Path.Combine(Data, "bodies", message + ".eml");

    private async Task FillAsync()
    {
        await using var spool = await Mail.OpenAsync(Data);
        for (var i = 0; i < 50; i++)
            await Mail.AcceptAsync(spool, size: 10_000, claimed: false);
    }

    private async Task RefusedAsync(string saying)
    {
        var trouble = await Assert.ThrowsAsync<SpoolUnavailableException>(() => Mail.OpenAsync(Data));
        Assert.Contains(saying, trouble.Message, StringComparison.Ordinal);
        Assert.Contains(Data, trouble.Message, StringComparison.Ordinal);
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}
