using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

// An operator closes a lane or a site, and opens it again.
public sealed partial class Dispatcher
{
    public IEnumerable<Suspension> Suspensions => _gate.Suspensions.All;

    public Suspension? SuspensionOf(LaneKey lane) => _gate.Suspensions.Find(lane);

    public Suspension? SuspensionOf(SiteId site) => _gate.Suspensions.Find(site);

    /// <summary>From its return on no message is begun on the lane or to the site; one that is under way comes to its end. What waits goes by the brand's other sources or stays in the spool.</summary>
    /// <param name="source">Null: every source, those that come later too.</param>
    /// <param name="until">Null: until somebody resumes it.</param>
    public async Task<Suspension> SuspendAsync(SourceId? source, SiteId site, string reason, string by, DateTimeOffset? until)
    {
        var suspension = new Suspension(source, site, reason, by, _time.GetUtcNow(), until);
        await _gate.Suspensions.SuspendAsync(suspension);
        ClearWhatIsSuspended();
        Replan();
        return suspension;
    }

    /// <summary>What operators said on other nodes holds here too.</summary>
    public async Task HearSuspensionsAsync(CancellationToken cancellation)
    {
        var (isAnySuspended, isAnyResumed) = await _gate.Suspensions.HearAsync(cancellation);
        if (isAnySuspended)
        {
            ClearWhatIsSuspended();
            Replan();
        }

        if (isAnyResumed)
            Opened();
    }

    private void ClearWhatIsSuspended()
    {
        foreach (var lane in _gate.Lanes)
            if (_gate.Suspensions.Find(lane.Key) is not null)
                GiveBack(lane.Clear(endParked: true), null);
    }

    /// <param name="source">Null: what closes the site for every source; lanes that are suspended by themselves stay so.</param>
    /// <returns>What was suspended; null: it was open.</returns>
    public async Task<Suspension?> ResumeAsync(SourceId? source, SiteId site, string by)
    {
        var suspension = await _gate.Suspensions.ResumeAsync(source, site, by);
        Opened();
        return suspension;
    }
}
