using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

internal sealed class SaveFreezeOperation(string name, string? state) : WriteOperation(WritePriority.Administer, 64 + (2L * (state?.Length ?? 0)))
{
    public override void Apply(WriterConnection connection) => connection.Freezes.Save(name, state, connection.Time.GetUtcNow().ToMicroseconds());
}
