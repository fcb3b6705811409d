using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite;

/// <summary>What a start does before anybody else: everything claimed by earlier runs becomes due now, everything they put off is looked at again.</summary>
/// <remarks>Claims are found by reading one covering index, whatever else waits; a counted attempt stays counted, since it may have begun.
/// Nothing depends on how far an interrupted recovery came: a claim found at start is dead.</remarks>
internal static class Recovery
{
    private const int SliceRows = 5_000;

    private const string Find = "SELECT message_id, ordinal, queue_id FROM recipient INDEXED BY recipient_waiting WHERE state = 0 AND claim <> 0";
    private const string Free = "UPDATE recipient SET claim = 0, counted = 0, due = ?3 WHERE message_id = ?1 AND ordinal = ?2";
    private const string FindHeld = "SELECT message_id, ordinal FROM recipient INDEXED BY recipient_held WHERE state = 2 AND claim <> 0";
    private const string FreeHeld = "UPDATE recipient SET claim = 0, counted = 0 WHERE message_id = ?1 AND ordinal = ?2";
    private const string Offer = "UPDATE queue SET earliest_due = min(ifnull(earliest_due, ?2), ?2) WHERE queue_id = ?1";

    private const string TakeUp = "UPDATE queue SET put_off = 0 WHERE put_off <> 0";

    /// <returns>The number of this run, and how many recipients were claimed by earlier ones.</returns>
    public static (long Run, int Recovered) Begin(SqliteConnection connection, DateTimeOffset now)
    {
        var due = now.ToMicroseconds();
        var claimed = new List<(long Message, long Ordinal, long Queue)>();
        using (var find = new Statement(connection, Find))
            while (find.Step())
                claimed.Add((find.Long(0), find.Long(1), find.Long(2)));
        using var begin = new Statement(connection, "BEGIN IMMEDIATE");
        using var commit = new Statement(connection, "COMMIT");
        using var free = new Statement(connection, Free);
        using var offer = new Statement(connection, Offer);
        foreach (var slice in claimed.Chunk(SliceRows))
        {
            begin.Execute();
            foreach (var (message, ordinal, _) in slice)
                free.Bind(1, message).Bind(2, ordinal).Bind(3, due).Execute();
            foreach (var queue in slice.Select(row => row.Queue).Distinct())
                offer.Bind(1, queue).Bind(2, due).Execute();
            commit.Execute();
        }
        var held = FreeTheHeld(connection, begin, commit);
        begin.Execute();
        using (var takeUp = new Statement(connection, TakeUp))
            takeUp.Execute();
        using var meta = new MetaTable(connection);
        var run = meta.Read(MetaTable.Run) + 1;
        meta.Write(MetaTable.Run, run);
        commit.Execute();
        return (run, claimed.Count + held);
    }

    // They were being ended, not sent: they stay held.
    private static int FreeTheHeld(SqliteConnection connection, Statement begin, Statement commit)
    {
        var claimed = new List<(long Message, long Ordinal)>();
        using (var find = new Statement(connection, FindHeld))
            while (find.Step())
                claimed.Add((find.Long(0), find.Long(1)));
        if (claimed.Count == 0)
            return 0;
        using var free = new Statement(connection, FreeHeld);
        begin.Execute();
        foreach (var (message, ordinal) in claimed)
            free.Bind(1, message).Bind(2, ordinal).Execute();
        commit.Execute();
        return claimed.Count;
    }

    /// <summary>No id up to this one may be given again.</summary>
    public static long LastId(SqliteConnection connection)
    {
        using var meta = new MetaTable(connection);
        using var newest = new Statement(connection, "SELECT max(message_id) FROM message");
        return Math.Max(meta.Read(MetaTable.LastId), newest.Scalar() ?? 0);
    }

    public static Func<MessageId, bool> ReferencedFiles(Statement select) => id => select.Bind(1, id.Value).Scalar() is not null;

    public static Statement SelectReferenced(SqliteConnection connection) => new(connection, "SELECT 1 FROM message WHERE message_id = ?1 AND in_file = 1");
}
