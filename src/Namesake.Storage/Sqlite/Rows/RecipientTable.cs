using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>Recipients, as the writer changes them. A change to claimed rows names the claim: a settlement given twice does nothing the second time.</summary>
internal sealed class RecipientTable(SqliteConnection connection, long run) : IDisposable
{
    private const string Mine = "WHERE message_id = ?1 AND ordinal = ?2 AND claim = ?3 AND state = 0";

    /// <summary>Held or not: what ends held mail names the state it claimed it in.</summary>
    private const string MineInState = "WHERE message_id = ?1 AND ordinal = ?2 AND claim = ?3 AND state = ?10";

    private readonly Statement _insert = new(connection, """
        INSERT INTO recipient (message_id, ordinal, brand_id, queue_id, address, notify, original, state, claim, counted, due, expires, attempts, last_reply, delay_told)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?11, ?9, NULL, 0)
        """);

    private readonly Statement _select = new(connection, RecipientSelect.OfMessage);
    private readonly Statement _selectOne = new(connection, RecipientSelect.One);
    private readonly Statement _any = new(connection, "SELECT 1 FROM recipient WHERE message_id = ?1 LIMIT 1");
    private readonly Statement _queueOfMine = new(connection, "SELECT queue_id FROM recipient " + MineInState);

    private readonly Statement _dueMessages = new(connection,
        "SELECT message_id FROM recipient INDEXED BY recipient_waiting WHERE queue_id = ?1 AND state = 0 AND due <= ?2 AND claim = 0 ORDER BY due");

    private readonly Statement _earliestDue = new(connection,
        "SELECT due FROM recipient INDEXED BY recipient_waiting WHERE queue_id = ?1 AND state = 0 AND claim = 0 ORDER BY due LIMIT 1");

    private readonly Statement _claim = new(connection,
        "UPDATE recipient SET claim = ?3, counted = ?4, attempts = attempts + ?4, due = ?5 WHERE message_id = ?1 AND ordinal = ?2 AND claim = 0 AND state IN (0, 2)");

    private readonly Statement _unclaim = new(connection, "UPDATE recipient SET claim = 0, attempts = attempts - counted, counted = 0, due = ?4 " + MineInState);
    private readonly Statement _delete = new(connection, "DELETE FROM recipient " + MineInState + " AND queue_id = ?4");
    private readonly Statement _deleteAll = new(connection, "DELETE FROM recipient WHERE message_id = ?1");

    private readonly Statement _release = new(connection, """
        UPDATE recipient SET claim = 0, attempts = attempts - CASE WHEN ?5 THEN 0 ELSE counted END, counted = 0, due = ifnull(?6, due),
            last_reply = ifnull(?7, last_reply), expires = min(expires, ifnull(?8, expires)), delay_told = max(delay_told, ?9)
        """ + " " + MineInState + " AND queue_id = ?4");

    // due: since when it is so. Of what an earlier version set aside it is when the next attempt would have been.
    private readonly Statement _strand = new(connection,
        "UPDATE recipient SET state = 1, hold_id = NULL, claim = 0, counted = 0, due = ?6, last_reply = ifnull(?5, last_reply) " + MineInState + " AND queue_id = ?4");

    private readonly Statement _condemn = new(connection,
        "UPDATE recipient SET state = 1, hold_id = NULL, due = ?4, last_reply = ?3 WHERE message_id = ?1 AND ordinal = ?2 AND claim = 0 AND state IN (0, 2)");

    private readonly Statement _undeliverable = new(connection, """
        SELECT queue_id, message_id, ordinal, due FROM recipient INDEXED BY recipient_undeliverable WHERE state = 1 AND (queue_id, message_id, ordinal) > (?1, ?2, ?3)
        ORDER BY queue_id, message_id, ordinal LIMIT ?4
        """);

    private readonly Statement _deleteUndeliverable = new(connection, "DELETE FROM recipient WHERE message_id = ?1 AND ordinal = ?2 AND state = 1");

    // A delay is told once: who comes second changes nothing, and so sends no second DSN.
    private readonly Statement _note = new(connection, """
        UPDATE recipient SET last_reply = ifnull(?4, last_reply), expires = min(expires, ifnull(?5, expires)), delay_told = max(delay_told, ?6)
        """ + " " + MineInState + " AND (NOT ?6 OR NOT delay_told)");

