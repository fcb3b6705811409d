using System.Collections.Immutable;
using Namesake.Core.Suppression;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

internal sealed class ForgetSuppressionsOperation(DateTimeOffset now, int limit) : PostgresOperation(WritePriority.Administer, 64)
{
    public ImmutableArray<SuppressionKey> Result { get; private set; } = [];

    public override void Apply(Batch batch)
    {
        var gone = ImmutableArray.CreateBuilder<SuppressionKey>();
        using var delete = SuppressionLists.Forget(batch, now, limit);
        using (var rows = delete.ExecuteReader())
            while (rows.Read())
                gone.Add(SuppressionLists.KeyOf(rows));
        Result = gone.ToImmutable();
    }
}
