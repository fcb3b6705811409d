using System.IO.Compression;
using System.Text;
using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>Data directories as earlier versions left them: Spools/schemaN.zip was written by the program that knew schema N, with mail in every state in it.</summary>
public sealed class UpgradeTests : IDisposable
{
    private static readonly string Spools = Path.Combine(AppContext.BaseDirectory, "Sqlite", "Spools");
    private readonly TemporaryDirectory _directory = new();

    private string Database => Path.Combine(_directory.Path, "spool.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Earlier => [.. Directory.GetFiles(Spools, "*.zip").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_earlier_schema_is_kept_here_to_be_opened()
    {
        await using (await Mail.OpenAsync(_directory.Path))
        {
        }
        var current = await ScalarAsync("SELECT value FROM meta WHERE name = 'schema'");

        Assert.Equal(Enumerable.Range(1, (int)current - 1).Select(version => $"schema{version}"), Earlier.Select(row => row.Data).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task A_spool_of_an_earlier_version_opens_and_has_lost_nothing(string earlier)
    {
        await ExtractAsync(earlier);

        await using var spool = await Mail.OpenAsync(_directory.Path, eventDays: 100_000);

        var messages = await spool.MessagesAsync(new(), default, 100, Cancellation);
        Assert.Equal(
            [
                ("waiting.example", 3, "waiting", 0, null), ("waiting.example", 2, "waiting", 0, null), ("claimed.example", 1, "waiting", 1, null), ("large.example", 1, "waiting", 0, null),
                ("deferred.example", 1, "waiting", 1, "451 4.7.1 later"), ("undeliverable.example", 0, "undeliverable", 1, "550 5.1.1 no such user"),
            ],
            messages.Select(message => (message.Domain.Value, message.Waiting, message.State, message.Attempts, message.LastReply)));
        Assert.Equal((6, 8, 1), await TotalsAsync(spool));
        Assert.All(messages, message => Assert.Equal("10.0.0.9", message.Submitter)); // the client: more was not known
        Assert.Equal(["waits", "goes back to its peer", "was under way", "in a file", "was deferred", "nobody takes it"], await SubjectsAsync(spool, messages.Select(message => message.Id)));
        Assert.Contains("Written by schema", Assert.Single((await spool.MessageAsync(messages[4].Id, Cancellation))!.Events), StringComparison.Ordinal);
        Assert.Equal("{\"verdict\":\"aligned\"}", (await spool.LoadAsync(Cancellation))["source/acme-v4"]);
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task What_waited_in_an_earlier_version_goes_out_its_own_way(string earlier)
    {
        await ExtractAsync(earlier);
        await using var spool = await Mail.OpenAsync(_directory.Path);
        var later = TimeProvider.System.GetUtcNow().AddDays(1);

        var queues = await spool.DueQueuesAsync(later, default, 100);
        var claimed = await spool.ClaimAsync([.. queues.Select(queue => queue.Id)], later, 100, (_, _) => later.AddHours(1));

        Assert.Equal(
            [("claimed.example", null, 1), ("deferred.example", null, 1), ("large.example", null, 1), ("waiting.example", null, 3), ("waiting.example", "192.0.2.25:25", 2)],
            claimed.Select(consignment => (consignment.Key.Domain.Value, consignment.Key.Via, consignment.Recipients.Length)).Order());
        foreach (var consignment in claimed)
            await spool.SettleAsync(new Settlement(consignment, [.. consignment.Recipients.Select(recipient => new RecipientResult(recipient.Ordinal, RecipientFate.Delivered, "250 ok"))], null, []));
        Assert.Equal((1, 0, 1), await TotalsAsync(spool));
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task After_an_upgrade_everything_belongs_together(string earlier)
    {
        await ExtractAsync(earlier);
        await using (await Mail.OpenAsync(_directory.Path))
        {
        }

        Assert.Empty((await SpoolCheck.RunAsync(_directory.Path, repair: false, Cancellation)).Findings);
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task Looking_at_an_earlier_version_changes_nothing_and_says_how_to_go_on(string earlier)
    {
        await ExtractAsync(earlier);
        var before = await File.ReadAllBytesAsync(Database, Cancellation);

        var finding = Assert.Single((await SpoolCheck.RunAsync(_directory.Path, repair: true, Cancellation)).Findings);

        Assert.Contains("Start the relay once", finding.What, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task An_upgrade_that_fails_leaves_the_spool_as_it_was(string earlier)
    {
        await ExtractAsync(earlier);
        var made = earlier switch { "schema1" => "queue_2", "schema2" => "tally", "schema3" => "hold", "schema4" => "queue_put_off", "schema5" => "observed", "schema6" => "suppression", _ => "recipient_untried" }; // by the script that is next
        await SqlAsync($"CREATE TABLE {made} (in_the_way INTEGER)");
        var version = await ScalarAsync("SELECT value FROM meta WHERE name = 'schema'");

        var trouble = await Assert.ThrowsAsync<SpoolUnavailableException>(() => Mail.OpenAsync(_directory.Path));

        Assert.Contains("Nothing was changed", trouble.Message, StringComparison.Ordinal);
        Assert.Equal(version, await ScalarAsync("SELECT value FROM meta WHERE name = 'schema'"));
        await SqlAsync($"DROP TABLE {made}");
        await using var spool = await Mail.OpenAsync(_directory.Path);
        Assert.Equal((6, 8, 1), await TotalsAsync(spool));
    }

    private static async Task<(long, long, long)> TotalsAsync(SqliteSpool spool)
    {
        var totals = await spool.TotalsAsync(Cancellation);
        return (totals.Messages, totals.Recipients, totals.Undeliverable);
    }

    private static async Task<List<string>> SubjectsAsync(SqliteSpool spool, IEnumerable<MessageId> ids)
    {
        var subjects = new List<string>();
        foreach (var id in ids)
        {
            await using var content = await spool.OpenContentAsync(id, Cancellation);
            using var reader = new StreamReader(content.OpenStream(), Encoding.ASCII);
            subjects.Add((await reader.ReadLineAsync(Cancellation))!["Subject: ".Length..]);
        }
        return subjects;
    }

    private Task ExtractAsync(string earlier) => ZipFile.ExtractToDirectoryAsync(Path.Combine(Spools, earlier + ".zip"), _directory.Path, Cancellation);

    private async Task SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
