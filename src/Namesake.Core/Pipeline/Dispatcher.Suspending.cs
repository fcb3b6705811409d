using Namesake.Core.Pipeline.Gating;

namespace Namesake.Core.Pipeline;

// An operator closes a lane, and opens it again.
public sealed partial class Dispatcher
{
    public IEnumerable<Suspension> Suspensions => _gate.Suspensions.All;

    public Suspension? SuspensionOf(LaneKey lane) => _gate.Suspensions.Find(lane);

    /// <summary>From its return on no message is begun on the lane; one that is under way comes to its end. What waits goes by the brand's other sources or stays in the spool.</summary>
    /// <param name="until">Null: until somebody resumes it.</param>
    public async Task<Suspension> SuspendAsync(LaneKey lane, string reason, string by, DateTimeOffset? until)
    {
        var suspension = new Suspension(lane, reason, by, _time.GetUtcNow(), until);
        await _gate.Suspensions.SuspendAsync(suspension);
        ClearWhatIsSuspended();
        Replan();
        return suspension;
    }

    /// <summary>What operators said on other nodes holds here too.</summary>
    public async Task HearSuspensionsAsync(CancellationToken cancellation)
    {
        var (suspended, isAnyResumed) = await _gate.Suspensions.HearAsync(cancellation);
        if (!suspended.IsEmpty)
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

    /// <returns>What was suspended; null: the lane was open.</returns>
    public async Task<Suspension?> ResumeAsync(LaneKey lane, string by)
    {
        var suspension = await _gate.Suspensions.ResumeAsync(lane, by);
        Opened();
        return suspension;
    }
}
