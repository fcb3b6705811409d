using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>Why mail is kept back, once for all that one command holds.</summary>
internal sealed class HoldTable(SqliteConnection connection) : IDisposable
{
    private readonly Statement _insert = new(connection, "INSERT INTO hold (hold_id, reason, given_by, since, until) VALUES (?1, ?2, ?3, ?4, ?5) " +
        "ON CONFLICT (hold_id) DO UPDATE SET reason = excluded.reason, given_by = excluded.given_by, since = excluded.since, until = excluded.until WHERE since <> excluded.since");

    private readonly Statement _forget = new(connection,
        "DELETE FROM hold WHERE NOT EXISTS (SELECT 1 FROM recipient INDEXED BY recipient_hold WHERE state = 2 AND recipient.hold_id = hold.hold_id)");

    /// <summary>Since they were last looked through: there may be some to be forgotten later.</summary>
    public bool HasMade { get; private set; } = true;

    public void Insert(MailHold hold)
    {
        HasMade = true;
        _insert.Bind(1, hold.Id.Value).Bind(2, hold.Reason).Bind(3, hold.By).Bind(4, hold.Since.ToMicroseconds()).Bind(5, hold.Until?.ToMicroseconds()).Execute();
    }

    /// <summary>Those that hold nothing any more; few at any time.</summary>
    public int Forget()
    {
        HasMade = false;
        return _forget.Execute();
    }

    /// <summary>From the columns hold_id, reason, given_by, since and until, the first of them at this place.</summary>
    public static MailHold Read(Statement row, int at) => new(
        new HoldId(row.LongOrNull(at) ?? 0),
        row.TextOrNull(at + 1) ?? "unknown: its reason is lost",
        row.TextOrNull(at + 2) ?? "unknown",
        Instants.FromMicroseconds(row.LongOrNull(at + 3) ?? 0),
        row.LongOrNull(at + 4) is { } until ? Instants.FromMicroseconds(until) : null);

    public void Dispose()
    {
        _insert.Dispose();
        _forget.Dispose();
    }
}
