using Namesake.Core.Messages;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Writing;

/// <summary>One change that is committed together with whatever else waits.</summary>
internal abstract class WriteOperation(WritePriority priority, long bytes) : QueuedOperation(priority, bytes)
{
    /// <summary>Makes the change inside the batch's transaction. May be called again when the batch is begun anew without a failing neighbour.</summary>
    public abstract void Apply(WriterConnection connection);

    /// <summary>After a commit whose outcome nobody knows, on the reopened database: removes what its caller was told nothing about and will not ask for again.</summary>
    public virtual void TakeBack(WriterConnection connection)
    {
    }

    /// <summary>After the commit of <see cref="TakeBack"/>.</summary>
    public virtual void TakenBack()
    {
    }

    /// <summary>It failed, and nothing of it is in the database: it was rolled back, or never met an open one. Nobody will take it back.</summary>
    public virtual void LeftNothing()
    {
    }

    /// <summary>Messages of which a client is told that they aren't taken when this fails.</summary>
    public virtual IEnumerable<MessageId> Accepts => [];
}
