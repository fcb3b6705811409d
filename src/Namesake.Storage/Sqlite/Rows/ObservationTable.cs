using Microsoft.Data.Sqlite;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>What was seen of sources, as the writer changes it.</summary>
internal sealed class ObservationTable(SqliteConnection connection) : IDisposable
{
    private const string Columns = "source_id, kind, subject, value, before, at, origin, vantage";

    public const string SelectPresent = $"SELECT {Columns}, 0 FROM observed ORDER BY source_id, kind";

    public const string SelectChanges = $"SELECT {Columns}, change_id FROM observed_change WHERE source_id = ?1 AND change_id < ?2 ORDER BY change_id DESC LIMIT ?3";

    public const string SelectChangesOfKind = $"SELECT {Columns}, change_id FROM observed_change WHERE source_id = ?1 AND change_id < ?2 AND kind = ?4 ORDER BY change_id DESC LIMIT ?3";

    // The newest of them, should there be more than anybody asks for; told the oldest first.
    public const string SelectNames = $"""
        SELECT * FROM (SELECT {Columns}, change_id FROM observed_change WHERE kind = 4 AND (subject = ?1 OR before = ?2) AND at >= ?3 ORDER BY change_id DESC LIMIT ?4) ORDER BY change_id
        """;

    private readonly Statement _stand = new(connection, $"INSERT OR REPLACE INTO observed ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    private readonly Statement _change = new(connection, $"INSERT INTO observed_change ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    private readonly Statement _bound = new(connection,
        "DELETE FROM observed_change WHERE change_id IN (SELECT change_id FROM observed_change WHERE source_id = ?1 AND kind = ?2 ORDER BY change_id DESC LIMIT -1 OFFSET ?3)");

    private readonly Statement _forgetOld = new(connection, "DELETE FROM observed_change WHERE change_id IN (SELECT change_id FROM observed_change WHERE at < ?1 LIMIT ?2)");

    private readonly Statement _forgetPresent = new(connection, "DELETE FROM observed WHERE source_id = ?1");

    private readonly Statement _forgetChanges = new(connection, "DELETE FROM observed_change WHERE source_id = ?1");

    public static Observation Read(Statement select) => new(
        new SourceId(select.Text(0)), (ObservationKind)select.Int(1), select.Text(2), select.Text(3), select.TextOrNull(4), Instants.FromMicroseconds(select.Long(5)), select.Text(6), select.Text(7), select.Long(8));

    public void Record(Observation observation, int most)
    {
        foreach (var insert in new[] { _stand, _change })
            insert.Bind(1, observation.Source.Value).Bind(2, (long)observation.Kind).Bind(3, observation.Subject).Bind(4, observation.Value).Bind(5, observation.Before)
                .Bind(6, observation.At.ToMicroseconds()).Bind(7, observation.Origin).Bind(8, observation.Vantage).Execute();
        _bound.Bind(1, observation.Source.Value).Bind(2, (long)observation.Kind).Bind(3, most).Execute();
    }

    public int ForgetChanges(DateTimeOffset before, int limit) => _forgetOld.Bind(1, before.ToMicroseconds()).Bind(2, limit).Execute();

    public void Forget(SourceId source)
    {
        _forgetPresent.Bind(1, source.Value).Execute();
        _forgetChanges.Bind(1, source.Value).Execute();
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _stand, _change, _bound, _forgetOld, _forgetPresent, _forgetChanges })
            statement.Dispose();
    }
}
