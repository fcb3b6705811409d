using System.Collections.Immutable;
using Namesake.Core.Brands;

namespace Namesake.Core.Suppression;

/// <summary>The port that keeps the lists over restarts, and between the nodes of a cluster.</summary>
/// <remarks>Reads and writes throw the spool's own exception (an IOException) when the disk or the server is in trouble; nothing is half done then.</remarks>
public interface ISuppressionStore
{
    Task<SuppressionEntry?> FindAsync(SuppressionKey key, CancellationToken cancellation);

    /// <summary>Suppressed recipients in the order of their keys, a page at a time.</summary>
    /// <param name="brand">Null: of all brands.</param>
    /// <param name="counted">Those too whose refusals are only counted.</param>
    /// <param name="after">The last key of the page before; null: the first page.</param>
    Task<ImmutableArray<SuppressionEntry>> PageAsync(BrandId? brand, bool counted, SuppressionKey? after, int limit, CancellationToken cancellation);

    /// <summary>All keys in their order, a page at a time.</summary>
    Task<ImmutableArray<SuppressionMark>> MarksAsync(SuppressionKey? after, int limit, CancellationToken cancellation);

    /// <summary>Keys whose entry changed then or later, the earliest first, a page at a time.</summary>
    /// <param name="after">The last of the page before; null: the first page.</param>
    Task<ImmutableArray<SuppressionMark>> ChangedAsync(DateTimeOffset from, SuppressionMark? after, int limit, CancellationToken cancellation);

    /// <summary>Stores entries in the place of whatever was there.</summary>
    Task SaveAsync(ImmutableArray<SuppressionEntry> entries);

    /// <summary>Stores an entry if nobody changed it meanwhile.</summary>
    /// <param name="seen">When it had changed last, as it was read; null: there was none.</param>
    /// <returns>False: it is another by now, nothing was stored.</returns>
    Task<bool> TrySaveAsync(SuppressionEntry entry, DateTimeOffset? seen);

    /// <returns>How many were there.</returns>
    Task<int> RemoveAsync(ImmutableArray<SuppressionKey> keys);

    /// <summary>Removes what isn't worth keeping any more (<see cref="SuppressionEntry.ForgottenAt"/>), at most <paramref name="limit"/> at once.</summary>
    /// <returns>What went.</returns>
    Task<ImmutableArray<SuppressionKey>> ForgetAsync(DateTimeOffset now, int limit);
}

/// <param name="IsListed">It is or was suppressed; false: its refusals are only counted.</param>
public sealed record SuppressionMark(SuppressionKey Key, bool IsListed, DateTimeOffset Changed);
