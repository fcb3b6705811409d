using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

internal sealed class ForgetTalliesOperation(DateOnly before, int limit) : WriteOperation(WritePriority.Administer, 64)
{
    public int Result { get; private set; }

    public override void Apply(WriterConnection connection) => Result = connection.Tallies.Forget(before, limit);
}
