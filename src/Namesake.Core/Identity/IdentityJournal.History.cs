using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// Observations: kept one by one, in their order, and fewer of them rather than a relay that waits.
internal sealed partial class IdentityJournal
{
    private readonly Lock _observationsLock = new();
    private readonly Queue<Observation> _observations = new();
    private readonly Queue<SourceId> _gone = new();

    /// <summary>Without a store for them nothing is kept. While the store is away the oldest give way.</summary>
    public void Keep(Observation observation)
    {
        if (history is null)
            return;
        lock (_observationsLock)
        {
            if (_observations.Count == HistoryLimits.Waiting)
                _observations.Dequeue();
            _observations.Enqueue(observation);
        }
        _bell.Writer.TryWrite(true);
    }

    public void ForgetHistory(SourceId source)
    {
        lock (_observationsLock)
            _gone.Enqueue(source);
        _bell.Writer.TryWrite(true);
    }

    public Task<ImmutableArray<Observation>> PresentAsync(CancellationToken cancellation) => history?.PresentAsync(cancellation) ?? Nothing;

    public Task<ImmutableArray<Observation>> ChangesAsync(SourceId source, ObservationKind? kind, long? before, int limit, CancellationToken cancellation) =>
        history?.ChangesAsync(source, kind, before, limit, cancellation) ?? Nothing;

    public Task<ImmutableArray<Observation>> NamesAsync(string address, string name, DateTimeOffset from, int limit, CancellationToken cancellation) =>
        history?.NamesAsync(address, name, from, limit, cancellation) ?? Nothing;

    /// <summary>A slice at a time, so that mail is written in between.</summary>
    public async Task ForgetChangesAsync(DateTimeOffset before, CancellationToken stop)
    {
        if (history is null)
            return;
        try
        {
            while (await history.ForgetChangesAsync(before, HistoryLimits.Batch) == HistoryLimits.Batch)
                stop.ThrowIfCancellationRequested();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogError(failure, "Old history could not be forgotten; tried again in a day");
        }
    }

    private static Task<ImmutableArray<Observation>> Nothing => Task.FromResult(ImmutableArray<Observation>.Empty);

    private async Task<bool> WriteObservationsAsync()
    {
        while (true)
        {
            ImmutableArray<Observation> batch;
            SourceId? gone;
            lock (_observationsLock)
            {
                batch = [.. _observations.Take(HistoryLimits.Batch)];
                gone = batch.IsEmpty && _gone.TryPeek(out var next) ? next : null;
            }
            if (batch.IsEmpty && gone is null)
                return true;
            try
            {
                if (gone is { } source)
                    await history!.ForgetHistoryAsync(source);
                else
                    await history!.RecordAsync(batch, HistoryLimits.Most);
            }
            catch (Exception failure)
            {
                logger.LogError(failure, "What was seen of sources could not be stored; trying again in {Seconds} s", AfterFailure.TotalSeconds);
                _bell.Writer.TryWrite(true);
                return false;
            }
            lock (_observationsLock)
                if (gone is not null)
                    _gone.Dequeue();
                else
                    // What gave way meanwhile is not dequeued a second time.
                    while (_observations.TryPeek(out var written) && batch.Contains(written))
                        _observations.Dequeue();
        }
    }
}
