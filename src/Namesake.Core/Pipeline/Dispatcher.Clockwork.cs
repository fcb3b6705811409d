using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline;

// What happens because time passes: idle sessions and lanes end, lives end, delays are told.
public sealed partial class Dispatcher
{
    /// <summary>Messages that expire or are told about at once: the spool writes them in one batch, and memory holds no more of them.</summary>
    private const int MostAtOnce = 200;

    private async Task TendLanesAsync()
    {
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        while (await TickAsync(clock))
        {
            try
            {
                foreach (var lane in _gate.Lanes)
                {
                    lane.EndIdle(_deliverer.Timeouts.Idle);
                    if (lane.Waiting > 0 && lane.Backoff is { } rest && lane.IsResting)
                        GiveBack(lane.Clear(endParked: true), rest.Until);
                    foreach (var (destination, own) in lane.Stranded())
                        GiveBack(lane.Clear(destination), own.Until);
                    // Others' mail may have shown that the site bears more, and its own session be stuck. One each: who comes first must not take all of it.
                    if (lane.TakesAnother())
                        _ = WorkAsync(lane);
                    else if (lane.Waiting > 0)
                        _gate.MakeRoomFor(lane);
                }

                _gate.Prune();
                BeginSessions(); // Descriptors may be free again.
                if (_gate.Suspensions.Prune())
                    Opened();
            }
            catch (Exception failure)
            {
                DispatcherLog.Failed(_log, failure);
            }
        }
    }

    private async Task EndLivesAsync()
    {
        var toldUpTo = DateTimeOffset.UnixEpoch;
        using var clock = new PeriodicTimer(_options.SweepEvery, _time);
        do
        {
            try
            {
                if (!_reprieve.IsOver(_time))
                    continue; // Nor is anybody told of a delay that only the clock has seen.
                var now = _time.GetUtcNow();
                bool hasMore;
                do
                {
                    var expired = await _spool.ClaimExpiredAsync(now, MostAtOnce);
                    foreach (var consignment in expired)
                        _window.Enter(consignment.Key.Brand, consignment.Content?.Length ?? 0);
                    var ended = await Task.WhenAll(expired.Select(consignment => CarryOutAsync(consignment, () => ExpireAsync(consignment))));
                    // What a fault gave back is expired as before: it would be found again at once.
                    hasMore = expired.Length == MostAtOnce && Array.TrueForAll(ended, isEnded => isEnded);
                }
                while (hasMore && !_stopping.IsCancellationRequested);
                toldUpTo = await TellDelaysAsync(toldUpTo, now + _spool.IdsAhead - Reporter.DelayAfter);
            }
            catch (SpoolUnavailableException trouble)
            {
                DispatcherLog.SpoolTrouble(_log, trouble.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure)
            {
                DispatcherLog.Failed(_log, failure);
            }
        }
        while (await TickAsync(clock));
    }

    private async Task<DateTimeOffset> TellDelaysAsync(DateTimeOffset from, DateTimeOffset before)
    {
        while (!_stopping.IsCancellationRequested)
        {
            var late = await _spool.UntoldDelaysAsync(from, before, MostAtOnce);
            await Task.WhenAll(late.Select(TellDelayAsync));
            if (late.Length < MostAtOnce)
                return before;
            from = late[^1].AcceptedAt;
        }

        return from;
    }

    /// <summary>One report that can't be written keeps no other from its sender.</summary>
    private async Task TellDelayAsync(Consignment consignment)
    {
        try
        {
            Offer(await _reporter.DelayedAsync(consignment, WhyWaiting(consignment), _aborting.Token));
        }
        catch (Exception failure) when (failure is not SpoolUnavailableException && !_aborting.IsCancellationRequested)
        {
            DispatcherLog.Failed(_log, failure);
        }
    }

    /// <summary>Why this mail is still here, in plain words for its sender: a hold names its check, anything else is what the last attempt heard.</summary>
    private string WhyWaiting(Consignment consignment)
    {
        if (consignment.Hold is { } kept)
            return $"kept back since {kept.Since:yyyy-MM-dd HH:mm} UTC by the operator of this relay: {kept.Reason}";
        var plan = _router.Known(consignment.Key.Domain, consignment.Via) as Reachable;
        // What another node sends isn't held: this one only doesn't know what it heard.
        return HoldOf(consignment.Key, plan) is { Reason: not Hold.NoLease } hold
            ? $"held since {hold.Since:yyyy-MM-dd HH:mm} UTC: {hold.ToSender()}"
            : "the receiver could not be reached or did not accept it in time";
    }

    /// <returns>False when the relay stops. A tick that came while its loop was at work is not lost.</returns>
    private async Task<bool> TickAsync(PeriodicTimer clock)
    {
        try
        {
            return await clock.WaitForNextTickAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task PauseAsync(TimeSpan span)
    {
        try
        {
            await Task.Delay(span, _time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the loops end by themselves.
        }
    }
}
