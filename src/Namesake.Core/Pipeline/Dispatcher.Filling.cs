using System.Numerics;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline;

// Due mail comes out of the spool queue by queue; what was held in memory goes back.
public sealed partial class Dispatcher
{
    private const int QueuesPerPage = 200;

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
            foreach (var allowance in movable.Where(queue => queue.Most > 0).GroupBy(queue => BitOperations.IsPow2(queue.Most!.Value) ? Math.Min(queue.Most.Value, share) : share))
                Offer(await _spool.ClaimAsync([.. allowance.Select(queue => queue.Id)], now, allowance.Key, (message, attempts) => _retries.NextDue(message, attempts, now)));
        }
    }

    /// <summary>How many consignments of a queue memory has a place for; null when none may move at all, held or resting.</summary>
    private int? AllowanceOf(QueueSummary queue)
    {
        var plan = _router.Known(queue.Key.Domain, queue.Key.Via) as Reachable;
        if (HoldOf(queue.Key, plan) is not null)
            return null;
        if (plan is null)
            return _options.PerQueue;
        var lane = new LaneKey(queue.Key.Source, plan.Site);
        // Of a lane with a rate one queue gives no more than may go now; rounded down to a power of two, so that a page stays a few claims.
        return _gate.Allowance(lane, plan.Destination, queue.Key.Brand, _options.PerQueue) is not { } most ? null
            : _gate.Rates.Available(lane, plan.Limits) is not { } now || now >= most ? most
            : now == 0 ? 0 : 1 << BitOperations.Log2((uint)now);
    }

    /// <summary>A source or lane was held or released: give back what may not go, or look what may.</summary>
    private void StandingChanged(StandingChange change)
    {
        if (!change.Open)
        {
            foreach (var lane in _gate.Lanes)
                if (lane.Key.Source == change.Source && (change.Site is null || lane.Key.Site == change.Site))
                    GiveBack(lane.Clear(endParked: true), null);
        }

        Replan();
        SignalDue();
    }

    private void GiveBack(List<Waybill> waybills, DateTimeOffset? due)
    {
        // Each goes through Offer again: a delegated route may stay open while the source is held.
        foreach (var waiting in waybills)
        {
            if (due is null)
                Reoffer(waiting.Consignment);
            else
                Run(waiting.Consignment, () => ReturnAsync(waiting.Consignment, due));
        }
    }
}
