using System.Collections.Immutable;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Reading;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite;

/// <summary>What was seen of sources.</summary>
internal sealed class Histories(OpenedSpool spool) : IHistoryStore
{
    private const int Slice = 500;

    public async Task RecordAsync(ImmutableArray<Observation> observations, int most)
    {
        foreach (var slice in observations.Chunk(Slice))
            await spool.Writer.ApplyAsync(new RecordObservationsOperation([.. slice], most)).ConfigureAwait(false);
    }

    public Task<ImmutableArray<Observation>> PresentAsync(CancellationToken cancellation) => ReadAsync(reader => reader.Prepared(ObservationTable.SelectPresent), cancellation);

    public Task<ImmutableArray<Observation>> ChangesAsync(SourceId source, ObservationKind? kind, long? before, int limit, CancellationToken cancellation) => ReadAsync(
        reader =>
        {
            var select = reader.Prepared(kind is null ? ObservationTable.SelectChanges : ObservationTable.SelectChangesOfKind).Bind(1, source.Value).Bind(2, before ?? long.MaxValue).Bind(3, limit);
            return kind is { } only ? select.Bind(4, (long)only) : select;
        },
        cancellation);

    public Task<ImmutableArray<Observation>> NamesAsync(string address, string name, DateTimeOffset from, int limit, CancellationToken cancellation) =>
        ReadAsync(reader => reader.Prepared(ObservationTable.SelectNames).Bind(1, address).Bind(2, name).Bind(3, from.ToMicroseconds()).Bind(4, limit), cancellation);

    public async Task<int> ForgetChangesAsync(DateTimeOffset before, int limit)
    {
        var operation = new ForgetChangesOperation(before, Math.Min(limit, Slice));
        await spool.Writer.ApplyAsync(operation).ConfigureAwait(false);
        return operation.Result;
    }

    public Task ForgetHistoryAsync(SourceId source) => spool.Writer.ApplyAsync(new ForgetHistoryOperation(source));

    private async Task<ImmutableArray<Observation>> ReadAsync(Func<ReaderConnection, Statement> select, CancellationToken cancellation) => await spool.Readers.ReadAsync(
        reader =>
        {
            var found = ImmutableArray.CreateBuilder<Observation>();
            for (var rows = select(reader); rows.Step();)
                found.Add(ObservationTable.Read(rows));
            return found.ToImmutable();
        },
        cancellation).ConfigureAwait(false);
}
