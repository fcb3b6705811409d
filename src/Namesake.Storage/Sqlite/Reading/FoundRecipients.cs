using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite.Reading;

/// <summary>Looks through one queue for what an operator means: what waits by the index of what is due, what is held by its own.</summary>
internal sealed class FoundRecipients(SpoolFilter filter, QueueId queue, long now, int limit)
{
    /// <summary>Rows looked at in one read transaction; a few milliseconds.</summary>
    private const int Slice = 10_000;

    private const string Waiting = """
        SELECT message_id, ordinal, due FROM recipient INDEXED BY recipient_waiting
        WHERE queue_id = ?1 AND state = 0 AND claim = 0 AND (due, claim, message_id, ordinal) > (?2, 0, ?3, ?4)
        ORDER BY due, claim, message_id, ordinal LIMIT ?5
        """;

    private const string Held = """
        SELECT message_id, ordinal, hold_id FROM recipient INDEXED BY recipient_held
        WHERE queue_id = ?1 AND state = 2 AND claim = 0 AND (message_id, ordinal) > (?2, ?3) ORDER BY message_id, ordinal LIMIT ?4
        """;

    private const string Message = "SELECT submitter, sender FROM message WHERE message_id = ?1";
    private const string Attempts = "SELECT attempts FROM recipient WHERE message_id = ?1 AND ordinal = ?2";
    private const string Reason = "SELECT reason FROM hold WHERE hold_id = ?1";

    private readonly List<FoundRecipient> _found = [];
    private readonly Dictionary<long, string?> _reasons = [];
    private (long Id, bool Matches) _message;

    public RecipientPage Read(ReaderConnection reader, RecipientPlace? after)
    {
        if (!filter.Messages.IsDefault)
            return Named(reader, after);
        var place = after;
        if (place is not { AmongHeld: true })
        {
            place = filter.State is null or RecipientState.Due or RecipientState.Later && filter is { HoldReason: null, Hold: null }
                ? AmongWaiting(reader, place ?? new RecipientPlace(false, long.MinValue, default, -1)) : null;
            if (place is not null || filter.State is not (null or RecipientState.Held))
                return new RecipientPage([.. _found], place);
            place = new RecipientPlace(true, 0, default, -1);
        }
        var next = _found.Count == limit ? place : AmongHeld(reader, place.Value);
        return new RecipientPage([.. _found], next);
    }

    private RecipientPlace? AmongWaiting(ReaderConnection reader, RecipientPlace after)
    {
        var select = reader.Prepared(Waiting).Bind(1, queue.Value).Bind(2, after.Due).Bind(3, after.Message.Value).Bind(4, after.Ordinal).Bind(5, Slice);
        var (last, rows) = (after, 0);
        while (select.Step())
        {
            rows++;
            last = new RecipientPlace(false, select.Long(2), new MessageId(select.Long(0)), select.Int(1));
            var state = last.Due <= now ? RecipientState.Due : RecipientState.Later;
            if ((filter.State is { } wanted && wanted != state) || !Matches(reader, last.Message))
                continue;
            if (Add(reader, last, state))
                continue;
            select.Reset();
            return last;
        }
        return rows < Slice ? null : last;
    }

    private RecipientPlace? AmongHeld(ReaderConnection reader, RecipientPlace after)
    {
        var select = reader.Prepared(Held).Bind(1, queue.Value).Bind(2, after.Message.Value).Bind(3, after.Ordinal).Bind(4, Slice);
        var (last, rows) = (after, 0);
        while (select.Step())
        {
            rows++;
            last = new RecipientPlace(true, 0, new MessageId(select.Long(0)), select.Int(1));
            if (!MatchesHold(reader, select.Long(2)) || !Matches(reader, last.Message))
                continue;
            if (Add(reader, last, RecipientState.Held))
                continue;
            select.Reset();
            return last;
        }
        return rows < Slice ? null : last;
    }

    // The few messages somebody named: all of their recipients at once, those after the place.
    private RecipientPage Named(ReaderConnection reader, RecipientPlace? after)
    {
        foreach (var id in filter.Messages.Distinct().Order())
        {
            if (!Matches(reader, id))
                continue;
            foreach (var row in RecipientSelect.ReadAll(reader.Prepared(RecipientSelect.OfMessage), id))
            {
                if (row is not { IsUndeliverable: false, Claim: 0 } || row.Queue != queue.Value || !Summaries.Matches(filter, row, now)
                    || (after is { } place && (id, row.Ordinal).CompareTo((place.Message, place.Ordinal)) <= 0))
                    continue;
                _found.Add(new FoundRecipient(new RecipientId(id, row.Ordinal), Summaries.StateOf(row, now), row.Attempts));
                if (_found.Count == limit)
                    return new RecipientPage([.. _found], new RecipientPlace(false, 0, id, row.Ordinal));
            }
        }
        return new RecipientPage([.. _found], null);
    }

    // False: no more has room.
    private bool Add(ReaderConnection reader, RecipientPlace place, RecipientState state)
    {
        var attempts = (int)(reader.Prepared(Attempts).Bind(1, place.Message.Value).Bind(2, place.Ordinal).Scalar() ?? 0);
        _found.Add(new FoundRecipient(new RecipientId(place.Message, place.Ordinal), state, attempts));
        return _found.Count < limit;
    }

    private bool Matches(ReaderConnection reader, MessageId message)
    {
        if (filter.AcceptedBefore is { } before && message >= MessageId.At(before))
            return false;
        if (filter is { Submitter: null, Sender: null })
            return true;
        if (_message.Id == message.Value)
            return _message.Matches;
        var select = reader.Prepared(Message).Bind(1, message.Value);
        var matches = select.Step() && Summaries.Matches(filter, select.Text(0), select.TextOrNull(1));
        select.Reset();
        _message = (message.Value, matches);
        return matches;
    }

    private bool MatchesHold(ReaderConnection reader, long hold)
    {
        if (filter.Hold is { } wanted && wanted.Value != hold)
            return false;
        if (filter.HoldReason is null)
            return true;
        if (!_reasons.TryGetValue(hold, out var reason))
        {
            var select = reader.Prepared(Reason).Bind(1, hold);
            _reasons[hold] = reason = select.Step() ? select.Text(0) : null;
            select.Reset();
        }
        return string.Equals(filter.HoldReason, reason, StringComparison.OrdinalIgnoreCase);
    }
}
