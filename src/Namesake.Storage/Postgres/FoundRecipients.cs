using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Npgsql;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>Looks through one queue for what an operator means: what waits by the index of what is due, what is held by its own.</summary>
internal sealed class FoundRecipients(SpoolFilter filter, QueueId queue, long now, int limit)
{
    /// <summary>Rows looked at for one page, about.</summary>
    private const int Slice = 10_000;

    /// <summary>By how much more rows a statement looks at when those before had too few that are meant.</summary>
    private const int Growth = 2;

    // So many rows are looked at and no more, whatever matches. Of the others only the last one is sent: there the search goes on.
    private const string Looked = "WITH s AS MATERIALIZED (SELECT r.message_id, r.ordinal, r.due, r.state, r.attempts, r.hold_id FROM recipient r WHERE r.queue_id = $1 AND ";

    private const string Matching = """
         LIMIT $4)
        SELECT s.message_id, s.ordinal, s.due, s.state, s.attempts, 0::bigint AS looked
        FROM s JOIN message m ON m.message_id = s.message_id LEFT JOIN hold h ON h.hold_id = s.hold_id
        WHERE ($5 IS NULL OR m.submitter = $5) AND ($6 IS NULL OR lower(coalesce(m.sender, '<>')) = lower($6)) AND ($7 IS NULL OR s.message_id < $7)
            AND ($8 IS NULL OR s.hold_id = $8) AND ($9 IS NULL OR lower(h.reason) = lower($9))
            AND ($11 IS NULL OR $11 = CASE WHEN s.state = 2 THEN 2 WHEN s.due <= $12 THEN 0 ELSE 1 END)
        UNION ALL (SELECT message_id, ordinal, due, state, attempts, (SELECT count(*) FROM s) FROM s ORDER BY
        """;

    private const string ByDue = " due, message_id, ordinal", ById = " message_id, ordinal";

    private const string Waiting = Looked
        + "r.state = 0 AND r.claim = 0 AND r.due >= $13 AND (r.due, r.message_id, r.ordinal) > ($13, $2, $3) ORDER BY" + ByDue + Matching
        + " due DESC, message_id DESC, ordinal DESC LIMIT 1) ORDER BY looked," + ByDue;

    private const string Held = Looked + "r.state = 2 AND r.claim = 0 AND (r.message_id, r.ordinal) > ($2, $3) ORDER BY" + ById + Matching + LastById;

    private const string Named = Looked
        + "r.message_id = ANY($10) AND r.state IN (0, 2) AND r.claim = 0 AND (r.message_id, r.ordinal) > ($2, $3) ORDER BY" + ById + Matching + LastById;

    private const string LastById = " message_id DESC, ordinal DESC LIMIT 1) ORDER BY looked," + ById;

    private readonly List<FoundRecipient> _found = [];

    public async Task<RecipientPage> ReadAsync(NpgsqlConnection connection, RecipientPlace? after, CancellationToken cancellation)
    {
        if (!filter.Messages.IsDefault)
            return Page(await LookAsync(connection, Named, after ?? new RecipientPlace(false, 0, default, -1), cancellation).ConfigureAwait(false));
        var place = after;
        if (place is not { AmongHeld: true })
        {
            place = filter.State is null or RecipientState.Due or RecipientState.Later && filter is { HoldReason: null, Hold: null }
                ? await LookAsync(connection, Waiting, place ?? new RecipientPlace(false, long.MinValue, default, -1), cancellation).ConfigureAwait(false) : null;
            if (place is not null || filter.State is not (null or RecipientState.Held))
                return Page(place);
            place = new RecipientPlace(true, 0, default, -1);
        }
        return Page(_found.Count == limit ? place : await LookAsync(connection, Held, place.Value, cancellation).ConfigureAwait(false));
    }

    private RecipientPage Page(RecipientPlace? next) => new([.. _found], next);

    // Where most match a page is one short statement. Where few do it is several, the last of them long.
    private async Task<RecipientPlace?> LookAsync(NpgsqlConnection connection, string sql, RecipientPlace after, CancellationToken cancellation)
    {
        var looked = 0L;
        for (var most = limit; looked < Slice; most *= Growth)
        {
            await using var select = Select(connection, sql, after, most);
            await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var seen = 0L;
            while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            {
                after = new RecipientPlace(after.AmongHeld, rows.GetInt64(2), new MessageId(rows.GetInt64(0)), rows.GetInt32(1));
                seen = rows.GetInt64(5);
                if (seen > 0)
                    break;
                var state = rows.GetInt16(3) == 2 ? RecipientState.Held : after.Due <= now ? RecipientState.Due : RecipientState.Later;
                _found.Add(new FoundRecipient(new RecipientId(after.Message, after.Ordinal), state, rows.GetInt32(4)));
                if (_found.Count == limit)
                    return after;
            }
            if (seen < most)
                return null;
            looked += seen;
        }
        return after;
    }

    private NpgsqlCommand Select(NpgsqlConnection connection, string sql, RecipientPlace after, int most)
    {
        var select = Sql.Command(connection, sql, queue.Value, after.Message.Value, after.Ordinal, most)
            .Add(NpgsqlDbType.Text, filter.Submitter).Add(NpgsqlDbType.Text, filter.Sender)
            .Add(NpgsqlDbType.Bigint, filter.AcceptedBefore is { } before ? MessageId.At(before).Value : null)
            .Add(NpgsqlDbType.Bigint, filter.Hold?.Value).Add(NpgsqlDbType.Text, filter.HoldReason)
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, filter.Messages.IsDefault ? null : filter.Messages.Select(id => id.Value).ToArray())
            .Add(NpgsqlDbType.Integer, filter.State is { } state ? (int)state : null).Add(NpgsqlDbType.Bigint, now);
        return sql == Waiting ? select.Add(NpgsqlDbType.Bigint, after.Due) : select;
    }
}
