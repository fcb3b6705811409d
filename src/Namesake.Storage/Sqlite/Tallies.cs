using System.Collections.Immutable;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite;

/// <summary>Daily sums: read in pages, written a slice at a time so that no acceptance waits for fifty thousand of them.</summary>
internal sealed class Tallies(OpenedSpool spool) : ITallyStore
{
    private const int Slice = 500;

    public async Task<ImmutableArray<Tally>> TalliesAsync(DateOnly from, TallyKey? after, int limit, CancellationToken cancellation) =>
        await spool.Readers.ReadAsync(
            reader =>
            {
                // Scopes begin at 1: before the first of the day nothing can be.
                var key = after ?? new TallyKey(from, 0, "");
                return TallyTable.ReadAll(reader.Prepared(TallyTable.Select).Bind(1, TallyTable.NumberOf(key.Day)).Bind(2, (long)key.Scope).Bind(3, key.Name).Bind(4, limit));
            },
            cancellation).ConfigureAwait(false);

    public async Task<ImmutableArray<Tally>> HeaviestAsync(DateOnly day, TallyScope scope, int passed, int limit, CancellationToken cancellation) =>
        await spool.Readers.ReadAsync(
            reader => TallyTable.ReadAll(reader.Prepared(TallyTable.Heaviest).Bind(1, TallyTable.NumberOf(day)).Bind(2, (long)scope).Bind(3, limit).Bind(4, passed)), cancellation).ConfigureAwait(false);

    public async Task SaveTalliesAsync(ImmutableArray<Tally> tallies)
    {
        foreach (var slice in tallies.Chunk(Slice))
            await spool.Writer.ApplyAsync(new SaveTalliesOperation([.. slice])).ConfigureAwait(false);
    }

    public async Task<int> ForgetTalliesAsync(ImmutableArray<Tally> tallies)
    {
        var gone = 0;
        foreach (var slice in tallies.Chunk(Slice))
        {
            var operation = new ForgetLightOperation([.. slice]);
            await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
            gone += operation.Result;
        }
        return gone;
    }

    public async Task<int> ForgetTalliesAsync(DateOnly before, int limit)
    {
        var operation = new ForgetTalliesOperation(before, Math.Min(limit, Slice));
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Result;
    }
}
