using System.Collections.Immutable;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>A history in memory. The real ones are tested by their contract.</summary>
internal sealed class MemoryHistory : IHistoryStore
{
    private readonly Lock _lock = new();
    private readonly List<Observation> _changes = [];
    private readonly Dictionary<(SourceId, ObservationKind), Observation> _present = [];
    private long _number;

    public bool Broken { get; set; }

    public ImmutableArray<Observation> Changes
    {
        get
        {
            lock (_lock)
                return [.. _changes];
        }
    }

    public Task RecordAsync(ImmutableArray<Observation> observations, int most)
    {
        if (Broken)
            throw new IOException("disk full");
        lock (_lock)
            foreach (var observation in observations)
            {
                _present[(observation.Source, observation.Kind)] = observation;
                _changes.Add(observation with { Number = ++_number });
            }
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<Observation>> PresentAsync(CancellationToken cancellation)
    {
        lock (_lock)
            return Task.FromResult(_present.Values.ToImmutableArray());
    }

    public Task<ImmutableArray<Observation>> ChangesAsync(SourceId source, ObservationKind? kind, long? before, int limit, CancellationToken cancellation) => Task.FromResult<ImmutableArray<Observation>>(
        [.. Changes.Where(change => change.Source == source && (kind is null || change.Kind == kind) && (before is null || change.Number < before)).OrderByDescending(change => change.Number).Take(limit)]);

    public Task<ImmutableArray<Observation>> NamesAsync(string address, string name, DateTimeOffset from, int limit, CancellationToken cancellation) => Task.FromResult<ImmutableArray<Observation>>(
        [.. Changes.Where(change => change.Kind == ObservationKind.Ehlo && (change.Subject == address || change.Before == name) && change.At >= from).TakeLast(limit)]);

    public Task<int> ForgetChangesAsync(DateTimeOffset before, int limit)
    {
        lock (_lock)
        {
            var old = _changes.Where(change => change.At < before).Take(limit).ToList();
            old.ForEach(change => _changes.Remove(change));
            return Task.FromResult(old.Count);
        }
    }

    public Task ForgetHistoryAsync(SourceId source)
    {
        lock (_lock)
        {
            _changes.RemoveAll(change => change.Source == source);
            foreach (var key in _present.Keys.Where(key => key.Item1 == source).ToList())
                _present.Remove(key);
        }
        return Task.CompletedTask;
    }
}
