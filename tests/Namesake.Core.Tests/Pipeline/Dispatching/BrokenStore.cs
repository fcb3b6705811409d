using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Suppression;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A list in memory whose disk has trouble when the test says so.</summary>
internal sealed class BrokenStore : ISuppressionStore
{
    private readonly Dictionary<SuppressionKey, SuppressionEntry> _entries = [];

    public Exception? Trouble { get; set; }

    public Task<SuppressionEntry?> FindAsync(SuppressionKey key, CancellationToken cancellation) => Works(() => _entries.GetValueOrDefault(key));

    public Task<ImmutableArray<SuppressionEntry>> PageAsync(BrandId? brand, bool counted, SuppressionKey? after, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<SuppressionMark>> MarksAsync(SuppressionKey? after, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<SuppressionMark>> ChangedAsync(DateTimeOffset from, SuppressionMark? after, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task SaveAsync(ImmutableArray<SuppressionEntry> entries) => Works(() => entries.Select(entry => _entries[entry.Key] = entry).Count());

    public Task<bool> TrySaveAsync(SuppressionEntry entry, DateTimeOffset? seen) => Works(() =>
    {
        var isAsSeen = _entries.GetValueOrDefault(entry.Key)?.Changed == seen;
        if (isAsSeen)
            _entries[entry.Key] = entry;
        return isAsSeen;
    });

    public Task<int> RemoveAsync(ImmutableArray<SuppressionKey> keys) => Works(() => keys.Count(_entries.Remove));

    public Task<ImmutableArray<SuppressionKey>> ForgetAsync(DateTimeOffset now, int limit) => throw new NotSupportedException();

    private Task<T> Works<T>(Func<T> work) => Trouble is { } trouble ? Task.FromException<T>(trouble) : Task.FromResult(work());
}
