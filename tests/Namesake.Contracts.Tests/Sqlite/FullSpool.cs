using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>Many messages in no time: rows as acceptances would have written them, made inside the database.</summary>
internal static class FullSpool
{
    public const int Queues = 50;

    /// <summary>Waiting, due in the order of their ids, one recipient each, over <see cref="Queues"/> queues in turn. Ids are times: one microsecond after the other since <paramref name="from"/>.</summary>
    public static async Task FillAsync(string directory, int messages, DateTimeOffset from)
    {
        await (await Mail.OpenAsync(directory)).DisposeAsync();
        var first = (from - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "spool.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            BEGIN;
            CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {messages - 1}) SELECT i FROM n;
            INSERT INTO queue (queue_id, brand_id, source_id, domain, via, waiting, earliest_due)
                SELECT 1 + i % {Queues}, 'acme', 'acme-v4', 'd' || (i % {Queues}) || '.example', '', count(*), min({first} + i) FROM n GROUP BY i % {Queues};
            INSERT INTO message (message_id, brand_id, sender, eight_bit, smtp_utf8, is_dsn, in_file, size, client)
                SELECT {first} + i, 'acme', 'ann@acme.example', 0, 0, 0, 0, 24, '10.0.0.9' FROM n;
            INSERT INTO body (message_id, brand_id, content) SELECT {first} + i, 'acme', CAST('Subject: hello' || char(13, 10, 13, 10) || 'Hello.' AS BLOB) FROM n;
            INSERT INTO recipient (message_id, ordinal, brand_id, queue_id, address, state, claim, counted, due, expires, attempts, delay_told)
                SELECT {first} + i, 0, 'acme', 1 + i % {Queues}, 'bob@d' || (i % {Queues}) || '.example', 0, 0, 0, {first} + i, {first} + i + 432000000000, 0, 0 FROM n;
            UPDATE meta SET value = {messages} WHERE name = 'messages';
            COMMIT;
            """);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
