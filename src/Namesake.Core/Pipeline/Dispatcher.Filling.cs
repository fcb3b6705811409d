using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline;

// The clockwork: due mail comes out of the spool queue by queue, lanes that closed give theirs back, lives end.
public sealed partial class Dispatcher
{
    private const int QueuesPerPage = 200;

    /// <summary>For settlements under way when everything else has been cut off.</summary>
    private static readonly TimeSpan AfterAbort = TimeSpan.FromSeconds(5);

    /// <summary>Runs until <see cref="StopAsync"/>.</summary>
    public async Task RunAsync()
    {
        var due = FillAsync();
        var lanes = TendLanesAsync();
        var lives = EndLivesAsync();
        await Task.WhenAll(due, lanes, lives);
    }

    /// <summary>Takes no more, lets sessions finish what they carry, gives the rest back to the spool.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(_options.Drain, _time); // It runs from the moment of the request.
        await _stopping.CancelAsync();
        foreach (var lane in _gate.Lanes)
        {
            lane.Close();
            GiveBack(lane, _time.GetUtcNow());
        }

        await DrainAsync(patience.Token);
        // What still hangs is cut off and gives back what it carries. After that only a spool that doesn't answer can keep anything.
        await _aborting.CancelAsync();
        using var settling = new CancellationTokenSource(AfterAbort, _time);
        await DrainAsync(settling.Token);
    }

    private async Task DrainAsync(CancellationToken patience)
    {
        if (InMemory == 0)
            return;
        try
        {
            await _drained.Task.WaitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            // Everything is in the spool.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
            await StopAsync();
        _standings.Changed -= StandingChanged;
        _metrics.Dispose();
        _dueSignal.Dispose();
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private void SignalDue()
    {
        // At most one signal is kept: two reasons to look are one look.
        if (_dueSignal.CurrentCount == 0)
        {
            try
            {
                _dueSignal.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another signal came between: it is the same look.
            }
        }
    }

    private async Task FillAsync()
    {
        await using var clock = _time.CreateTimer(_ => SignalDue(), null, _options.RefillEvery, _options.RefillEvery);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await FillOnceAsync();
                await _dueSignal.WaitAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SpoolUnavailableException trouble)
            {
                DispatcherLog.SpoolTrouble(_log, trouble.Message);
                await PauseAsync(_options.RefillEvery);
            }
            catch (Exception failure)
            {
                DispatcherLog.Failed(_log, failure);
                await PauseAsync(_options.RefillEvery);
            }
        }
    }

    /// <summary>Once round all queues that have something due, or until the window is full.</summary>
    private async Task FillOnceAsync()
    {
        var after = new QueueId(0);
        var took = false;
        while (!_stopping.IsCancellationRequested)
        {
            var room = _options.Window - InMemory;
            var now = _time.GetUtcNow();
            var page = room > 0 ? await _spool.DueQueuesAsync(now, after, QueuesPerPage) : [];
            // While there was something to take there may be more: then every message that leaves memory is a reason to look again. Otherwise only the clock is,
            // so that fresh mail passing through costs no reading.
            Volatile.Write(ref _mayHaveMore, took || room <= 0);
            if (page.IsEmpty)
                return;
            after = page[^1].Id;
            var share = Math.Clamp(room / page.Length, 1, _options.PerQueue);
            // Queues of lanes on trial give one message, the others a handful: two claims per page, whatever its size.
            var movable = page.Select(queue => (queue.Id, Most: AllowanceOf(queue))).Where(queue => queue.Most is not null).ToList();
            took |= movable.Count > 0;
            foreach (var allowance in movable.Where(queue => queue.Most > 0).GroupBy(queue => queue.Most == 1 ? 1 : share))
                Offer(await _spool.ClaimAsync([.. allowance.Select(queue => queue.Id)], now, allowance.Key, (message, attempts) => _retries.NextDue(message, attempts, now)));

            foreach (var queue in page)
                await MoveFromHeldAsync(queue, now);
        }
    }

    /// <summary>How many consignments of a queue memory has a place for; null when none may move at all, held or resting.</summary>
    private int? AllowanceOf(QueueSummary queue)
    {
        var plan = _router.Known(queue.Key.Domain, queue.Key.Via) as Reachable;
        if (HoldOf(queue.Key, plan) is not null)
            return null;
        return plan is null ? _options.PerQueue : _gate.Allowance(new LaneKey(queue.Key.Source, plan.Site), _options.PerQueue);
    }

    /// <summary>Mail of a held source goes on by another aligned source of its brand: what was never tried at once, the rest after 4 hours.</summary>
    private async Task MoveFromHeldAsync(QueueSummary queue, DateTimeOffset now)
    {
        var route = _router.Known(queue.Key.Domain, queue.Key.Via) as Reachable;
        if (HoldOf(queue.Key, route) is null)
            return;
        if (_model().Brands.Find(queue.Key.Brand) is not { } brand || Choose(brand, MessageId.At(now), queue.Key.Domain, queue.Key.Via, route) is not { } other || other == queue.Key.Source)
            return;
        while (await _spool.MoveWaitingAsync(queue.Id, other, now - Reporter.DelayAfter, limit: 500) == 500 && !_stopping.IsCancellationRequested)
        {
            // Slices of 500: the writer serves others between them.
        }

        SignalDue();
    }

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
                        GiveBack(lane, rest.Until);
                }

                _gate.Prune();
            }
            catch (Exception failure)
            {
                DispatcherLog.Failed(_log, failure);
            }
        }
    }

    /// <summary>A source or lane was held or released: give back what may not go, or look what may.</summary>
    private void StandingChanged(StandingChange change)
    {
        if (change.Open)
        {
            SignalDue();
            return;
        }

        foreach (var lane in _gate.Lanes)
            if (lane.Key.Source == change.Source && (change.Site is null || lane.Key.Site == change.Site))
                GiveBack(lane, null);
    }

    private void GiveBack(Lane lane, DateTimeOffset? due)
    {
        // Each goes through Offer again: a delegated route may stay open while the source is held.
        foreach (var waiting in lane.Clear(endParked: true))
        {
            if (due is null)
                Reoffer(waiting.Consignment);
            else
                Run(waiting.Consignment, () => ReturnAsync(waiting.Consignment, due));
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
                var now = _time.GetUtcNow();
                // Lives may have been shortened since acceptance: no brand's expiry alone tells the shortest.
                var shortest = _model().Brands.All.Select(brand => brand.Expiry).Append(Reporter.LifeAfterIdentityRefusal).Min();
                ImmutableArray<Consignment> expired;
                do
                {
                    expired = await _spool.ClaimExpiredAsync(now, now - shortest, limit: 200);
                    foreach (var consignment in expired)
                    {
                        Interlocked.Increment(ref _inMemory);
                        await CarryOutAsync(consignment, () => ExpireAsync(consignment));
                    }
                }
                while (expired.Length == 200 && !_stopping.IsCancellationRequested);
                toldUpTo = await TellDelaysAsync(toldUpTo, now - Reporter.DelayAfter);
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
            var late = await _spool.UntoldDelaysAsync(from, before, limit: 200);
            foreach (var consignment in late)
                OfferClaimed(await _reporter.DelayedAsync(consignment, WhyWaiting(consignment), _aborting.Token));
            if (late.Length < 200)
                return before;
            from = late[^1].AcceptedAt;
        }

        return from;
    }

    /// <summary>Why this mail is still here, in plain words for its sender: a hold names its check, anything else is what the last attempt heard.</summary>
    private string WhyWaiting(Consignment consignment)
    {
        var plan = _router.Known(consignment.Key.Domain, consignment.Via) as Reachable;
        return HoldOf(consignment.Key, plan) is { } hold
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
