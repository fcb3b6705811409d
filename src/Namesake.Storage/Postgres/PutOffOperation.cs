using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>Takes queues out of the look for due mail, or back in; those that aren't there are passed over.</summary>
internal sealed class PutOffOperation(long[] queues, bool putOff) : PostgresOperation(WritePriority.Administer, 32L * queues.Length)
{
    public override void Apply(Batch batch)
    {
        foreach (var queue in queues)
        {
            if (putOff)
                batch.PutOff(queue);
            else
                batch.TakeUp(queue);
        }
    }
}
