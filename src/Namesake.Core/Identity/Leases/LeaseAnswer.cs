using System.Collections.Immutable;

namespace Namesake.Core.Identity.Leases;

/// <summary>Who holds the sources that were asked for.</summary>
/// <param name="Term">How long what is ours stays so, from before it was asked for; null: nobody else can have any of them as long as this process lives.</param>
/// <param name="Leases">One for each source, ours or another's; none without a term.</param>
public sealed record LeaseAnswer(TimeSpan? Term, ImmutableArray<SourceLease> Leases)
{
    /// <summary>The store is this process's alone.</summary>
    public static LeaseAnswer Alone { get; } = new(null, []);
}
