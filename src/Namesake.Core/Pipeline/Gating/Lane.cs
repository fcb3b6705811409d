using Namesake.Core.Brands;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>What waits in memory for one (source, site), who works on it, and its rest after failures.</summary>
/// <remarks>Waybills stand in one line per brand and destination. A session asks for more of its own destination first, because its connection
/// can carry it, and goes round the brands so that one brand's million does not delay another's ten. Sessions without work park here; the newest
/// parked is woken first, so that the others may time out.</remarks>
public sealed class Lane(LaneKey key, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DestinationLine> _lines = new(StringComparer.Ordinal);
    private readonly List<ParkedSession> _parked = [];
    private bool _closing;
    private bool _retired;
    private int _sessions;
    private int _waiting;
    private Backoff? _backoff;

    public LaneKey Key { get; } = key;

    public int Waiting => Volatile.Read(ref _waiting);

    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>Null when it isn't resting. A rest that is over stays here until a message got through: it makes the next one longer.</summary>
    public Backoff? Backoff => Volatile.Read(ref _backoff);

    public bool IsResting => Backoff is { } backoff && backoff.Until > time.GetUtcNow();

    /// <summary>Puts a waybill in line.</summary>
    /// <param name="connections">Most sessions this lane may have.</param>
    /// <returns>True when the caller must start a session for it; false when one that exists will take it; null when this lane was retired: the gate has another.</returns>
    public bool? Enqueue(Waybill waybill, int connections)
    {
        lock (_lock)
        {
            if (_retired)
                return null;
            var destination = waybill.Route.Destination;
            for (var i = _parked.Count - 1; i >= 0; i--)
            {
                if (_parked[i].Destination == destination)
                {
                    var session = _parked[i];
                    _parked.RemoveAt(i);
                    session.Wake(waybill);
                    return false;
                }
            }

            if (!_lines.TryGetValue(destination, out var line))
                _lines.Add(destination, line = new DestinationLine());
            line.Add(waybill);
            _waiting++;
            // A lane on trial gets one session until it has succeeded.
            if (_sessions >= (_backoff is null ? connections : 1))
            {
                // All sessions are elsewhere: the one parked longest makes room by ending.
                if (_parked.Count > 0)
                {
                    _parked[0].Wake(null);
                    _parked.RemoveAt(0);
                }

                return false;
            }

            _sessions++;
            return true;
        }
    }

    /// <summary>The next waybill for a session, of its destination first; parks it when there is none.</summary>
    /// <returns>Null when the session should end: it idled too long, or the lane has work for other destinations only.</returns>
    public ValueTask<Waybill?> NextAsync(ParkedSession session)
    {
        lock (_lock)
        {
            if (IsResting || _closing)
                return ValueTask.FromResult<Waybill?>(null);
            if (_lines.TryGetValue(session.Destination, out var line))
            {
                var waybill = line.Take();
                _waiting--;
                if (line.IsEmpty)
                    _lines.Remove(session.Destination);
                return ValueTask.FromResult<Waybill?>(waybill);
            }

            if (_lines.Count > 0)
                return ValueTask.FromResult<Waybill?>(null);
            _parked.Add(session);
            return session.ParkAsync(time.GetTimestamp());
        }
    }

    /// <summary>A first waybill for a new session, of any destination. Null: nothing is left, the session slot is given back.</summary>
    public Waybill? First()
    {
        lock (_lock)
        {
            if (_lines.Count == 0 || IsResting)
            {
                _sessions--;
                return null;
            }

            var (destination, line) = _lines.First();
            var waybill = line.Take();
            _waiting--;
            if (line.IsEmpty)
                _lines.Remove(destination);
            return waybill;
        }
    }

    /// <summary>Nobody uses it and there is nothing to remember: from now on it takes nothing.</summary>
    /// <returns>Whether it is retired.</returns>
    public bool TryRetire()
    {
        lock (_lock)
            return _retired |= _sessions == 0 && _lines.Count == 0 && _parked.Count == 0 && (_backoff is null || _backoff.Until + Backoff.Remembered <= time.GetUtcNow());
    }

    /// <summary>No session parks here any more: the relay stops, and nobody would wake it.</summary>
    public void Close()
    {
        lock (_lock)
            _closing = true;
    }

    /// <summary>Ends sessions that idled longer than this. Called about once a second for all lanes, so that parking needs no timer of its own.</summary>
    public void EndIdle(TimeSpan longest)
    {
        lock (_lock)
        {
            for (var i = _parked.Count - 1; i >= 0; i--)
            {
                if (time.GetElapsedTime(_parked[i].ParkedAt) < longest)
                    continue;
                _parked[i].Wake(null);
                _parked.RemoveAt(i);
            }
        }
    }

    /// <summary>Takes everything that waits out of memory, for the spool to keep: the lane was held, rests, or the relay stops.</summary>
    public List<Waybill> Clear(bool endParked)
    {
        lock (_lock)
        {
            var waybills = _lines.Values.SelectMany(line => line.TakeAll()).ToList();
            _lines.Clear();
            _waiting = 0;
            if (endParked)
            {
                foreach (var session in _parked)
                    session.Wake(null);
                _parked.Clear();
            }

            return waybills;
        }
    }

    /// <summary>The site failed. Failures of sessions that began before the rest did count once.</summary>
    public Backoff Rest(string reason, TimeSpan? wait)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_backoff is { } resting && resting.Until > now)
                return resting;
            return _backoff = Backoff.After(_backoff, reason, now, wait);
        }
    }

    /// <summary>A message got through: the lane is as good as new.</summary>
    public void Recovered()
    {
        if (Volatile.Read(ref _backoff) is not null)
            Volatile.Write(ref _backoff, null);
    }

    public int? Allowance(int most) => IsResting ? null : Backoff is not null ? Math.Min(1, Math.Max(0, 1 - Waiting)) : Math.Max(0, most - Waiting);

    /// <summary>Whether another brand or destination waits: asked by tests and the status page.</summary>
    public IReadOnlyList<(BrandId Brand, int Count)> WaitingByBrand()
    {
        lock (_lock)
            return [.. _lines.Values.SelectMany(line => line.CountByBrand()).GroupBy(pair => pair.Brand, pair => pair.Count).Select(group => (group.Key, group.Sum()))];
    }
}
