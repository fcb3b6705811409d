using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Namesake.Storage.Writing;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>Keeps waiting recipients of a queue back.</summary>
internal sealed class HoldOperation(long queue, IReadOnlyList<RecipientId> recipients, MailHold hold) : PostgresOperation(WritePriority.Administer, 64L * recipients.Count)
{
    // One that is given again, as to a submitter that is frozen a second time, says what it says now.
    private const string Again = """
        ON CONFLICT (hold_id) DO UPDATE SET reason = excluded.reason, given_by = excluded.given_by, since = excluded.since, until = excluded.until WHERE hold.since <> excluded.since
        """;

    public int Changed { get; private set; }

    public override void Apply(Batch batch)
    {
        using (var keep = batch.Command("""
            UPDATE recipient r SET state = 2, hold_id = $4 FROM unnest($1, $2) AS v(id, ordinal)
            WHERE r.message_id = v.id AND r.ordinal = v.ordinal AND r.queue_id = $3 AND r.state = 0 AND r.claim = 0
            """, Chosen.Messages(recipients), Chosen.Ordinals(recipients), queue, hold.Id.Value))
            Changed = keep.ExecuteNonQuery();
        if (Changed == 0)
            return;
        using (var insert = batch.Command("INSERT INTO hold (hold_id, reason, given_by, since, until) VALUES ($1, $2, $3, $4, $5) " + Again,
            hold.Id.Value, Sql.Storable(hold.Reason)!, Sql.Storable(hold.By)!, hold.Since.ToMicroseconds()).Add(NpgsqlDbType.Bigint, hold.Until?.ToMicroseconds()))
            insert.ExecuteNonQuery();
        batch.AddHeld(queue, Changed);
        batch.Recount(queue);
    }
}
