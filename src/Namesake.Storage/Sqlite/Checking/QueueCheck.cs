using Microsoft.Data.Sqlite;

namespace Namesake.Storage.Sqlite.Checking;

/// <summary>The counts of queues are those of their rows, and none is due later than its mail.</summary>
internal sealed class QueueCheck(bool repair) : ISpoolCheck
{
    private const string Wrong = """
        SELECT q.queue_id, q.brand_id || '/' || q.source_id || '/' || q.domain || iif(q.via = '', '', ' via ' || q.via), q.waiting, q.held, ifnull(r.waiting, 0), r.due, ifnull(r.held, 0) FROM queue q
        LEFT JOIN (SELECT queue_id, count(*) AS waiting, sum(state = 2) AS held, min(CASE WHEN claim = 0 AND state = 0 THEN due END) AS due FROM recipient WHERE state IN (0, 2) GROUP BY queue_id) r
            ON r.queue_id = q.queue_id
        WHERE q.waiting <> ifnull(r.waiting, 0) OR q.held <> ifnull(r.held, 0) OR (r.due IS NOT NULL AND (q.earliest_due IS NULL OR q.earliest_due > r.due))
        """;

    public string Name => "queues";

    public IEnumerable<SpoolFinding> Run(SqliteConnection connection)
    {
        var wrong = new List<(long Id, string Key, string What, long Waiting, long? Due, long Held)>();
        using (var queues = new Statement(connection, Wrong))
            while (queues.Step())
                wrong.Add((queues.Long(0), queues.Text(1), Describe(queues), queues.Long(4), queues.LongOrNull(5), queues.Long(6)));
        if (repair)
            Repair(connection, wrong.Select(queue => (queue.Id, queue.Waiting, queue.Due, queue.Held)));
        return wrong.Select(queue => new SpoolFinding(
            Name, queue.What, $"queue {queue.Key}", repair ? "It was counted anew." : "Run `namesake spool check --repair`.", repair));
    }

    private static string Describe(Statement queues) =>
        queues.Long(2) != queues.Long(4)
            ? $"says that {queues.Long(2)} recipients wait, there are {queues.Long(4)}"
            : queues.Long(3) != queues.Long(6)
            ? $"says that {queues.Long(3)} recipients are held, there are {queues.Long(6)}"
            : "has mail that is due before the queue says so";

    private static void Repair(SqliteConnection connection, IEnumerable<(long Id, long Waiting, long? Due, long Held)> queues)
    {
        using var begin = new Statement(connection, "BEGIN IMMEDIATE");
        using var update = new Statement(connection, "UPDATE queue SET waiting = ?2, earliest_due = ?3, held = ?4 WHERE queue_id = ?1");
        using var commit = new Statement(connection, "COMMIT");
        begin.Execute();
        foreach (var (id, waiting, due, held) in queues)
            update.Bind(1, id).Bind(2, waiting).Bind(3, due).Bind(4, held).Execute();
        commit.Execute();
    }
}
