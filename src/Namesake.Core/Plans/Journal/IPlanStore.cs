using System.Collections.Immutable;

namespace Namesake.Core.Plans.Journal;

/// <summary>The port to what a node remembers of its plans. Works without a database and without a relay, for plans are applied and undone while there is none.</summary>
/// <remarks>Reading takes no lock: a reader sees whole lines. Every method throws <see cref="PlanStoreException"/> when the disk or the files don't allow it.</remarks>
public interface IPlanStore
{
    /// <summary>Keeps a plan under its id. The same again changes nothing.</summary>
    /// <exception cref="PlanStoreException">Another plan has this id, or it can't be kept.</exception>
    Task KeepAsync(Plan plan, CancellationToken cancellation);

    /// <returns>Null: no plan has this id.</returns>
    Task<PlanHistory?> FindAsync(PlanId id, CancellationToken cancellation);

    /// <summary>All, newest first.</summary>
    Task<ImmutableArray<PlanHistory>> ListAsync(CancellationToken cancellation);

    Task<PlanRegistry> RegistryAsync(CancellationToken cancellation);

    /// <summary>Takes the one lock of the node, that every line is written under. It ends with the process, however that ends.</summary>
    /// <param name="who">Stands in every line that is written with it.</param>
    /// <returns>Null: somebody else had it all that time.</returns>
    Task<IPlanHold?> TakeAsync(string who, TimeSpan patience, CancellationToken cancellation);

    /// <summary>Shows that a process is at work on the plan, until it is disposed or the process ends. Null: another one is.</summary>
    IDisposable? TryAttend(PlanId id);
}

/// <summary>The lock of the node's plans, held.</summary>
public interface IPlanHold : IDisposable
{
    /// <summary>On the disk when it returns.</summary>
    Task AppendAsync(PlanId id, PlanEntry entry);

    /// <summary>Replaces the registry, whole; on the disk when it returns.</summary>
    Task RegisterAsync(PlanRegistry registry);
}

/// <summary>The plans' files can't be written or read: full, forbidden, damaged. The message says which and what to do.</summary>
public sealed class PlanStoreException : IOException
{
    public PlanStoreException()
    {
    }

    public PlanStoreException(string message) : base(message)
    {
    }

    public PlanStoreException(string message, Exception cause) : base(message, cause)
    {
    }
}