    private readonly Statement _moveClaimed = new(connection, "UPDATE recipient SET queue_id = ?4 " + Mine);

    private readonly Statement _dueLater = new(connection, """
        SELECT message_id, ordinal FROM recipient INDEXED BY recipient_waiting WHERE queue_id = ?1 AND state = 0 AND due > ?2 AND claim = 0 ORDER BY due LIMIT ?3
        """);

    private readonly Statement _setDue = new(connection, "UPDATE recipient SET due = ?3 WHERE message_id = ?1 AND ordinal = ?2 AND state = 0 AND claim = 0");

    private readonly Statement _moveWaiting = new(connection,
        "UPDATE recipient SET queue_id = ?3 WHERE message_id = ?1 AND ordinal = ?2 AND state IN (0, 2) AND claim = 0");

    private readonly Statement _hold = new(connection,
        "UPDATE recipient SET state = 2, hold_id = ?4 WHERE message_id = ?1 AND ordinal = ?2 AND queue_id = ?3 AND state = 0 AND claim = 0");

    private readonly Statement _letGo = new(connection,
        "UPDATE recipient SET state = 0, hold_id = NULL WHERE message_id = ?1 AND ordinal = ?2 AND queue_id = ?3 AND state = 2 AND claim = 0 RETURNING due");

    public void Insert(NewMessage message, int ordinal, long queue, string address, bool claimed, long due, long expires)
    {
        var recipient = message.Envelope.Recipients[ordinal];
        _insert.Bind(1, message.Id.Value).Bind(2, ordinal).Bind(3, message.Envelope.Brand.Value).Bind(4, queue).Bind(5, address)
            .Bind(6, (long?)recipient.Notify).Bind(7, RecipientRow.Store(recipient.OriginalRecipient))
            .Bind(8, claimed ? run : 0).Bind(9, claimed).Bind(10, due).Bind(11, expires).Execute();
    }

    public List<RecipientRow> Of(MessageId message) => RecipientSelect.ReadAll(_select, message);

    public RecipientRow? Find(MessageId message, int ordinal) => RecipientSelect.ReadOne(_selectOne, message, ordinal);

    public bool HasAny(MessageId message) => _any.Bind(1, message.Value).Scalar() is not null;

    /// <summary>The queue a recipient claimed by this run is in; null when it isn't claimed by it (any more).</summary>
    public long? QueueOfMine(MessageId message, int ordinal, bool held = false) =>
        _queueOfMine.Bind(1, message.Value).Bind(2, ordinal).Bind(3, run).Bind(10, State(held)).Scalar();

    /// <summary>Messages with something due in a queue, oldest due first, each once.</summary>
    public List<MessageId> DueMessages(long queue, long now, int limit)
    {
        var messages = new List<MessageId>();
        var seen = new HashSet<long>();
        _dueMessages.Bind(1, queue).Bind(2, now);
        while (_dueMessages.Step())
        {
            if (!seen.Add(_dueMessages.Long(0)))
                continue;
            messages.Add(new MessageId(_dueMessages.Long(0)));
            if (messages.Count < limit)
                continue;
            _dueMessages.Reset();
            break;
        }
        return messages;
    }

    /// <summary>Unclaimed recipients of a queue whose time is still to come, soonest first.</summary>
    public List<(MessageId Message, int Ordinal)> DueLater(long queue, long now, int limit)
    {
        var found = new List<(MessageId, int)>();
        _dueLater.Bind(1, queue).Bind(2, now).Bind(3, limit);
        while (_dueLater.Step())
            found.Add((new MessageId(_dueLater.Long(0)), _dueLater.Int(1)));
        return found;
    }

    /// <returns>False when it doesn't wait (any more).</returns>
    public bool SetDue(MessageId message, int ordinal, long due) => _setDue.Bind(1, message.Value).Bind(2, ordinal).Bind(3, due).Execute() > 0;

    /// <returns>False when it doesn't wait in that queue (any more).</returns>
    public bool Hold(RecipientId recipient, long queue, HoldId hold) =>
        _hold.Bind(1, recipient.Message.Value).Bind(2, recipient.Ordinal).Bind(3, queue).Bind(4, hold.Value).Execute() > 0;

    /// <returns>When it is due; null when it isn't held in that queue (any more).</returns>
    public long? LetGo(RecipientId recipient, long queue) => _letGo.Bind(1, recipient.Message.Value).Bind(2, recipient.Ordinal).Bind(3, queue).Scalar();

