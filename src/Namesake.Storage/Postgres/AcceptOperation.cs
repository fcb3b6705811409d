using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

internal sealed class AcceptOperation(Acceptance acceptance, long bytes) : PostgresOperation(WritePriority.Accept, bytes)
{
    public Acceptance Acceptance => acceptance;

    public override IEnumerable<long> Messages => [acceptance.Message.Id.Value];

    public override void TakeBack(Batch batch) => Acceptance.TakeBack(batch, [acceptance]);
}
