using System.Collections.Immutable;
using Namesake.Core.Identity.Verdicts;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Whether our own resolving is in doubt (FB-09), and the patience clock that stands still meanwhile.</summary>
internal sealed class Doubt(IdentityOptions options)
{
    private readonly Lock _lock = new();
    private readonly UnknownCensus<SourceId> _census = new();
    private PatienceClock _clock = PatienceClock.Running;
    private bool _resolving;

    public PatienceClock Clock => Volatile.Read(ref _clock);

    public bool IsRaised => Clock.IsStopped;

    public void Restore(PatienceClock clock) => Volatile.Write(ref _clock, clock);

    /// <returns>True when doubt arose or ended.</returns>
    public bool Report(SourceId source, ImmutableArray<string?> silentZones, int sources, DateTimeOffset now)
    {
        lock (_lock)
        {
            _census.Report(source, silentZones);
            return Review(sources, now);
        }
    }

    /// <param name="resolving">The look-up says that nobody answers it any more.</param>
    public bool Report(bool resolving, int sources, DateTimeOffset now)
    {
        lock (_lock)
        {
            _resolving = resolving;
            return Review(sources, now);
        }
    }

    public void ClockSet(TimeSpan by)
    {
        lock (_lock)
            Volatile.Write(ref _clock, _clock.Set(by));
    }

    public void Forget(SourceId source)
    {
        lock (_lock)
            _census.Remove(source);
    }

    private bool Review(int sources, DateTimeOffset now)
    {
        var before = _clock;
        Volatile.Write(ref _clock, _resolving || _census.IsDoubtful(sources, options.DoubtShare) ? before.Stop(now) : before.Start(now));
        return before.IsStopped != _clock.IsStopped;
    }
}
