using System.Collections.Immutable;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.History;

/// <summary>What was seen last of one source, by kind: tells what is new from what is only seen again. It outlives the source's record, which a changed name or address replaces.</summary>
internal sealed class Trail(SourceId source)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObservationKind, Observation> _last = [];

    public Observation? Find(ObservationKind kind)
    {
        lock (_lock)
            return _last.GetValueOrDefault(kind);
    }

    /// <summary>When the newest observation was made; null: none was.</summary>
    public DateTimeOffset? Newest
    {
        get
        {
            lock (_lock)
                return _last.Count == 0 ? null : _last.Values.Max(last => last.At);
        }
    }

    /// <summary>What stands now, by kind.</summary>
    public ImmutableArray<Observation> Present()
    {
        lock (_lock)
            return [.. _last.Values.OrderBy(last => last.Kind)];
    }

    /// <summary>As it was stored.</summary>
    public void Restore(Observation observation)
    {
        lock (_lock)
            _last[observation.Kind] = observation;
    }

    /// <returns>What is to be kept of it: nothing when it was seen before.</returns>
    public ImmutableArray<Observation> See(ObservationKind kind, string subject, string value, string origin, string vantage, DateTimeOffset at)
    {
        (subject, value) = (Observation.Clean(subject), Observation.Clean(value));
        (origin, vantage) = (Observation.Clean(origin), Observation.Clean(vantage));
        lock (_lock)
        {
            var last = _last.GetValueOrDefault(kind);
            if (last is not null && last.Subject == subject && last.Value == value)
                return [];
            // Of a verdict the subject is only the reason; elsewhere another subject is another thing.
            var goesOn = last is not null && (kind == ObservationKind.Verdict || last.Subject == subject);
            var now = _last[kind] = new Observation(source, kind, subject, value, goesOn ? last!.Value : null, at, origin, vantage);
            // A name that is said from another address now is no longer said from the old one: whoever asks about that address must see the end.
            return kind == ObservationKind.Ehlo && !goesOn && last is { Value.Length: > 0 }
                ? [now with { Subject = last.Subject, Value = "", Before = last.Value }, now]
                : [now];
        }
    }
}
