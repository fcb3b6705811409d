using Microsoft.Data.Sqlite;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Suppression;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>The brands' lists of recipients to whom nothing is sent, as the writer changes them.</summary>
internal sealed class SuppressionTable(SqliteConnection connection) : IDisposable
{
    private const string Columns = "brand_id, address, since, until, origin, refusals, first_refusal, last_refusal, reply, rule, message_id, reason, given_by, changed";
    private const string Values = "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15";

    public const string SelectOne = $"SELECT {Columns} FROM suppression WHERE brand_id = ?1 AND address = ?2";

    public const string SelectListed = $"SELECT {Columns} FROM suppression WHERE since IS NOT NULL AND (brand_id, address) > (?1, ?2) ORDER BY brand_id, address LIMIT ?3";

    public const string SelectAll = $"SELECT {Columns} FROM suppression WHERE (brand_id, address) > (?1, ?2) ORDER BY brand_id, address LIMIT ?3";

    public const string SelectListedOfBrand = $"SELECT {Columns} FROM suppression WHERE since IS NOT NULL AND brand_id = ?1 AND address > ?2 ORDER BY address LIMIT ?3";

    public const string SelectAllOfBrand = $"SELECT {Columns} FROM suppression WHERE brand_id = ?1 AND address > ?2 ORDER BY address LIMIT ?3";

    public const string SelectMarks = "SELECT brand_id, address, since IS NOT NULL, changed FROM suppression WHERE (brand_id, address) > (?1, ?2) ORDER BY brand_id, address LIMIT ?3";

    public const string SelectChanged = """
        SELECT brand_id, address, since IS NOT NULL, changed FROM suppression WHERE changed >= ?1 AND (changed, brand_id, address) > (?1, ?2, ?3) ORDER BY changed, brand_id, address LIMIT ?4
        """;

    private readonly Statement _put = new(connection, $"INSERT OR REPLACE INTO suppression ({Columns}, forgotten) VALUES ({Values})");

    private readonly Statement _insert = new(connection, $"INSERT OR IGNORE INTO suppression ({Columns}, forgotten) VALUES ({Values})");

    private readonly Statement _update = new(connection, """
        UPDATE suppression SET since = ?3, until = ?4, origin = ?5, refusals = ?6, first_refusal = ?7, last_refusal = ?8, reply = ?9, rule = ?10, message_id = ?11, reason = ?12, given_by = ?13,
            changed = ?14, forgotten = ?15
        WHERE brand_id = ?1 AND address = ?2 AND changed = ?16
        """);

    private readonly Statement _delete = new(connection, "DELETE FROM suppression WHERE brand_id = ?1 AND address = ?2");

    private readonly Statement _old = new(connection, "SELECT brand_id, address FROM suppression WHERE forgotten <= ?1 LIMIT ?2");

    public static SuppressionEntry Read(Statement select) => new(KeyOf(select))
    {
        Since = At(select, 2),
        Until = At(select, 3),
        Origin = (SuppressionOrigin)select.Int(4),
        Refusals = select.Int(5),
        FirstRefusal = At(select, 6),
        LastRefusal = At(select, 7),
        Reply = select.TextOrNull(8),
        Rule = select.TextOrNull(9),
        Message = select.LongOrNull(10) is { } message ? new MessageId(message) : null,
        Reason = select.TextOrNull(11),
        By = select.TextOrNull(12),
        Changed = Instants.FromMicroseconds(select.Long(13)),
    };

    public static SuppressionMark ReadMark(Statement select) => new(KeyOf(select), select.Bool(2), Instants.FromMicroseconds(select.Long(3)));

    public void Put(SuppressionEntry entry) => Bind(_put, entry).Execute();

    /// <returns>False: it isn't as it was seen.</returns>
    public bool TryPut(SuppressionEntry entry, DateTimeOffset? seen) =>
        (seen is { } changed ? Bind(_update, entry).Bind(16, changed.ToMicroseconds()) : Bind(_insert, entry)).Execute() > 0;

    public bool Delete(SuppressionKey key) => _delete.Bind(1, key.Brand.Value).Bind(2, key.Address).Execute() > 0;

    public List<SuppressionKey> Forget(DateTimeOffset now, int limit)
    {
        var gone = new List<SuppressionKey>();
        for (var rows = _old.Bind(1, now.ToMicroseconds()).Bind(2, limit); rows.Step();)
            gone.Add(KeyOf(rows));
        foreach (var key in gone)
            Delete(key);
        return gone;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _put, _insert, _update, _delete, _old })
            statement.Dispose();
    }

    private static SuppressionKey KeyOf(Statement select) => new(new BrandId(select.Text(0)), select.Text(1));

    private static DateTimeOffset? At(Statement select, int column) => select.LongOrNull(column) is { } at ? Instants.FromMicroseconds(at) : null;

    private static Statement Bind(Statement statement, SuppressionEntry entry) => statement
        .Bind(1, entry.Key.Brand.Value).Bind(2, entry.Key.Address).Bind(3, entry.Since?.ToMicroseconds()).Bind(4, entry.Until?.ToMicroseconds()).Bind(5, (long)entry.Origin).Bind(6, entry.Refusals)
        .Bind(7, entry.FirstRefusal?.ToMicroseconds()).Bind(8, entry.LastRefusal?.ToMicroseconds()).Bind(9, entry.Reply).Bind(10, entry.Rule).Bind(11, entry.Message?.Value)
        .Bind(12, entry.Reason).Bind(13, entry.By).Bind(14, entry.Changed.ToMicroseconds()).Bind(15, entry.ForgottenAt?.ToMicroseconds());
}
