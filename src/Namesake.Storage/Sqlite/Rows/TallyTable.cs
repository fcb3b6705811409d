using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>Daily sums, as the writer changes them. A day is a number people can read in a database: 20261124.</summary>
internal sealed class TallyTable(SqliteConnection connection) : IDisposable
{
    public const string Select = """
        SELECT day, scope, name, messages, recipients, refused FROM tally WHERE (day, scope, name) > (?1, ?2, ?3) ORDER BY day, scope, name LIMIT ?4
        """;

    public const string Heaviest = """
        SELECT day, scope, name, messages, recipients, refused FROM tally WHERE day = ?1 AND scope = ?2 ORDER BY recipients DESC, name LIMIT ?3 OFFSET ?4
        """;

    private readonly Statement _save = new(connection, """
        INSERT INTO tally (day, scope, name, messages, recipients, refused) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (day, scope, name) DO UPDATE SET
            messages = max(messages, excluded.messages), recipients = max(recipients, excluded.recipients), refused = max(refused, excluded.refused)
        """);

    private readonly Statement _forget = new(connection,
        "DELETE FROM tally WHERE (day, scope, name) IN (SELECT day, scope, name FROM tally WHERE day < ?1 LIMIT ?2)");

    // Less than was read: it may have grown since.
    private readonly Statement _forgetOne = new(connection, "DELETE FROM tally WHERE day = ?1 AND scope = ?2 AND name = ?3 AND recipients <= ?4");

    public static long NumberOf(DateOnly day) => (day.Year * 10_000L) + (day.Month * 100) + day.Day;

    public static ImmutableArray<Tally> ReadAll(Statement select)
    {
        var found = ImmutableArray.CreateBuilder<Tally>();
        while (select.Step())
            found.Add(Read(select));
        return found.ToImmutable();
    }

    private static Tally Read(Statement select) =>
        new(new TallyKey(DayOf(select.Long(0)), (TallyScope)select.Int(1), select.Text(2)), select.Long(3), select.Long(4), select.Long(5));

    public void Save(Tally tally) =>
        _save.Bind(1, NumberOf(tally.Key.Day)).Bind(2, (long)tally.Key.Scope).Bind(3, tally.Key.Name)
            .Bind(4, tally.Messages).Bind(5, tally.Recipients).Bind(6, tally.Refused).Execute();

    public int Forget(DateOnly before, int limit) => _forget.Bind(1, NumberOf(before)).Bind(2, limit).Execute();

    public int Forget(Tally tally) => _forgetOne.Bind(1, NumberOf(tally.Key.Day)).Bind(2, (long)tally.Key.Scope).Bind(3, tally.Key.Name).Bind(4, tally.Recipients).Execute();

    public void Dispose()
    {
        _forgetOne.Dispose();
        _save.Dispose();
        _forget.Dispose();
    }

    private static DateOnly DayOf(long number) => DateOnly.ParseExact(number.ToString(CultureInfo.InvariantCulture), "yyyyMMdd", CultureInfo.InvariantCulture);
}
