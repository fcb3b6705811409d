namespace Namesake.Storage.Postgres;

/// <summary>Queues' rows were removed as empty after their ids were looked up: ask for them again.</summary>
internal sealed class QueueGoneException(IReadOnlyCollection<long> queues) : Exception("A queue was removed while mail was on its way into it.")
{
    public IReadOnlyCollection<long> Queues => queues;
}
