using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

// Mail changes its source: because the one it waits for is held, retiring, not its brand's any more or gone. Only ever to another of the same brand.
public sealed partial class Dispatcher
{
    /// <summary>What may not move now may after its 4 hours, and that is no matter of seconds; changes of standings and of the configuration are looked at at once.</summary>
    private static readonly TimeSpan BetweenMoves = TimeSpan.FromMinutes(1);

    /// <summary>Rows a move changes before others have their turn at the writer.</summary>
    private const int MoveSlice = 500;

    /// <summary>For so long mail a receiver has seen keeps its source: greylisting knows address and name (verdicts: 4 hours).</summary>
    public static readonly TimeSpan SourceKept = Reporter.DelayAfter;

    /// <summary>Mail accepted since, by its id, and tried keeps its source.</summary>
    public DateTimeOffset KeptSince => _time.GetUtcNow() + _spool.IdsAhead - SourceKept;

    private readonly SemaphoreSlim _replanSignal = new(0, 1);

    /// <summary>The configuration or a standing changed: what waits is looked through for mail that must or may leave by another source.</summary>
    public void Replan()
    {
        foreach (var lane in _gate.Lanes)
            if (_model().Sources.Find(lane.Key.Source) is null or { Retiring: true })
                GiveBack(lane.Clear(endParked: true), null);
        Opened();
        if (_replanSignal.CurrentCount > 0)
            return;
        try
        {
            _replanSignal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another signal came between: it is the same look.
        }
    }

