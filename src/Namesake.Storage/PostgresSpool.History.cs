using System.Collections.Immutable;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;
using Namesake.Storage.Postgres;

namespace Namesake.Storage;

// What was seen of sources.
public sealed partial class PostgresSpool
{
    public async Task RecordAsync(ImmutableArray<Observation> observations, int most)
    {
        foreach (var slice in observations.Chunk(Slice))
            await _administration.ApplyAsync(new RecordObservationsOperation(slice, most)).ConfigureAwait(false);
    }

    public Task<ImmutableArray<Observation>> PresentAsync(CancellationToken cancellation) =>
        _reader.AskAsync(connection => Histories.PresentAsync(connection, cancellation), cancellation);

    public Task<ImmutableArray<Observation>> ChangesAsync(SourceId source, ObservationKind? kind, long? before, int limit, CancellationToken cancellation) =>
        _reader.AskAsync(connection => Histories.ChangesAsync(connection, source, kind, before, limit, cancellation), cancellation);

    public Task<ImmutableArray<Observation>> NamesAsync(string address, string name, DateTimeOffset from, int limit, CancellationToken cancellation) =>
        _reader.AskAsync(connection => Histories.NamesAsync(connection, address, name, from, limit, cancellation), cancellation);

    public async Task<int> ForgetChangesAsync(DateTimeOffset before, int limit)
    {
        var operation = new StatementOperation(64, batch => Histories.ForgetChanges(batch, before, Math.Min(limit, Slice)));
        await _administration.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Rows;
    }

    public Task ForgetHistoryAsync(SourceId source) => _administration.ApplyAsync(new StatementOperation(64, batch => Histories.Forget(batch, source)));
}
