using System.Collections.Immutable;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Leases;

/// <summary>Where relays that share a database agree which of them sends from a source. Filled by the spool's engine.</summary>
public interface ISourceLeases
{
    /// <summary>Takes the sources that nobody holds and renews those that are ours, all at once. What is not asked for any more runs out.</summary>
    /// <exception cref="IOException">The database can't be asked; whether it has renewed anything is not known.</exception>
    Task<LeaseAnswer> HoldAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation);
}
