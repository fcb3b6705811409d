using System.Collections.Immutable;
using Namesake.Core.Suppression;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

internal sealed class SaveSuppressionsOperation(ImmutableArray<SuppressionEntry> entries) : WriteOperation(WritePriority.Administer, 1024L * entries.Length)
{
    public override void Apply(WriterConnection connection)
    {
        foreach (var entry in entries)
            connection.Suppressions.Put(entry);
    }
}

internal sealed class TrySaveSuppressionOperation(SuppressionEntry entry, DateTimeOffset? seen) : WriteOperation(WritePriority.Administer, 1024)
{
    public bool Result { get; private set; }

    public override void Apply(WriterConnection connection) => Result = connection.Suppressions.TryPut(entry, seen);
}

internal sealed class RemoveSuppressionsOperation(ImmutableArray<SuppressionKey> keys) : WriteOperation(WritePriority.Administer, 128L * keys.Length)
{
    public int Result { get; private set; }

    public override void Apply(WriterConnection connection) => Result = keys.Count(connection.Suppressions.Delete);
}

internal sealed class ForgetSuppressionsOperation(DateTimeOffset now, int limit) : WriteOperation(WritePriority.Administer, 64)
{
    public ImmutableArray<SuppressionKey> Result { get; private set; } = [];

    public override void Apply(WriterConnection connection) => Result = [.. connection.Suppressions.Forget(now, limit)];
}
