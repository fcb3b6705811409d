using System.Collections.Immutable;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

internal sealed class ForgetLightOperation(ImmutableArray<Tally> light) : WriteOperation(WritePriority.Administer, 64)
{
    public int Result { get; private set; }

    public override void Apply(WriterConnection connection) => Result = light.Sum(connection.Tallies.Forget);
}
