using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using Namesake.Storage.Writing;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>Settlements of one batch, made by set: rows that no longer carry this run's claim were settled before, and change nothing.</summary>
internal sealed class SettleOperation(Settlement settlement, string? json, Acceptance[] spawned, long bytes) : PostgresOperation(WritePriority.Settle, bytes)
{
    private readonly HashSet<int> _done = [];

    public Acceptance[] Spawned => spawned;

    /// <summary>False when it had been settled before, and this changed nothing.</summary>
    public bool Happened => _done.Count > 0 || settlement.Results.IsEmpty;

    public override IEnumerable<long> Messages => spawned.Select(acceptance => acceptance.Message.Id.Value).Prepend(settlement.Consignment.Message.Value);

    public static void Apply(Batch batch, List<SettleOperation> all)
    {
        if (all.Count == 0)
            return;
        var byMessage = all.ToDictionary(operation => operation.Id);
        var rows = new List<(SettleOperation Operation, RecipientResult Result)>();
        foreach (var operation in all)
        {
            operation._done.Clear();
            rows.AddRange(operation.Results.Select(result => (operation, result)));
        }
        Remove(batch, byMessage, rows.FindAll(row => row.Result.Fate is RecipientFate.Delivered or RecipientFate.Failed));
        Change(batch, byMessage, rows.FindAll(row => row.Result.Fate is not (RecipientFate.Delivered or RecipientFate.Failed)));
        foreach (var operation in all)
            if (operation._done.Count > 0 && operation.Results.Count(result => result.Fate == RecipientFate.Delivered) is > 0 and var delivered)
                batch.Delivered[operation.Source] = batch.Delivered.GetValueOrDefault(operation.Source) + delivered;
        Tell(batch, all.FindAll(operation => operation.Happened && operation.Json is not null));
    }

    private long Id => settlement.Consignment.Message.Value;

    private string? Json => json;

    private string Source => settlement.Consignment.Key.Source.Value;

    private string Brand => settlement.Consignment.Key.Brand.Value;

    // Held mail is ended as what it was claimed as.
    private short State => (short)(settlement.Consignment.Hold is null ? 0 : 2);

    private bool Claimed => settlement.Consignment.Claimed;

    private IEnumerable<RecipientResult> Results => settlement.Results;

    private static void Remove(Batch batch, Dictionary<long, SettleOperation> byMessage, List<(SettleOperation Operation, RecipientResult Result)> rows)
    {
        if (rows.Count == 0)
            return;
        using (var remove = batch.Command("""
            DELETE FROM recipient r USING unnest($1, $2, $4) AS v(id, ordinal, state)
            WHERE r.message_id = v.id AND r.ordinal = v.ordinal AND r.claim = $3 AND r.state = v.state RETURNING r.message_id, r.ordinal, r.queue_id, r.state
            """, rows.ConvertAll(row => row.Operation.Id).ToArray(), rows.ConvertAll(row => row.Result.Ordinal).ToArray(), batch.Claim, rows.ConvertAll(row => row.Operation.State).ToArray()))
        using (var gone = remove.ExecuteReader())
            while (gone.Read())
            {
                byMessage[gone.GetInt64(0)]._done.Add(gone.GetInt32(1));
                batch.Add(gone.GetInt64(2), -1);
                if (gone.GetInt16(3) == 2)
                    batch.AddHeld(gone.GetInt64(2), -1);
            }
        Removal.Messages(batch, [.. rows.Where(row => row.Operation._done.Count > 0).Select(row => row.Operation.Id).Distinct().Order()]);
    }

    // kind: 0 waits on, 1 undeliverable, 2 noted. A delay is told once: who comes second changes nothing, and so sends no second DSN.
    private static void Change(Batch batch, Dictionary<long, SettleOperation> byMessage, List<(SettleOperation Operation, RecipientResult Result)> rows)
    {
        if (rows.Count == 0)
            return;
        T[] Each<T>(Func<(SettleOperation Operation, RecipientResult Result), T> of) => [.. rows.Select(of)];
        using var change = batch.Command("""
            UPDATE recipient r SET
                claim = CASE v.kind WHEN 2 THEN r.claim ELSE 0 END,
                state = CASE v.kind WHEN 1 THEN 1 ELSE r.state END,
                hold_id = CASE v.kind WHEN 1 THEN NULL ELSE r.hold_id END,
                attempts = r.attempts - CASE WHEN v.kind = 0 AND NOT v.count_it THEN r.counted ELSE 0 END,
                counted = CASE v.kind WHEN 2 THEN r.counted ELSE 0 END,
                due = CASE v.kind WHEN 0 THEN coalesce(v.due, r.due) WHEN 1 THEN $11 ELSE r.due END,
                last_reply = coalesce(v.reply, r.last_reply),
                expires = CASE v.kind WHEN 1 THEN r.expires ELSE LEAST(r.expires, v.expires) END,
                delay_told = r.delay_told OR (v.kind <> 1 AND v.told)
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS v(id, ordinal, kind, claim, count_it, told, state, due, reply, expires)
            WHERE r.message_id = v.id AND r.ordinal = v.ordinal AND r.claim = v.claim AND r.state = v.state AND NOT (v.kind = 2 AND v.told AND r.delay_told)
            RETURNING r.message_id, r.ordinal, r.queue_id, r.due, v.kind, v.state
            """,
            Each(r => r.Operation.Id), Each(r => r.Result.Ordinal), Each(r => Kind(r.Result.Fate)), Each(r => r.Operation.Claimed ? batch.Claim : 0),
            Each(r => r.Result.CountAttempt), Each(r => r.Result.DelayTold), Each(r => r.Operation.State))
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, Each(r => r.Result.NextDue?.ToMicroseconds()))
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, Each(r => Sql.Storable(r.Result.LastReply)))
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, Each(r => r.Result.Expires?.ToMicroseconds()))
            .Add(NpgsqlDbType.Bigint, batch.Time.GetUtcNow().ToMicroseconds());
        using var changed = change.ExecuteReader();
        while (changed.Read())
        {
            byMessage[changed.GetInt64(0)]._done.Add(changed.GetInt32(1));
            var held = changed.GetInt16(5) == 2;
            if (changed.GetInt32(4) == 0 && !held)
                batch.Offer(changed.GetInt64(2), changed.GetInt64(3));
            else if (changed.GetInt32(4) == 1)
            {
                batch.Add(changed.GetInt64(2), -1);
                if (held)
                    batch.AddHeld(changed.GetInt64(2), -1);
            }
        }
    }

    private static void Tell(Batch batch, List<SettleOperation> told)
    {
        if (told.Count == 0)
            return;
        using var insert = batch.Command(
            "INSERT INTO event (at, message_id, brand_id, json) SELECT $1, * FROM unnest($2, $3, $4)",
            batch.Time.GetUtcNow().ToMicroseconds(), told.ConvertAll(o => o.Id).ToArray(), told.ConvertAll(o => o.Brand).ToArray(), told.ConvertAll(o => o.Json!).ToArray());
        insert.ExecuteNonQuery();
    }

    private static int Kind(RecipientFate fate) => fate switch
    {
        RecipientFate.Waiting => 0,
        RecipientFate.Undeliverable => 1,
        RecipientFate.Noted => 2,
        _ => throw new ArgumentException($"A recipient can't be settled as {fate}."),
    };
}
