using System.Collections.Immutable;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

internal sealed class RecordObservationsOperation(ImmutableArray<Observation> observations, int most)
    : WriteOperation(WritePriority.Administer, observations.Sum(observation => 256L + (2L * (observation.Value.Length + (observation.Before?.Length ?? 0)))))
{
    public override void Apply(WriterConnection connection)
    {
        foreach (var observation in observations)
            connection.Observations.Record(observation, most);
    }
}

internal sealed class ForgetChangesOperation(DateTimeOffset before, int limit) : WriteOperation(WritePriority.Administer, 64)
{
    public int Result { get; private set; }

    public override void Apply(WriterConnection connection) => Result = connection.Observations.ForgetChanges(before, limit);
}

internal sealed class ForgetHistoryOperation(SourceId source) : WriteOperation(WritePriority.Administer, 64)
{
    public override void Apply(WriterConnection connection) => connection.Observations.Forget(source);
}
