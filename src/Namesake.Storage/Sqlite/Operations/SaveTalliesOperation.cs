using System.Collections.Immutable;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

internal sealed class SaveTalliesOperation(ImmutableArray<Tally> tallies) : WriteOperation(WritePriority.Administer, 128L * tallies.Length)
{
    public override void Apply(WriterConnection connection)
    {
        foreach (var tally in tallies)
            connection.Tallies.Save(tally);
    }
}
