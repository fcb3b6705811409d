using System.Collections.Immutable;
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

    /// <summary>Pages in a row of which nothing may be claimed, before the rest waits for the next look: 10,000 queues of a brand whose share is full must not hide another's,
    /// and a hundred thousand must not be read every second.</summary>
    private const int MostFruitlessPages = 50;

    private QueueId _resume;
    private int _pages;

    /// <summary>Asks for a look at what is due now, not only with the clock: something was made due, or may go again.</summary>
    public void SignalDue()
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

    /// <summary>Once round the queues that have something due, or until the window is full; the next look goes on where this one ended.</summary>
    /// <remarks>No brand's queues can fill the window, however many: what a brand may still have in memory is shared out among its queues of a page.</remarks>
    private async Task FillOnceAsync()
    {
        await TakeUpAsync();
        var (after, took, fruitless) = (_resume, false, 0);
        while (!_stopping.IsCancellationRequested)
        {
            var room = _window.Free;
            var now = _time.GetUtcNow();
            var page = room > 0 ? await _spool.DueQueuesAsync(now, after, QueuesPerPage) : [];
            // While there was something to take there may be more: then every message that leaves memory is a reason to look again. Otherwise only the clock is,
            // so that fresh mail passing through costs no reading.
            Volatile.Write(ref _mayHaveMore, took || room <= 0);
            if (page.IsEmpty && room > 0 && _resume.Value > 0)
            {
                _resume = after = default; // The end: now those before the place where this look began.
                continue;
            }

            if (page.IsEmpty)
            {
                _resume = room > 0 ? default : after;
                return;
            }

            after = page[^1].Id;
            var (claims, putOff, mayMove) = Claims(page);
            took |= mayMove;
            await PutOffAsync(putOff);
            fruitless = claims.Count > 0 ? 0 : fruitless + 1;
            foreach (var allowance in claims.GroupBy(claim => claim.Most))
                Offer(await _spool.ClaimAsync([.. allowance.Select(queue => queue.Id)], now, allowance.Key, (message, attempts) => _retries.NextDue(message, attempts, now)));
            if (fruitless < MostFruitlessPages)
                continue;
            _resume = after;
            return;
        }
    }

    /// <summary>What may be claimed of a page: for each brand its room in memory, spread over its queues; of what is on trial, one.</summary>
    /// <returns>Few different numbers, so that a page costs few claims whatever its size; what can't move at all, and why; and whether anything may move, now or when there is room.</returns>
    private (List<(QueueId Id, int Most)> Claims, List<(QueueId Id, QueueObstacle Obstacle)> PutOff, bool MayMove) Claims(ImmutableArray<QueueSummary> page)
    {
        var (claims, putOff, mayMove) = (new List<(QueueId, int)>(), new List<(QueueId, QueueObstacle)>(), false);
        // Each time another brand comes first, and of a brand another queue: those who share a rate are many, and who comes first takes of it what there is.
        var brands = page.GroupBy(queue => queue.Key.Brand).ToList();
        var turn = unchecked((uint)_pages++);
        foreach (var brand in Rotated(brands, turn))
        {
            var movable = new List<(QueueId Id, int Most)>();
            foreach (var queue in Rotated([.. brand], turn / (uint)brands.Count))
            {
                if (IsAnothers(queue.Key.Source))
                    continue; // Put off it would be hidden from the node that sends it.
                var most = AllowanceOf(queue, out var obstacle);
                if (obstacle is null)
                    movable.Add((queue.Id, most));
                else
                    putOff.Add((queue.Id, obstacle));
            }

            mayMove |= movable.Count > 0;
            movable.RemoveAll(queue => queue.Most == 0);
            var room = _window.RoomOf(brand.Key);
            var share = movable.Count == 0 ? 0 : Math.Max(1, room / movable.Count);
            claims.AddRange(movable.Take(room).Select(queue => (queue.Id, Evened(queue.Most, share))));
        }

        return (claims, putOff, mayMove);
    }

    private static IEnumerable<T> Rotated<T>(List<T> all, uint by)
    {
        var first = (int)(by % (uint)all.Count);
        return first == 0 ? all : all.Skip(first).Concat(all.Take(first));
    }

    /// <summary>Powers of two, and of the usual number its double, fourfold and so on: a page stays a few claims.</summary>
    private int Evened(int most, int share)
    {
        var usual = _options.PerQueue;
        if (Math.Min(most, share) is var few && few > usual)
            return usual << BitOperations.Log2((uint)(few / usual));
        return BitOperations.IsPow2(most) ? few : Math.Min(share, usual);
    }

    /// <summary>How many consignments of a queue memory has a place for.</summary>
    /// <param name="obstacle">Why none may move at all, held, resting or on trial; null when they may.</param>
    private int AllowanceOf(QueueSummary queue, out QueueObstacle? obstacle)
    {
        var (key, plan) = (queue.Key, _router.Known(queue.Key.Domain, queue.Key.Via) as Reachable);
        var identity = IdentityOf(key.Domain, key.Via, plan);
        obstacle = !Belonging.Holds(key, _model()) ? new QueueObstacle(key.Brand, key.Source, null, null, identity)
            // A source held for refusals may be tried at one site: its queues are put off site by site.
            : _gate.ClosedBy(key.Source, plan?.Site, identity) is { } hold && !(hold.Check == "FB-01" && plan is null) ? new QueueObstacle(null, key.Source, hold.Site ?? (hold.Check == "FB-01" ? plan?.Site : null), null, identity)
            : null;
        if (obstacle is not null)
            return 0;
        if (plan is null)
            return 1; // One asks for the way; with the next look the others go it, or don't have to come out for nothing.
        var lane = new LaneKey(key.Source, plan.Site);
        var allowed = _gate.Allowance(lane, plan.Destination, key.Brand, _options.PerQueue);
        if (allowed is null or 0 && _gate.FindLane(lane) is { } troubled && troubled.IsOnTrial(plan.Destination))
        {
            obstacle = new QueueObstacle(null, key.Source, plan.Site, troubled.IsOnTrial(null) ? null : plan.Destination, identity);
            return 0;
        }

        // Of a lane with a rate one queue gives no more than may go now; rounded down to a power of two, so that a page stays a few claims.
        var most = allowed ?? 0;
        return Rounded(Rounded(most, _gate.Rates.Available(lane, plan.Limits)), _gate.WarmUps.Available(key.Source, identity));

        static int Rounded(int most, int? now) => now is not { } few || few >= most ? most : few == 0 ? 0 : 1 << BitOperations.Log2((uint)few);
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
    }

    private void GiveBack(List<Waybill> waybills, DateTimeOffset? due)
    {
        // Each goes through Offer again: a delegated route may stay open while the source is held.
        foreach (var waiting in waybills)
        {
            Ashore(waiting, []);
            if (due is null)
                Reoffer(waiting.Consignment);
            else
                Run(waiting.Consignment, () => ReturnAsync(waiting.Consignment, due));
        }
    }
}
