using Namesake.Core.Identity.History;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

internal sealed class RecordObservationsOperation(Observation[] observations, int most)
    : PostgresOperation(WritePriority.Administer, observations.Sum(observation => 256L + (2L * (observation.Value.Length + (observation.Before?.Length ?? 0)))))
{
    public override void Apply(Batch batch)
    {
        foreach (var make in new Func<Batch, Npgsql.NpgsqlCommand>[] { b => Histories.Record(b, observations), b => Histories.Stand(b, observations), b => Histories.Bound(b, observations, most) })
        {
            using var command = make(batch);
            command.ExecuteNonQuery();
        }
    }
}
