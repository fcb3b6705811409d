using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Suppression;
using Namesake.Storage.Postgres;

namespace Namesake.Storage;

// To whom the brands send nothing.
public sealed partial class PostgresSpool
{
    public Task<SuppressionEntry?> FindAsync(SuppressionKey key, CancellationToken cancellation) =>
        _reader.AskAsync(connection => SuppressionLists.FindAsync(connection, key, cancellation), cancellation);

    public Task<ImmutableArray<SuppressionEntry>> PageAsync(BrandId? brand, bool counted, SuppressionKey? after, int limit, CancellationToken cancellation) =>
        _reader.AskAsync(connection => SuppressionLists.PageAsync(connection, brand, counted, after, limit, cancellation), cancellation);

    public Task<ImmutableArray<SuppressionMark>> MarksAsync(SuppressionKey? after, int limit, CancellationToken cancellation) =>
        _reader.AskAsync(connection => SuppressionLists.MarksAsync(connection, after, limit, cancellation), cancellation);

    public Task<ImmutableArray<SuppressionMark>> ChangedAsync(DateTimeOffset from, SuppressionMark? after, int limit, CancellationToken cancellation) =>
        _reader.AskAsync(connection => SuppressionLists.ChangedAsync(connection, from, after, limit, cancellation), cancellation);

    public async Task SaveAsync(ImmutableArray<SuppressionEntry> entries)
    {
        foreach (var slice in entries.Chunk(Slice))
            await _administration.ApplyAsync(new StatementOperation(1024L * slice.Length, batch => SuppressionLists.Put(batch, slice))).ConfigureAwait(false);
    }

    public async Task<bool> TrySaveAsync(SuppressionEntry entry, DateTimeOffset? seen)
    {
        var operation = new StatementOperation(1024, batch => SuppressionLists.TryPut(batch, entry, seen));
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Rows > 0;
    }

    public async Task<int> RemoveAsync(ImmutableArray<SuppressionKey> keys)
    {
        var removed = 0;
        foreach (var slice in keys.Chunk(Slice))
        {
            var operation = new StatementOperation(128L * slice.Length, batch => SuppressionLists.Remove(batch, slice));
            await _administration.ApplyAsync(operation).ConfigureAwait(false);
            removed += operation.Rows;
        }
        return removed;
    }

    public async Task<ImmutableArray<SuppressionKey>> ForgetAsync(DateTimeOffset now, int limit)
    {
        var operation = new ForgetSuppressionsOperation(now, Math.Min(limit, Slice));
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Result;
    }
}
