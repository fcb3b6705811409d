using Namesake.Storage.Writing;

namespace Namesake.Storage.Postgres;

/// <summary>One change that is committed together with whatever else waits.</summary>
internal abstract class PostgresOperation(WritePriority priority, long bytes) : QueuedOperation(priority, bytes)
{
    /// <summary>Messages it changes: a batch changes each of them by one operation only.</summary>
    public virtual IEnumerable<long> Messages => [];

    /// <summary>Made alone, after what is made by set. May be called again when its batch is begun anew.</summary>
    public virtual void Apply(Batch batch)
    {
    }

    /// <summary>Made when the batch has locked all queues it changes and written them. May lock others only where it waits for nobody.</summary>
    public virtual void ApplyLast(Batch batch)
    {
    }

    /// <summary>Its batch was committed after its caller had been told that nobody knows: removes what will not be asked for again.</summary>
    public virtual void TakeBack(Batch batch)
    {
    }
}