    public long? EarliestDue(long queue) => _earliestDue.Bind(1, queue).Scalar();

    public void Claim(MessageId message, int ordinal, bool counted, long due) =>
        _claim.Bind(1, message.Value).Bind(2, ordinal).Bind(3, run).Bind(4, counted).Bind(5, due).Execute();

    /// <summary>As if it had never been claimed.</summary>
    public bool Unclaim(MessageId message, int ordinal, long due, bool held) =>
        _unclaim.Bind(1, message.Value).Bind(2, ordinal).Bind(3, run).Bind(4, due).Bind(10, State(held)).Execute() > 0;

    public bool Delete(MessageId message, int ordinal, long queue, bool held) => Aim(_delete, message, ordinal, queue).Bind(10, State(held)).Execute() > 0;

    public int DeleteAll(MessageId message) => _deleteAll.Bind(1, message.Value).Execute();

    public bool Release(MessageId message, RecipientResult result, long queue, bool held) =>
        Aim(_release, message, result.Ordinal, queue).Bind(5, result.CountAttempt).Bind(6, result.NextDue?.ToMicroseconds()).Bind(7, result.LastReply)
            .Bind(8, result.Expires?.ToMicroseconds()).Bind(9, result.DelayTold).Bind(10, State(held)).Execute() > 0;

    public bool Strand(MessageId message, RecipientResult result, long queue, bool held, DateTimeOffset now) =>
        Aim(_strand, message, result.Ordinal, queue).Bind(5, result.LastReply).Bind(6, now.ToMicroseconds()).Bind(10, State(held)).Execute() > 0;

    /// <summary>For rows that can't be right: kept and shown, out of the way of the others in their queue.</summary>
    public bool Condemn(MessageId message, int ordinal, string reason, DateTimeOffset now) =>
        _condemn.Bind(1, message.Value).Bind(2, ordinal).Bind(3, reason).Bind(4, now.ToMicroseconds()).Execute() > 0;

    /// <summary>A page of what is undeliverable, with the time since when.</summary>
    public List<UndeliverableRow> Undeliverable(UndeliverableRow after, int limit)
    {
        var found = new List<UndeliverableRow>();
        _undeliverable.Bind(1, after.Queue).Bind(2, after.Message.Value).Bind(3, after.Ordinal).Bind(4, limit);
        while (_undeliverable.Step())
            found.Add(new UndeliverableRow(_undeliverable.Long(0), new MessageId(_undeliverable.Long(1)), _undeliverable.Int(2), _undeliverable.Long(3)));
        return found;
    }

    public bool DeleteUndeliverable(MessageId message, int ordinal) => _deleteUndeliverable.Bind(1, message.Value).Bind(2, ordinal).Execute() > 0;

    /// <param name="claimed">By this run; false: by nobody. An attempt begun meanwhile tells the delay itself when it ends.</param>
    public bool Note(MessageId message, RecipientResult result, bool claimed, bool held) =>
        _note.Bind(1, message.Value).Bind(2, result.Ordinal).Bind(3, claimed ? run : 0).Bind(4, result.LastReply).Bind(5, result.Expires?.ToMicroseconds())
            .Bind(6, result.DelayTold).Bind(10, State(held)).Execute() > 0;

    public void MoveClaimed(MessageId message, int ordinal, long queue) => Aim(_moveClaimed, message, ordinal, queue).Execute();

    public void MoveWaiting(MessageId message, int ordinal, long queue) => _moveWaiting.Bind(1, message.Value).Bind(2, ordinal).Bind(3, queue).Execute();

    public void Dispose()
    {
        foreach (var statement in new[]
        {
            _insert, _select, _selectOne, _any, _queueOfMine, _dueMessages, _earliestDue, _claim, _unclaim, _delete, _deleteAll, _release, _strand, _condemn, _note, _moveClaimed, _moveWaiting, _dueLater, _setDue, _hold, _letGo,
            _undeliverable, _deleteUndeliverable,
        })
            statement.Dispose();
    }

    private static long State(bool held) => held ? 2 : 0;

    private Statement Aim(Statement statement, MessageId message, int ordinal, long queue) =>
        statement.Bind(1, message.Value).Bind(2, ordinal).Bind(3, run).Bind(4, queue);
}
