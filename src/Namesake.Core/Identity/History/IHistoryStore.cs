using System.Collections.Immutable;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.History;

/// <summary>The port that keeps what was seen of each source, for as long as it is worth something. Apart from <see cref="IIdentityStore"/>: a verdict never depends on it.</summary>
public interface IHistoryStore
{
    /// <summary>Keeps them in their order: each becomes what stands now of its source and kind, and one more change.</summary>
    /// <param name="most">Changes of one source and kind that are kept; the oldest give way.</param>
    Task RecordAsync(ImmutableArray<Observation> observations, int most);

    /// <summary>What stands now: the newest of each source and kind, however old it is.</summary>
    Task<ImmutableArray<Observation>> PresentAsync(CancellationToken cancellation);

    /// <summary>Changes of one source, the newest first.</summary>
    /// <param name="kind">Null: of every kind.</param>
    /// <param name="before">Only those with smaller numbers; null: from the newest on.</param>
    Task<ImmutableArray<Observation>> ChangesAsync(SourceId source, ObservationKind? kind, long? before, int limit, CancellationToken cancellation);

    /// <summary>Changes of EHLO names, of any source, that concern this public address or ended with this name; the oldest first.</summary>
    Task<ImmutableArray<Observation>> NamesAsync(string address, string name, DateTimeOffset from, int limit, CancellationToken cancellation);

    /// <summary>Forgets changes that are older, but not what stands now.</summary>
    /// <returns>How many, at most <paramref name="limit"/>.</returns>
    Task<int> ForgetChangesAsync(DateTimeOffset before, int limit);

    /// <summary>Forgets all of a source that is gone.</summary>
    Task ForgetHistoryAsync(SourceId source);
}
