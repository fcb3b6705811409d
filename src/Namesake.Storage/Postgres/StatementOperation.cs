using Namesake.Storage.Writing;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>One small statement of administration: identities, tallies, freezes.</summary>
internal sealed class StatementOperation(long bytes, Func<Batch, NpgsqlCommand> make) : PostgresOperation(WritePriority.Administer, bytes)
{
    public int Rows { get; private set; }

    public override void Apply(Batch batch)
    {
        using var command = make(batch);
        Rows = command.ExecuteNonQuery();
    }
}