    private async Task MoveAsync()
    {
        await using var clock = _time.CreateTimer(_ => Replan(), null, BetweenMoves, BetweenMoves);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _replanSignal.WaitAsync(_stopping.Token);
                await MoveOnceAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure)
            {
                if (failure is SpoolUnavailableException)
                    DispatcherLog.SpoolTrouble(_log, failure.Message);
                else
                    DispatcherLog.Failed(_log, failure);
                await PauseAsync(_options.RefillEvery);
                Replan();
            }
        }
    }

    /// <summary>Once round all queues with unclaimed mail, due or not.</summary>
    private async Task MoveOnceAsync()
    {
        var after = new QueueId(0);
        while (!_stopping.IsCancellationRequested)
        {
            var page = await _spool.UnclaimedQueuesAsync(after, QueuesPerPage);
            foreach (var queue in await MovableAsync(page))
                await MoveFromAsync(queue);
            if (page.Length < QueuesPerPage)
                return;
            after = page[^1].Id;
        }
    }

    /// <summary>Those with mail that may move now, asked all at once: a site may be suspended with ten thousand queues of which none has any, and every minute finds them as they were.</summary>
    private async Task<IEnumerable<QueueSummary>> MovableAsync(ImmutableArray<QueueSummary> page)
    {
        var asked = ImmutableArray.CreateBuilder<(QueueId, DateTimeOffset?)>();
        foreach (var queue in page)
            if (WayOut(queue.Key, 0) is { } way)
                asked.Add((queue.Id, way.TriedBefore));
        if (asked.Count == 0)
            return [];
        var movable = (await _spool.WithMovableAsync(asked.ToImmutable())).ToHashSet();
        return page.Where(queue => movable.Contains(queue.Id));
    }

    /// <summary>A slice at a time, each to the source its first message's turn falls on, so that a large queue spreads by weight over those that are open.</summary>
    private async Task MoveFromAsync(QueueSummary queue)
    {
        var moved = 0;
        do
        {
            if (WayOut(queue.Key, moved) is not var (other, triedBefore))
                return;
            var slice = await _spool.MoveWaitingAsync(queue.Id, other, triedBefore, MoveSlice);
            moved += slice;
            if (slice > 0)
                SignalDue();
            if (slice < MoveSlice)
                return;
        }
        while (!_stopping.IsCancellationRequested);
    }

    /// <summary>Where mail of a queue may go instead, and up to when it must have been accepted if it was tried; null when it has to stay, or may go where it is.</summary>
    private (SourceId Other, DateTimeOffset TriedBefore)? WayOut(QueueKey key, int moved)
    {
        var now = _time.GetUtcNow();
        var route = _router.Known(key.Domain, key.Via) as Reachable;
        if (ObstacleOf(key, route) is not { } obstacle
            || _model().Brands.Find(key.Brand) is not { } brand
            || Choose(brand, new MessageId(MessageId.At(now).Value + moved), key.Domain, key.Via, route) is not { } other || other == key.Source)
            return null;
        // An address that can't be used again keeps nobody; any other keeps what a receiver has seen it with for 4 hours (greylisting).
        return (other, obstacle is SourceObstacle.Gone or SourceObstacle.FamilyMissing || IsFamilyLeftOut(key, route) ? DateTimeOffset.MaxValue : KeptSince);
    }

    /// <summary>The receiver wants nothing over this family: greylisting, which ties mail to its address, is no matter there.</summary>
    private bool IsFamilyLeftOut(QueueKey key, Reachable? route) => route is not null && _gate.ClosedBy(key.Source, route.Site, route.Identity) is { Reason: Hold.FamilyLeftOut };

    /// <summary>Another node may hold its lease (FB-08): what waits there is that node's, and is neither claimed nor put off nor moved by this one.</summary>
    private bool IsAnothers(SourceId source) => _standings.Of(source)?.Hold is { Reason: Hold.NoLease };

    private SourceObstacle? ObstacleOf(QueueKey key, Reachable? route)
    {
        var model = _model();
        return IsAnothers(key.Source) ? null
            : !Belonging.Holds(key, model) || model.Sources.Find(key.Source) is not { } source ? SourceObstacle.Gone
            : _gate.ClosedBy(key.Source, route?.Site, IdentityOf(key.Domain, key.Via, route)) is not null ? SourceObstacle.Held
            : source.Retiring ? SourceObstacle.Retiring
            : route is { IsPartial: false } && !route.HasFamily(source.Family) ? SourceObstacle.FamilyMissing
            : route is not null && AnsweredInstead(key, route) is { } other && HasAnswered(other, route) ? SourceObstacle.Unanswered
            : null;
    }

    /// <summary>The source can't carry it, or is retiring: another of its brand takes it over, or it waits.</summary>
    /// <param name="source">Null when it is no longer configured, or no longer the brand's.</param>
    private async Task ElsewhereAsync(Consignment consignment, Reachable route, Source? source)
    {
        var tried = IsTried(consignment);
        var familyUnseen = source is not null && !route.HasFamily(source.Family);
        var familyMissing = familyUnseen && !route.IsPartial;
        var leftOut = IsFamilyLeftOut(consignment.Key, route);
        var unanswered = source is not null && AnsweredInstead(consignment.Key, route) is not null;
        // Mail a receiver has seen keeps its address for 4 hours (greylisting), unless that address can never reach the site.
        var mayMove = !tried || source is null || familyMissing || leftOut || consignment.AcceptedAt <= KeptSince;
        if (mayMove && _model().Brands.Find(consignment.Key.Brand) is { } brand
            && Choose(brand, consignment.Message, consignment.Key.Domain, consignment.Via, route) is { } other && other != consignment.Key.Source)
        {
            if (await TryMoveAsync(consignment, other) is { } moved)
                Proceed(moved, route);
            else // Moved or not, settling finds it; it comes here again when the spool works.
                await ReturnAsync(consignment, null);
            return;
        }

        if (familyMissing)
        {
            var outcome = new Deferred(SessionPhase.Resolve, FailureScope.Site, null,
                $"{consignment.Key.Domain} can be reached over {(source!.Family == System.Net.Sockets.AddressFamily.InterNetwork ? "IPv6" : "IPv4")} only, and {consignment.Key.Brand} has no open source of that family");
            await EndWithoutSessionAsync(consignment, route, outcome);
        }
        else if (source is not null && !familyUnseen && (unanswered || (tried && source.Retiring)) && _gate.ClosedBy(source.Id, route.Site, route.Identity) is null)
            LineUp(consignment, source, route); // What it began it may end.
        else
            // Held mail is skipped by its queue's row until the standing changes; a retiring source's queue is open, and must not be taken up again at once.
            // So must not mail whose family DNS didn't tell just now.
            await ReturnAsync(consignment, source is { Retiring: true } ? _time.GetUtcNow() + BetweenMoves : familyUnseen ? route.Until : null);
    }

    /// <summary>One that is claimed changes its source.</summary>
    /// <returns>Null: nobody knows whether it did, the spool doesn't answer.</returns>
    private async Task<Consignment?> TryMoveAsync(Consignment consignment, SourceId other)
    {
        try
        {
            return await _spool.MoveAsync(consignment, other);
        }
        catch (SpoolUnavailableException)
        {
            return null;
        }
    }

    private static bool IsTried(Consignment consignment)
    {
        foreach (var recipient in consignment.Recipients)
            if (recipient.LastReply is not null)
                return true;
        return false;
    }
}
