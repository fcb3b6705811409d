using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Suppression;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Reading;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite;

/// <summary>The brands' lists: read in pages, written a slice at a time.</summary>
internal sealed class SuppressionLists(OpenedSpool spool) : ISuppressionStore
{
    private const int Slice = 500;

    public async Task<SuppressionEntry?> FindAsync(SuppressionKey key, CancellationToken cancellation) =>
        (await ReadAsync(reader => reader.Prepared(SuppressionTable.SelectOne).Bind(1, key.Brand.Value).Bind(2, key.Address), SuppressionTable.Read, cancellation).ConfigureAwait(false)).SingleOrDefault();

    public Task<ImmutableArray<SuppressionEntry>> PageAsync(BrandId? brand, bool counted, SuppressionKey? after, int limit, CancellationToken cancellation) => ReadAsync(
        reader => brand is { } only
            ? reader.Prepared(counted ? SuppressionTable.SelectAllOfBrand : SuppressionTable.SelectListedOfBrand).Bind(1, only.Value).Bind(2, after?.Address ?? "").Bind(3, limit)
            : reader.Prepared(counted ? SuppressionTable.SelectAll : SuppressionTable.SelectListed).Bind(1, after?.Brand.Value ?? "").Bind(2, after?.Address ?? "").Bind(3, limit),
        SuppressionTable.Read, cancellation);

    public Task<ImmutableArray<SuppressionMark>> MarksAsync(SuppressionKey? after, int limit, CancellationToken cancellation) => ReadAsync(
        reader => reader.Prepared(SuppressionTable.SelectMarks).Bind(1, after?.Brand.Value ?? "").Bind(2, after?.Address ?? "").Bind(3, limit), SuppressionTable.ReadMark, cancellation);

    public Task<ImmutableArray<SuppressionMark>> ChangedAsync(DateTimeOffset from, SuppressionMark? after, int limit, CancellationToken cancellation) => ReadAsync(
        reader => reader.Prepared(SuppressionTable.SelectChanged).Bind(1, (after?.Changed ?? from).ToMicroseconds()).Bind(2, after?.Key.Brand.Value ?? "").Bind(3, after?.Key.Address ?? "").Bind(4, limit),
        SuppressionTable.ReadMark, cancellation);

    public async Task SaveAsync(ImmutableArray<SuppressionEntry> entries)
    {
        foreach (var slice in entries.Chunk(Slice))
            await spool.Writer.ApplyAsync(new SaveSuppressionsOperation([.. slice])).ConfigureAwait(false);
    }

    public async Task<bool> TrySaveAsync(SuppressionEntry entry, DateTimeOffset? seen)
    {
        var operation = new TrySaveSuppressionOperation(entry, seen);
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Result;
    }

    public async Task<int> RemoveAsync(ImmutableArray<SuppressionKey> keys)
    {
        var removed = 0;
        foreach (var slice in keys.Chunk(Slice))
        {
            var operation = new RemoveSuppressionsOperation([.. slice]);
            await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
            removed += operation.Result;
        }
        return removed;
    }

    public async Task<ImmutableArray<SuppressionKey>> ForgetAsync(DateTimeOffset now, int limit)
    {
        var operation = new ForgetSuppressionsOperation(now, Math.Min(limit, Slice));
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Result;
    }

    private async Task<ImmutableArray<T>> ReadAsync<T>(Func<ReaderConnection, Statement> select, Func<Statement, T> read, CancellationToken cancellation) => await spool.Readers.ReadAsync(
        reader =>
        {
            var found = ImmutableArray.CreateBuilder<T>();
            for (var rows = select(reader); rows.Step();)
                found.Add(read(rows));
            return found.ToImmutable();
        },
        cancellation).ConfigureAwait(false);
}
