using System.Collections.Concurrent;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

// A source's connections are closed, because what was decided when they were made holds no more: a translation, a route.
public sealed partial class Dispatcher
{
    private readonly ConcurrentDictionary<SourceId, int> _drains = new();

    /// <summary>Plans that are neither confirmed nor undone: their sources are held until that is decided.</summary>
    public UndecidedPlans Undecided => _gate.Undecided;

    /// <summary>From its return on every message of the source begins on a connection made after. Connections that wait for work are closed now, those that carry a message when it is over.</summary>
    /// <returns>Sessions there were; some of them may still carry one.</returns>
    public int Drain(SourceId source)
    {
        _drains.AddOrUpdate(source, 1, static (_, before) => before + 1);
        var sessions = 0;
        foreach (var lane in _gate.Lanes)
        {
            if (lane.Key.Source != source)
                continue;
            sessions += lane.Sessions;
            lane.EndIdle(TimeSpan.Zero);
        }
        return sessions;
    }

    /// <summary>Holds these sources, or lets them go.</summary>
    public void SetUndecided(IEnumerable<UndecidedPlan> plans)
    {
        _gate.Undecided.Set(plans);
        Opened();
    }

    private int DrainsOf(SourceId source) => _drains.GetValueOrDefault(source);
}
