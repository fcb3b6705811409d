using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;
using Namesake.Storage.Postgres;
using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage;

/// <summary>Looks through a cluster's tables, whether relays use them or not: all of it is seen as it was at one moment.</summary>
/// <remarks>Pages and indexes are the server's business (pg_amcheck). Changes nothing unless asked to repair, and then only the counts of queues and messages.</remarks>
public static class PostgresCheck
{
    /// <summary>Content whose message is this old and still not there was left behind; younger ones may be on their way in.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromDays(1);

    private const string Restore = "The message can't be delivered. Restore its content from a backup of the same moment, or tell its sender; it is bounced when it expires.";
    private const string SetAside = "The relay sets such recipients aside as undeliverable when their turn comes. Restore a backup if the mail is missed.";
    private const string Again = "Run `namesake spool check --repair`.";

    /// <exception cref="SpoolUnavailableException">The server can't be used, or there is no spool of this version.</exception>
    public static Task<SpoolCheckReport> RunAsync(PostgresOptions options, bool repair, TimeProvider time, CancellationToken cancellation) =>
        Task.Run(() => Run(options, repair, time), cancellation);

    private static SpoolCheckReport Run(PostgresOptions options, bool repair, TimeProvider time)
    {
        try
        {
            using var connection = Connections.Open(options);
            Schema.Examine(connection, options);
            Schema.Execute(connection, "SET enable_seqscan = on; SET enable_hashjoin = on; SET enable_mergejoin = on"); // everything is read once
            using var transaction = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
            var findings = ImmutableArray.CreateBuilder<SpoolFinding>();
            findings.AddRange(Contents(connection, (time.GetUtcNow() - OnItsWay).ToMicroseconds()));
            findings.AddRange(Recipients(connection));
            var (queues, messages) = (Queues(connection), Messages(connection));
            var report = (Count(connection, "message"), Count(connection, "recipient"));
            transaction.Commit();
            if (repair && queues.Length + messages.Length > 0)
            {
                Repair(connection);
                const string Mended = "It was counted anew.";
                (queues, messages) = ([.. queues.Select(finding => finding with { Fix = Mended, IsRepaired = true })], [.. messages.Select(finding => finding with { Fix = Mended, IsRepaired = true })]);
            }
            findings.AddRange(queues);
            findings.AddRange(messages);
            return new SpoolCheckReport(options.Place, report.Item1, report.Item2, findings.ToImmutable());
        }
        catch (NpgsqlException e)
        {
            throw Trouble.Describe(e);
        }
    }

    private static IEnumerable<SpoolFinding> Contents(NpgsqlConnection connection, long leftBefore)
    {
        var broken = new Listed("content", Restore);
        Each(connection, """
            SELECT m.message_id, m.size, b.stored FROM message m
            LEFT JOIN (SELECT message_id, sum(octet_length(content))::bigint AS stored FROM body GROUP BY message_id) AS b ON b.message_id = m.message_id
            WHERE b.stored IS DISTINCT FROM m.size ORDER BY m.message_id
            """, row => broken.Add(row.IsDBNull(2)
                ? $"message {Id(row)} has no content; it had {row.GetInt64(1)} bytes"
                : $"the content of message {Id(row)} has {row.GetInt64(2)} bytes instead of {row.GetInt64(1)}", $"table body, message {Id(row)}"));
        var spare = new Listed("content", "It only takes room; its node removes it at its next start.");
        Each(connection, "SELECT DISTINCT b.message_id FROM body b WHERE b.message_id < $1 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.message_id = b.message_id) ORDER BY 1",
            row => spare.Add($"content of message {Id(row)}, which isn't in the spool", "table body"), leftBefore);
        return broken.All().Concat(spare.All());
    }

    private static IEnumerable<SpoolFinding> Recipients(NpgsqlConnection connection)
    {
        var listed = new Listed("recipients", SetAside);
        Each(connection, """
            SELECT r.message_id, r.ordinal, r.address, r.queue_id, m.message_id IS NULL, q.queue_id IS NULL, q.brand_id IS DISTINCT FROM r.brand_id, r.state NOT IN (0, 1, 2), r.state = 2 AND h.hold_id IS NULL
            FROM recipient r LEFT JOIN message m ON m.message_id = r.message_id LEFT JOIN queue q ON q.queue_id = r.queue_id
            LEFT JOIN hold h ON h.hold_id = r.hold_id
            """, row =>
            {
                foreach (var fault in Faults(row))
                    listed.Add(fault, $"table recipient, message {Id(row)}, recipient {row.GetInt32(1)}");
            });
        var empty = new Listed("recipients", "Nothing of it is left to deliver. Delete the rows in message and body.");
        Each(connection, "SELECT m.message_id FROM message m WHERE NOT EXISTS (SELECT 1 FROM recipient r WHERE r.message_id = m.message_id) ORDER BY 1",
            row => empty.Add($"message {Id(row)} has no recipients", "table message"));
        return listed.All().Concat(empty.All());
    }

