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

    /// <summary>All that can be read, newest first, and which can't: one that is damaged must not keep the others from being brought to their end.</summary>
    async Task<PlanShelf> ReadAllAsync(CancellationToken cancellation) => new(await ListAsync(cancellation), []);

    Task<PlanRegistry> RegistryAsync(CancellationToken cancellation);

    /// <summary>Takes the one lock of the node, that every line is written under. It ends with the process, however that ends.</summary>
    /// <param name="who">Who takes it and for what, for others that wait for it.</param>
    /// <returns>Null: somebody else had it all that time.</returns>
    Task<IPlanHold?> TakeAsync(string who, TimeSpan patience, CancellationToken cancellation);

    /// <summary>Who has the lock, for what and since when, in words, as far as that is known.</summary>
    Task<string?> HolderAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>Shows that a process is at work on the plan, until it is disposed or the process ends. Null: another one is.</summary>
    IDisposable? TryAttend(PlanId id);
}

/// <param name="Damaged">Plans that can't be read, and why.</param>
public sealed record PlanShelf(ImmutableArray<PlanHistory> Plans, ImmutableArray<(PlanId Id, string Why)> Damaged);

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
