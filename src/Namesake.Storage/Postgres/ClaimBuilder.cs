using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>Puts locked rows together into consignments and claims them by one statement.</summary>
internal sealed class ClaimBuilder(Batch batch, QueueKeys keys)
{
    private readonly Dictionary<long, QueueKey> _known = [];
    private readonly List<(long Message, int Ordinal, long? Due)> _claimed = [];
    private readonly List<(long Message, int Ordinal, string Reason)> _damaged = [];

    public List<Consignment> Consignments { get; } = [];

    public IReadOnlyList<(long Message, int Ordinal, long? Due)> Claimed => _claimed;

    /// <summary>Looks up which keys these queues have, as far as nobody remembers it: once for all whose rows will be added.</summary>
    public void Know(IEnumerable<long> queues)
    {
        foreach (var (id, key) in keys.Load(batch.Connection, queues.Where(id => !_known.ContainsKey(id))))
            _known[id] = key;
    }

    /// <param name="next">When they are due if nothing is settled; null: nothing is tried, so no attempt is counted and the time stays.</param>
    public void Add(MessageRow? message, List<RecipientRow> rows, MessageId id, long? next)
    {
        batch.Recount(rows[0].Queue);
        try
        {
            var claimed = next is { } due ? rows.ConvertAll(row => row with { Attempts = row.Attempts + 1, Due = due }) : rows;
            Consignments.Add(ConsignmentRows.Build(message ?? throw new InvalidDataException("its message isn't there"), claimed, KeyOf, claimed: true));
            _claimed.AddRange(rows.Select(row => (id.Value, row.Ordinal, next)));
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or ArgumentException)
        {
            _damaged.AddRange(rows.Select(row => (id.Value, row.Ordinal, $"damaged in the spool: {e.Message}"))); // it must not block its queue for good
        }
    }

    /// <summary>What a statement finds, message by message and without counting an attempt: to end it, not to try it.</summary>
    /// <param name="pick">Locks recipients and reads them with their messages (<see cref="Paired"/>).</param>
    public void AddToEnd(NpgsqlCommand pick, int limit)
    {
        List<(MessageRow Message, RecipientRow Row)> rows;
        using (var reader = pick.ExecuteReader())
            rows = Paired.ReadAll(reader);
        Know(rows.Select(row => row.Row.Queue));
        foreach (var message in rows.GroupBy(row => row.Message.Id).OrderBy(group => group.Key))
            foreach (var group in ConsignmentRows.Group(message.Select(row => row.Row).OrderBy(row => row.Ordinal)))
                if (Consignments.Count < limit)
                    Add(message.First().Message, group, message.Key, next: null);
    }

    public void Write()
    {
        using (var claim = batch.Command("""
            UPDATE recipient r SET claim = $3, counted = CASE WHEN v.due IS NULL THEN 0 ELSE 1 END,
                attempts = r.attempts + CASE WHEN v.due IS NULL THEN 0 ELSE 1 END, due = coalesce(v.due, r.due)
            FROM unnest($1, $2, $4) AS v(id, ordinal, due) WHERE r.message_id = v.id AND r.ordinal = v.ordinal
            """, _claimed.ConvertAll(row => row.Message).ToArray(), _claimed.ConvertAll(row => row.Ordinal).ToArray(), batch.Claim)
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, _claimed.ConvertAll(row => row.Due).ToArray()))
            claim.ExecuteNonQuery();
        if (_damaged.Count == 0)
            return;
        using var condemn = batch.Command("""
            UPDATE recipient r SET state = 1, hold_id = NULL, due = $4, last_reply = v.reason
            FROM (SELECT v.*, o.state FROM unnest($1, $2, $3) AS v(id, ordinal, reason) JOIN recipient o ON o.message_id = v.id AND o.ordinal = v.ordinal) AS v
            WHERE r.message_id = v.id AND r.ordinal = v.ordinal AND r.state IN (0, 2) RETURNING r.queue_id, v.state
            """, _damaged.ConvertAll(row => row.Message).ToArray(), _damaged.ConvertAll(row => row.Ordinal).ToArray(), _damaged.ConvertAll(row => row.Reason).ToArray(), batch.Time.GetUtcNow().ToMicroseconds());
        using var rows = condemn.ExecuteReader();
        while (rows.Read())
        {
            batch.Add(rows.GetInt64(0), -1);
            if (rows.GetInt16(1) == 2)
                batch.AddHeld(rows.GetInt64(0), -1);
        }
    }

    // Only a row that the server doesn't have either is damage: what is remembered may have gaps.
    private QueueKey KeyOf(long queue)
    {
        if (!_known.ContainsKey(queue))
            Know([queue]);
        return _known.TryGetValue(queue, out var key) ? key : throw new InvalidDataException($"its queue {queue} isn't there");
    }
}
