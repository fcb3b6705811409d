namespace Namesake.Core.Pipeline.Gating;

// Its rests, and their end.
public sealed partial class Lane
{
    /// <summary>The operator said that we should wait, or the lane has failed. Failures of sessions that began before the rest did count once.</summary>
    /// <param name="wait">For how long, where we were asked for less; null: it failed, which says nothing of what the site bears.</param>
    public Backoff Rest(string reason, TimeSpan? wait)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (IsResting)
                return _backoff!;
            _ramp.BeginAnew();
            if (wait is not null)
                Site?.Halve(now);
            return _backoff = Backoff.After(_backoff, reason, now, wait);
        }
    }

    /// <summary>Nobody answers at these hosts; the others of the site go on.</summary>
    /// <param name="isMute">None of them said anything over this lane's family.</param>
    public Backoff RestDestination(string destination, string reason, bool isMute)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var failed = _mail.Of(destination);
            if (failed.IsResting(now))
                return failed.Backoff!;
            if (failed.Backoff is null)
                _troubled++;
            failed.IsMute = isMute;
            failed.HasAnswered &= !isMute;
            return failed.Backoff = Backoff.After(failed.Backoff, reason, now);
        }
    }

    /// <summary>Somebody there answered, whatever was said.</summary>
    public void Heard(string destination)
    {
        if (Volatile.Read(ref _troubled) == 0)
            return;
        lock (_lock)
            if (_mail.Find(destination) is { } heard)
                heard.IsMute = false;
    }

    /// <summary>A message got through: lane and destination are as good as new.</summary>
    /// <returns>Whether they were not before: what waits in the spool for the end of their trial may go.</returns>
    public bool Recovered(string destination)
    {
        _ramp.Succeeded();
        Site?.Succeeded();
        if (Volatile.Read(ref _backoff) is null && Volatile.Read(ref _troubled) == 0 && ReferenceEquals(Volatile.Read(ref _answered), destination))
            return false;
        lock (_lock)
        {
            if (_mail.Find(destination) is { } answered)
                answered.HasAnswered = true;
            Volatile.Write(ref _answered, destination);
            var rested = _backoff is not null;
            _backoff = null;
            if (_mail.Find(destination) is not { Backoff: not null } recovered)
                return rested;
            (recovered.Backoff, recovered.IsMute) = (null, false);
            _troubled--;
            _mail.Reopen(recovered);
            return true;
        }
    }
}