    private static IEnumerable<string> Faults(NpgsqlDataReader row)
    {
        if (row.GetBoolean(4))
            yield return "its message isn't there";
        if (row.GetBoolean(5))
            yield return $"its queue {row.GetInt64(3)} isn't there";
        else if (row.GetBoolean(6))
            yield return $"its queue {row.GetInt64(3)} is another brand's";
        if (row.GetBoolean(7))
            yield return "its state is unknown";
        if (row.GetBoolean(8))
            yield return "it is held, and the reason is gone";
        if (!Mailbox.TryParse(row.GetString(2), allowUtf8: true, out _, out var error))
            yield return $"its address is none: {error}";
    }

    private static ImmutableArray<SpoolFinding> Queues(NpgsqlConnection connection)
    {
        var found = ImmutableArray.CreateBuilder<SpoolFinding>();
        Each(connection, """
            SELECT q.brand_id || '/' || q.source_id || '/' || q.domain || CASE q.via WHEN '' THEN '' ELSE ' via ' || q.via END, q.waiting, coalesce(r.waiting, 0), q.held, coalesce(r.held, 0) FROM queue q
            LEFT JOIN (SELECT queue_id, count(*) AS waiting, count(*) FILTER (WHERE state = 2) AS held, min(due) FILTER (WHERE claim = 0 AND state = 0) AS due
                FROM recipient WHERE state IN (0, 2) GROUP BY queue_id) AS r ON r.queue_id = q.queue_id
            WHERE q.waiting <> coalesce(r.waiting, 0) OR q.held <> coalesce(r.held, 0) OR (r.due IS NOT NULL AND (q.earliest_due IS NULL OR q.earliest_due > r.due)) ORDER BY 1
            """, row => found.Add(new SpoolFinding("queues",
                row.GetInt64(1) != row.GetInt64(2) ? $"says that {row.GetInt64(1)} recipients wait, there are {row.GetInt64(2)}"
                : row.GetInt64(3) != row.GetInt64(4) ? $"says that {row.GetInt64(3)} recipients are held, there are {row.GetInt64(4)}" : "has mail that is due before the queue says so",
                $"queue {row.GetString(0)}", Again)));
        return found.ToImmutable();
    }

    private static ImmutableArray<SpoolFinding> Messages(NpgsqlConnection connection)
    {
        var (kept, counted) = ((long)Schema.Scalar(connection, "SELECT coalesce(sum(messages), 0)::bigint FROM writer")!, Count(connection, "message"));
        return kept == counted ? [] : [new SpoolFinding("messages", $"{kept} messages are said to be here, there are {counted}", "table writer", Again)];
    }

    // Nobody changes mail meanwhile: a batch begins with the writers' row or ends with it, and holds the tables it has changed.
    private static void Repair(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        Schema.Execute(connection, "LOCK TABLE message, recipient, queue, writer IN SHARE ROW EXCLUSIVE MODE");
        Schema.Execute(connection, """
            UPDATE queue q SET waiting = n.waiting, held = n.held, earliest_due = n.due FROM (
                SELECT q.queue_id, count(r.message_id) AS waiting, count(*) FILTER (WHERE r.state = 2) AS held, min(r.due) FILTER (WHERE r.claim = 0 AND r.state = 0) AS due
                FROM queue q LEFT JOIN recipient r ON r.queue_id = q.queue_id AND r.state IN (0, 2) GROUP BY q.queue_id) AS n
            WHERE q.queue_id = n.queue_id AND (q.waiting, q.held, q.earliest_due) IS DISTINCT FROM (n.waiting, n.held, n.due)
            """);
        Schema.Execute(connection, """
            UPDATE writer w SET messages = w.messages + (SELECT count(*) FROM message) - (SELECT sum(messages) FROM writer),
                bytes = w.bytes + (SELECT coalesce(sum(size), 0) FROM message) - (SELECT sum(bytes) FROM writer)
            WHERE (w.node_id, w.writer) = (SELECT node_id, writer FROM writer ORDER BY 1, 2 LIMIT 1)
            """);
        transaction.Commit();
    }

    private static void Each(NpgsqlConnection connection, string sql, Action<NpgsqlDataReader> see, params ReadOnlySpan<object> values)
    {
        using var select = Sql.Command(connection, sql, values);
        select.CommandTimeout = 0;
        using var rows = select.ExecuteReader();
        while (rows.Read())
            see(rows);
    }

    private static MessageId Id(NpgsqlDataReader row) => new(row.GetInt64(0));

    private static long Count(NpgsqlConnection connection, string table) => (long)Schema.Scalar(connection, $"SELECT count(*) FROM {table}")!;
}
