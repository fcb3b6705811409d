using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Npgsql;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>Looks through one queue for what an operator means: what waits by the index of what is due, what is held by its own.</summary>
internal sealed class FoundRecipients(SpoolFilter filter, QueueId queue, long now, int limit)
{
    /// <summary>Rows looked at by one statement.</summary>
    private const int Slice = 10_000;

    private const string Columns = """
        SELECT s.message_id, s.ordinal, s.due, s.state, s.attempts,
            ($5 IS NULL OR m.submitter = $5) AND ($6 IS NULL OR lower(coalesce(m.sender, '<>')) = lower($6)) AND ($7 IS NULL OR s.message_id < $7)
                AND ($8 IS NULL OR s.hold_id = $8) AND ($9 IS NULL OR lower(h.reason) = lower($9)) AND ($10 IS NULL OR m.message_id = ANY($10))
        FROM (SELECT r.* FROM recipient r WHERE r.queue_id = $1 AND
        """;

    // OFFSET 0 and the limit inside keep the search apart: so many rows are looked at and no more, whatever matches.
    private const string Joined = " LIMIT $4 OFFSET 0) AS s JOIN message m ON m.message_id = s.message_id LEFT JOIN hold h ON h.hold_id = s.hold_id ORDER BY ";

    private const string Waiting = Columns
        + " r.state = 0 AND r.claim = 0 AND r.due >= $11 AND (r.due, r.message_id, r.ordinal) > ($11, $2, $3) ORDER BY r.due, r.message_id, r.ordinal"
        + Joined + "s.due, s.message_id, s.ordinal";

    private const string Held = Columns
        + " r.state = 2 AND r.claim = 0 AND (r.message_id, r.ordinal) > ($2, $3) ORDER BY r.message_id, r.ordinal" + Joined + "s.message_id, s.ordinal";

    private const string Named = Columns
        + " r.message_id = ANY($10) AND r.state IN (0, 2) AND r.claim = 0 AND (r.message_id, r.ordinal) > ($2, $3) ORDER BY r.message_id, r.ordinal" + Joined + "s.message_id, s.ordinal";

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

    private async Task<RecipientPlace?> LookAsync(NpgsqlConnection connection, string sql, RecipientPlace after, CancellationToken cancellation)
    {
        // With nothing to be compared nearly every row is one that is wanted.
        var most = filter is { Submitter: null, Sender: null, State: null, Hold: null, HoldReason: null } ? limit : Slice;
        await using var select = Sql.Command(connection, sql, queue.Value, after.Message.Value, after.Ordinal, most)
            .Add(NpgsqlDbType.Text, filter.Submitter).Add(NpgsqlDbType.Text, filter.Sender)
            .Add(NpgsqlDbType.Bigint, filter.AcceptedBefore is { } before ? MessageId.At(before).Value : null)
            .Add(NpgsqlDbType.Bigint, filter.Hold?.Value).Add(NpgsqlDbType.Text, filter.HoldReason)
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, filter.Messages.IsDefault ? null : filter.Messages.Select(id => id.Value).ToArray());
        if (sql == Waiting)
            select.Add(NpgsqlDbType.Bigint, after.Due);
        await using var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var (last, seen) = (after, 0);
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
        {
            seen++;
            last = new RecipientPlace(after.AmongHeld, rows.GetInt64(2), new MessageId(rows.GetInt64(0)), rows.GetInt32(1));
            var state = rows.GetInt16(3) == 2 ? RecipientState.Held : rows.GetInt64(2) <= now ? RecipientState.Due : RecipientState.Later;
            if (rows.IsDBNull(5) || !rows.GetBoolean(5) || (filter.State is { } wanted && wanted != state))
                continue;
            _found.Add(new FoundRecipient(new RecipientId(last.Message, last.Ordinal), state, rows.GetInt32(4)));
            if (_found.Count == limit)
                return last;
        }
        return seen < most ? null : last;
    }
}
